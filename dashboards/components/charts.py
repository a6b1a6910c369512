"""Charts in the colours of the theme: bars that can be clicked, and the shared settings of the others."""

from typing import Any, Final

import altair as alt
import polars as pl
import streamlit as st

from dashboards.components.session import lang

BAR: Final = 26
_TICKS: Final = {
    "en": "abs(datum.value) >= 1000 ? format(datum.value, '~s') : format(datum.value, ',~r')",
    "zh": "abs(datum.value) >= 10000 ? format(datum.value / 10000, ',~r') + '万' : format(datum.value, ',~r')",
}
"""Short numbers on an axis, in Vega's language."""


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
    shown = base.mark_bar(height={"band": 0.7}, cursor="pointer" if clickable else "default").encode(
        x=alt.X("value:Q", title=value_title, axis=alt.Axis(labelExpr=_TICKS[lang()], grid=True, tickCount=5))
    )
    chart = (shown.add_params(pick) if clickable else shown).properties(height=max(BAR * len(rows), 2 * BAR))
    if not clickable:
        st.altair_chart(chart, key=key)
        return None
    state: Any = st.altair_chart(chart, key=key, on_select="rerun", selection_mode="pick")
    chosen = state["selection"].get("pick") or []
    return int(chosen[0]["place"]) if chosen else None
