"""Charts in the colours of the theme: bars that can be clicked, and the shared settings of the others."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import altair as alt
import polars as pl
import streamlit as st

from dashboards.components.session import lang, t

BAR: Final = 26
AXIS: Final = 78
"""Pixels for one bar, and for an axis with its title."""
LEGEND: Final = 5
"""Names side by side in a legend: half a page of 1280 pixels holds no more."""
PALETTE: Final = (
    "#2f6fdb", "#d08a1d", "#2e9a7b", "#a2557f", "#7c64c9", "#4aa3c7", "#b5563b", "#8a9a2e", "#c74a8a", "#5b7083",
)  # fmt: skip
IN, OUT = PALETTE[2], PALETTE[1]
"""Money that comes in, money that goes out."""
_TICKS: Final = {
    "en": "abs(datum.value) >= 1000 ? format(datum.value, '~s') : format(datum.value, ',~r')",
    "zh": "abs(datum.value) >= 10000 ? format(datum.value / 10000, ',~r') + '万' : format(datum.value, ',~r')",
}
"""Short numbers on an axis, in Vega's language."""
INK: Final = {"light": "#4a5361", "dark": "#c3cad4"}
Drawn = alt.Chart | alt.LayerChart | alt.FacetChart
_MONTH: Final = "%Y-%m"
"""Months in figures, which read the same in both languages."""


def bars(
    rows: pl.DataFrame, *, label: str, value: str, key: str, value_title: str, form: str = ",.0f",
    clickable: bool = False,
) -> int | None:  # fmt: skip
    """Horizontal bars in the order of `rows`, each with its value.

    Args:
        rows: one bar each.
        label: the column with their names.
        value: the column with their lengths.
        key: names the chart in the page.
        value_title: what the length means.
        form: of the value, in d3's language.
        clickable: whether a bar can be chosen.

    Returns:
        The place of the chosen bar.
    """
    placed = rows.select(pl.col(label).alias("label"), pl.col(value).alias("value")).with_row_index("place")
    order = alt.EncodingSortField("place", op="min", order="ascending")
    base = alt.Chart(alt.Data(values=placed.to_dicts())).encode(
        y=alt.Y(
            "label:N",
            sort=order,
            title=None,
            axis=alt.Axis(labelLimit=260, labelOverlap=False, ticks=False, domain=False),
        ),
        tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("value:Q", title=value_title, format=form)],
    )
    pick = alt.selection_point(name="pick", fields=["place"], on="click", clear=False)
    drawn = base.mark_bar(height={"band": 0.7}, cursor="pointer" if clickable else "default").encode(
        x=alt.X("value:Q", title=value_title, axis=alt.Axis(grid=True, tickCount=5, **_ticks(form)))
    )
    chart = (drawn.add_params(pick) if clickable else drawn).properties(height=BAR * len(rows) + AXIS)
    if not clickable:
        shown(chart, key)
        return None
    state: Any = st.altair_chart(inked(chart), key=key, on_select="rerun", selection_mode="pick")
    chosen = state["selection"].get("pick") or []
    return int(chosen[0]["place"]) if chosen else None


def _ticks(form: str) -> dict[str, Any]:
    """How an axis writes values of this form."""
    return {"format": form} if form.endswith("%") else {"labelExpr": _TICKS[lang()]}


def shown(chart: Drawn, key: str) -> None:
    """Draw a chart that nobody clicks."""
    st.altair_chart(inked(chart), key=key)


def inked(chart: Drawn) -> Drawn:
    """With axes and legends in an ink that reads well on the theme's ground; Streamlit's own is pale on white."""
    ink = INK["dark" if st.context.theme.type == "dark" else "light"]
    return chart.configure_axis(labelColor=ink, titleColor=ink).configure_legend(labelColor=ink, titleColor=ink)


def timeline(rows: pl.DataFrame, *, until: date, key: str) -> None:
    """Contracts as spans: `name`, `group` (the colour), `begins`, `ends` (open ones go on `until`)."""
    last = pl.col("ends").fill_null(pl.lit(until))
    spans = rows.drop_nulls("begins").select(
        "name", "group", begins=pl.col("begins").cast(pl.String), ends=last.cast(pl.String),
        open=pl.col("ends").is_null(),
    )  # fmt: skip
    if spans.is_empty():
        return
    chart = alt.Chart(alt.Data(values=spans.to_dicts())).mark_bar(height={"band": 0.6}, cornerRadius=2).encode(
        x=alt.X("begins:T", title=None, axis=alt.Axis(format=_MONTH, tickCount=6)), x2="ends:T",
        y=alt.Y("name:N", title=None, sort=alt.EncodingSortField("begins", op="min"), axis=alt.Axis(labelLimit=220)),
        color=alt.Color(
            "group:N", title=None, legend=alt.Legend(orient="top", columns=LEGEND), scale=alt.Scale(range=list(PALETTE))
        ),
        opacity=alt.Opacity("open:O", legend=None, scale=alt.Scale(domain=[True, False], range=[1.0, 0.45])),
        tooltip=[
            alt.Tooltip("name:N", title=" "),
            *(alt.Tooltip(f"{end}:T", title=t(f"charts.{end}"), format="%Y-%m-%d") for end in ("begins", "ends")),
        ],
    )  # fmt: skip
    rows_of_legend = -(-spans["group"].n_unique() // LEGEND)
    shown(chart.properties(height=BAR * (spans["name"].n_unique() + rows_of_legend) + AXIS), key)
    if not spans["open"].all():
        st.caption(t("charts.faded"))


def columns_by_month(rows: pl.DataFrame, series: Mapping[str, tuple[str, str]], *, key: str, height: int = 190) -> None:
    """One column of yuan per month and series, also for months between without any.

    Args:
        rows: `month` and the columns of `series`.
        series: name and colour of each.
        key: names the chart in the page.
        height: in pixels.
    """
    if rows.is_empty():
        return
    ends = (rows["month"].min(), rows["month"].max())
    every = pl.DataFrame({"month": pl.date_range(*ends, "1mo", eager=True)})  # pyright: ignore[reportArgumentType, reportCallIssue]
    filled = every.join(rows, on="month", how="left").with_columns(pl.col(list(series)).fill_null(0))
    long = filled.unpivot(list(series), index="month", variable_name="series", value_name="value")
    names = {column: name for column, (name, _) in series.items()}
    sums = long.with_columns(pl.col("month").dt.strftime(_MONTH), pl.col("series").replace(names))
    colours = alt.Scale(domain=list(names.values()), range=[colour for _, colour in series.values()])
    chart = alt.Chart(alt.Data(values=sums.to_dicts())).mark_bar().encode(
        x=alt.X("month:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)), xOffset="series:N",
        y=alt.Y(
            "value:Q", title=t("charts.yuan"),
            axis=alt.Axis(labelExpr=_TICKS[lang()], tickCount=4, titleAngle=0, titleAlign="right", titleY=-6),
        ),
        color=alt.Color("series:N", title=None, legend=alt.Legend(orient="top"), scale=colours),
        tooltip=[
            alt.Tooltip("month:O", title=" "), alt.Tooltip("series:N", title=" "),
            alt.Tooltip("value:Q", title=t("charts.yuan"), format=",.0f"),
        ],
    )  # fmt: skip
    shown(chart.properties(height=height), key)
