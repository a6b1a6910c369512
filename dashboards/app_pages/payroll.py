"""Payroll 代发: companies by staff and who of them bank here, the salaries found, and identities to review."""

import json
from typing import Any, Final

import altair as alt
import polars as pl
import streamlit as st

from dashboards.components.charts import PALETTE, bars, inked
from dashboards.components.formats import number, percent, yuan
from dashboards.components.frame import empty, frame
from dashboards.components.part import part
from dashboards.components.party import section, written
from dashboards.components.session import code, go, t
from dashboards.components.table import ROW, downloads, headings, named, table
from graph.access import Access, payroll

RUNS: Final = {"inside": PALETTE[2], "outside": PALETTE[1], "unknown": "#9aa3af"}
COMPARED: Final = ("name", "id_number", "phone", "birth_date", "gender", "city", "employer_name", "title", "company_id")
MOST_POINTS: Final = 2_000
_LAST: Final = "review-last"
"""What was decided last in this session."""


def show() -> None:
    """Draw the page."""
    frame("payroll")
    _section()


@part
def _section(access: Access) -> None:
    match section("payroll", ("companies", "review")):
        case "review":
            _review(access)
        case _:
            _companies(access)


def _companies(access: Access) -> None:
    rows = payroll.employers(access)
    if rows.is_empty():
        empty("payroll.empty")
        return
    _figures(rows)
    chosen = _scatter(rows)
    shown = rows.with_columns(runs=pl.Series([code("payroll_bank", name) for name in rows["runs"]], dtype=pl.String))
    columns = named(
        "payroll",
        {
            "name": "text", "industry": "text", "staff": "number", "share": "progress", "runs": "text",
            "coverage": "percent", "monthly_amount": "yuan", "stopped": "number",
        },
    )  # fmt: skip
    picked = table(shown, columns, key="payroll-companies", select="single-row", height=ROW * 11 + 5)
    downloads(access, "guanxi-payroll", shown, headings(columns))
    company_id = str(rows["company_id"][picked[0]]) if picked else chosen
    if company_id:
        _streams(access, company_id, rows)
    else:
        empty("payroll.choose")


def _figures(rows: pl.DataFrame) -> None:
    runs = dict(rows.group_by("runs").len().iter_rows())
    stopped = int(rows["stopped"].fill_null(0).sum())
    amount = float(rows["monthly_amount"].fill_null(0.0).sum())
    shown = (
        ("employers", number(len(rows))),
        ("here", number(runs.get("inside", 0))),
        ("elsewhere", number(runs.get("outside", 0))),
        ("amount", yuan(amount)),
        ("stopped", number(stopped)),
    )
    for column, (name, value) in zip(st.columns(len(shown)), shown, strict=True):
        column.metric(t(f"payroll.{name}"), value, help=t(f"payroll.{name}_help"))


def _scatter(rows: pl.DataFrame) -> str | None:
    """Staff against the share who bank here; the largest `MOST_POINTS`. A click chooses a company."""
    points = rows.head(MOST_POINTS).select(
        "company_id", "name", "staff", pl.col("share").fill_null(0.0),
        runs=pl.Series([code("payroll_bank", name) for name in rows.head(MOST_POINTS)["runs"]], dtype=pl.String),
    )  # fmt: skip
    names = [code("payroll_bank", name) for name in RUNS]
    pick = alt.selection_point(name="pick", fields=["company_id"], on="click", clear=False)
    chart = alt.Chart(points).mark_circle(size=70, opacity=0.75).encode(
        x=alt.X("staff:Q", title=t("payroll.staff"), scale=alt.Scale(type="log", nice=False, padding=12)),
        y=alt.Y("share:Q", title=t("payroll.share"), axis=alt.Axis(format="%")),
        color=alt.Color("runs:N", title=t("payroll.runs"), legend=alt.Legend(orient="top"),
                        scale=alt.Scale(domain=names, range=list(RUNS.values()))),
        tooltip=[
            alt.Tooltip("name:N", title=" "), alt.Tooltip("staff:Q", title=t("payroll.staff"), format=",.0f"),
            alt.Tooltip("share:Q", title=t("payroll.share"), format=".0%"),
            alt.Tooltip("runs:N", title=t("payroll.runs")),
        ],
    )  # fmt: skip
    state: Any = st.altair_chart(
        inked(chart.add_params(pick).properties(height=300)), key="payroll-scatter", on_select="rerun",
        selection_mode="pick",
    )  # fmt: skip
    found = state["selection"].get("pick") or []
    return str(found[0]["company_id"]) if found else None


def _streams(access: Access, company_id: str, rows: pl.DataFrame) -> None:
    name = rows.filter(company_id=company_id)["name"].first()
    st.subheader(t("payroll.of_company", name=name or company_id), anchor=False)
    if st.button(t("payroll.open_company"), key=f"open-{company_id}"):
        go("company", id=company_id)
    found = payroll.streams(access, company_id)
    if found.is_empty():
        empty("payroll.no_streams")
        return
    shown = found.with_columns(tier=pl.Series([code("tier", tier) for tier in found["tier"]], dtype=pl.String))
    columns = named(
        "payroll",
        {
            "name": "text", "id": "text", "monthly_amount": "yuan", "months": "number", "usual_day": "number",
            "tier": "text", "confidence": "progress", "last_on": "date", "next_on": "date", "stopped": "yes",
        },
    )  # fmt: skip
    table(shown, columns, key=f"streams-{company_id}")
    downloads(access, f"guanxi-salaries-{company_id}", shown, headings(columns))


def _review(access: Access) -> None:
    """One pair at a time; one key confirms, one rejects."""
    pairs = payroll.to_review(access)
    if access.user.may("identities"):
        _take_back(access)
    if pairs.is_empty():
        empty("payroll.nothing_to_review")
        return
    st.caption(t("payroll.review_note", number=number(len(pairs))))
    place = int(st.session_state.get("review-place", 0)) % len(pairs)
    pair = pairs.row(place, named=True)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _compared(access, pair)
        if access.user.may("identities"):
            _buttons(access, pair)
    with right:
        _evidence(pair)
    columns = named(
        "payroll",
        {
            "from": "text", "from_name": "text", "from_id": "text", "to": "text", "to_name": "text", "to_id": "text",
            "probability": "progress", "because": "text",
        },
    )  # fmt: skip
    kinds = {end: pl.Series([code("label", label) for label in pairs[f"{end}_label"]]) for end in ("from", "to")}
    because = pl.Series([_because(said) for said in pairs["evidence"]], dtype=pl.String)
    shown = pairs.with_columns(**kinds, because=because)
    if picked := table(shown, columns, key="review-pairs", select="single-row"):
        st.session_state["review-place"] = picked[0]
    downloads(access, "guanxi-review", shown, headings(columns))


def _because(evidence: str) -> str:
    """What speaks for and against in words, the weightiest first."""
    return " · ".join(f"{name} {value:+.1f}" for name, value in _weights(evidence))


def _weights(evidence: str) -> list[tuple[str, float]]:
    """(comparison, doublings of the odds that it adds), the weightiest first."""
    said: dict[str, float] = json.loads(evidence or "{}")
    ordered = sorted(said.items(), key=lambda one: (-abs(one[1] or 0.0), one[0]))
    return [(code("comparison", name), float(value)) for name, value in ordered if value]


def _compared(access: Access, pair: dict[str, Any]) -> None:
    """The two records side by side, an employer by name."""
    one, other = payroll.sides(access, pair)
    for each in (one, other):
        if employer := each.get("company_id"):
            known = access.party_names([("Company", str(employer))])
            each["company_id"] = f"{known.get(('Company', str(employer)), '')} {employer}".strip()
    rows = [
        (t(f"property.{name}"), *(written(name, each[name]) if name in each else None for each in (one, other)))
        for name in COMPARED if name in one or name in other
    ]  # fmt: skip
    names = [f"{code('label', pair[f'{end}_label'])} {pair[f'{end}_id']}" for end in ("from", "to")]
    shown = pl.DataFrame(rows, schema=dict.fromkeys(("property", "one", "other"), pl.String), orient="row")
    table(
        shown, {"property": (" ", "text"), "one": (names[0], "text"), "other": (names[1], "text")},
        key=f"compared-{pair['from_id']}-{pair['to_id']}",
    )  # fmt: skip
    st.caption(t("payroll.probability_of", probability=percent(pair["probability"])))


def _buttons(access: Access, pair: dict[str, Any]) -> None:
    with st.container(horizontal=True):
        for name, key, confirmed in (("same", "y", True), ("different", "n", False)):
            kind = "primary" if confirmed else "secondary"
            if st.button(t(f"payroll.{name}"), key=f"review-{name}", type=kind, shortcut=key):
                payroll.review(access, pair, confirmed=confirmed)
                st.session_state[_LAST] = pair
                st.rerun()
        if st.button(t("payroll.skip"), key="review-skip", shortcut="s"):
            st.session_state["review-place"] = int(st.session_state.get("review-place", 0)) + 1
            st.rerun()


def _take_back(access: Access) -> None:
    """A key is soon struck by mistake."""
    last: dict[str, Any] | None = st.session_state.get(_LAST)
    if not last:
        return
    said = t("payroll.take_back", pair=f"{last['from_id']} – {last['to_id']}")
    if st.button(said, key="review-take-back", shortcut="u"):
        payroll.review(access, last, confirmed=None)
        del st.session_state[_LAST]
        st.rerun()


def _evidence(pair: dict[str, Any]) -> None:
    """What each comparison adds, in doublings of the odds."""
    st.markdown(f"**{t('payroll.evidence')}**", help=t("payroll.evidence_help"))
    rows = pl.DataFrame(
        [(f"{name} {value:+.1f}", value) for name, value in _weights(pair["evidence"])],
        schema={"name": pl.String, "value": pl.Float64}, orient="row",
    )  # fmt: skip
    bars(rows, label="name", value="value", key=f"evidence-{pair['from_id']}-{pair['to_id']}",
         value_title=t("payroll.doublings"), form="+.1f")  # fmt: skip


show()
