"""Models 模型: how each kind does on outcomes that it had not seen, what the graph adds, calibration and drift."""

from typing import Any, Final

import altair as alt
import polars as pl
import streamlit as st

from dashboards.components.charts import bars, shown
from dashboards.components.feature_words import feature
from dashboards.components.formats import day, number
from dashboards.components.frame import empty, frame
from dashboards.components.part import part
from dashboards.components.session import code, lang, t
from dashboards.components.table import downloads, filled, headings, named, table
from graph.access import Access, models
from texts import say

LARGE: Final = 0.25
"""From this PSI on the drift is large (Siddiqi 2006)."""


def show() -> None:
    """Draw the page."""
    access = frame("models")
    cards = models.cards(access)
    if not cards:
        empty("models.empty")
        return
    _kinds(cards)


@part
def _kinds(access: Access, cards: dict[str, dict[str, Any]]) -> None:
    """The list of models, and more about the chosen one."""
    kind = _chosen(access, cards)
    card = cards[kind]
    left, right = st.columns(2, gap="medium")
    with left:
        _calibration(access, kind, card)
    with right:
        _gains(access, card, kind)
    _backtest(access, kind)
    _drift(access, kind, card)


def _chosen(access: Access, cards: dict[str, dict[str, Any]]) -> str:
    """The list of models; the kind of the chosen row."""
    found = [
        (
            code("kind", kind), code("mode", card["mode"]), int(card.get("rows") or 0),
            card.get("calibration", {}).get("auc"), card.get("calibration", {}).get("ece"),
            (card.get("drift") or {}).get("probability"), int(card["opportunities"]), card["model_version"],
        )
        for kind, card in cards.items()
    ]  # fmt: skip
    schema = {
        "kind": pl.String, "mode": pl.String, "rows": pl.Int64, "auc": pl.Float64, "ece": pl.Float64,
        "psi": pl.Float64, "opportunities": pl.Int64, "model_version": pl.String,
    }  # fmt: skip
    rows = pl.DataFrame(found, schema=schema, orient="row")
    columns = named(
        "models",
        {
            "kind": "text", "mode": "text", "rows": "number", "auc": "decimal", "ece": "decimal", "psi": "decimal",
            "opportunities": "number", "model_version": "text",
        },
    )  # fmt: skip
    columns = filled(columns, rows, "psi")
    picked = table(rows, columns, key="models", select="single-row")
    downloads(access, "guanxi-models", rows, headings(columns))
    kinds = list(cards)
    asked = st.query_params.get("kind")
    learned = next((kind for kind, card in cards.items() if card["mode"] == "learned"), kinds[0])
    return kinds[picked[0]] if picked else asked if asked in cards else learned


def _calibration(access: Access, kind: str, card: dict[str, Any]) -> None:
    """Predicted against observed, by tenths of outcomes that the model was not grown on."""
    st.subheader(t("models.calibration", kind=code("kind", kind)), anchor=False)
    tenths: list[dict[str, float]] = card.get("calibration", {}).get("tenths", [])
    if not tenths:
        st.caption(t("models.no_calibration"))
        return
    rows = pl.DataFrame([{name: one[name] for name in ("predicted", "observed", "rows")} for one in tenths])
    most = max(float(rows[name].max()) for name in ("predicted", "observed"))  # pyright: ignore[reportArgumentType]
    line = alt.Chart(alt.Data(values=[{"x": 0, "y": 0}, {"x": most, "y": most}])).mark_line(
        strokeDash=[4, 4], color="#9aa3af"
    ).encode(x="x:Q", y="y:Q")  # fmt: skip
    points = alt.Chart(alt.Data(values=rows.to_dicts())).mark_line(point=True).encode(
        x=alt.X("predicted:Q", title=t("models.predicted"), axis=alt.Axis(format=".1%")),
        y=alt.Y("observed:Q", title=t("models.observed"), axis=alt.Axis(format=".1%")),
        tooltip=[
            *(alt.Tooltip(f"{name}:Q", title=t(f"models.{name}"), format=".2%") for name in ("predicted", "observed")),
            alt.Tooltip("rows:Q", title=t("models.rows"), format=",.0f"),
        ],
    )  # fmt: skip
    shown((line + points).properties(height=260), f"calibration-{kind}")
    columns = named("models", {"predicted": "percent", "observed": "percent", "rows": "number"})
    with st.expander(t("models.as_table")):
        table(rows, columns, key=f"tenths-{kind}")
        downloads(access, f"guanxi-calibration-{kind}", rows, headings(columns))


def _gains(access: Access, card: dict[str, Any], kind: str) -> None:
    st.subheader(t("models.gains"), anchor=False, help=t("models.gains_help"))
    rows = models.gains(card)
    if rows.is_empty():
        st.caption(t("models.no_gains"))
        return
    worded = rows.with_columns(name=pl.Series([code("driver", group) for group in rows["group"]], dtype=pl.String))
    bars(worded, label="name", value="gain", key=f"gains-{kind}", value_title=t("models.share"), form=".0%")
    with st.expander(t("models.as_table")):
        columns = named("models", {"name": "text", "gain": "percent"})
        table(worded, columns, key=f"gains-table-{kind}")
        downloads(access, f"guanxi-gains-{kind}", worded, headings(columns))


def _backtest(access: Access, kind: str) -> None:
    st.subheader(t("models.backtest"), anchor=False)
    kept = models.backtest(access)
    if kept is None or kind not in kept["kinds"]:
        empty("models.no_backtest")
        return
    figures: dict[str, dict[str, dict[str, float | None]]] = kept["kinds"][kind]
    size, adds = kept["details"][kind]["size"], kept["details"][kind]["graph_adds"]
    said = {name: f"{value:+.3f}" for name, value in adds.get("auc", {}).items() if value is not None}
    counts = {"rows": number(size["rows"]), "taken": number(size["taken"])}
    st.caption(t("models.backtest_of", as_of=day(kept["as_of"]), days=number(kept["horizon"]), **counts))
    st.markdown(say(f"evaluate.graph_{adds['verdict']}", lang(), **said))
    if not figures:
        return
    metrics = list(next(iter(figures.values())))
    rows = pl.DataFrame(
        [
            {"metric": say(f"evaluate.metric_{metric}", lang())}
            | {model: _interval(each.get(metric)) for model, each in figures.items()}
            for metric in metrics
        ]
    )
    columns = {"metric": (t("models.metric"), "text")} | {
        model: (say(f"evaluate.model_{model}", lang()), "text") for model in figures
    }
    table(rows, columns, key=f"backtest-{kind}")  # pyright: ignore[reportArgumentType]
    downloads(access, f"guanxi-backtest-{kind}", rows)


def _interval(one: dict[str, float | None] | None) -> str | None:
    """A figure with its interval; none where there was nothing to measure, such as no outcome."""
    if one is None or None in one.values():
        return None
    return f"{one['value']:.3f} [{one['low']:.3f}, {one['high']:.3f}]"


def _drift(access: Access, kind: str, card: dict[str, Any]) -> None:
    st.subheader(t("models.drift"), anchor=False, help=t("models.drift_help"))
    rows = models.drifts(card).with_columns(pl.col("feature").map_elements(feature, pl.String))
    if rows.is_empty():
        empty("models.one_run")
        return
    large = int((rows["psi"] >= LARGE).sum())
    st.caption(t("models.drift_since", version=card["drift"]["since"], large=number(large), limit=LARGE))
    left, right = st.columns(2, gap="medium")
    with left:
        bars(rows.head(12), label="feature", value="psi", key=f"drift-{kind}", value_title="PSI", form=".3f")
    columns = named("models", {"feature": "text", "psi": "decimal"})
    with right:
        table(rows, columns, key=f"drift-table-{kind}", height=340)
        downloads(access, f"guanxi-drift-{kind}", rows, headings(columns))


show()
