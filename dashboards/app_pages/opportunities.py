"""Opportunities 商机: filter, look at one, decide."""

from typing import Final

import polars as pl
import streamlit as st

from dashboards.components import opportunity_filter
from dashboards.components.decide import decide_bar
from dashboards.components.faults import guarded
from dashboards.components.formats import number, yuan
from dashboards.components.frame import empty, frame
from dashboards.components.network import ready
from dashboards.components.opportunity_panel import panel
from dashboards.components.part import part
from dashboards.components.session import code, lang, t
from dashboards.components.table import ROW, Form, downloads, named, table
from graph.access import Access, Filter, Page
from graph.access.leads import ORDERS
from graph.access.opportunities import PAGE

COLUMNS: Final[dict[str, Form]] = {
    "kind": "text", "subject": "wide", "offer": "middle", "probability": "percent", "expected_value": "yuan",
    "why": "widest", "subject_id": "text", "branch": "wide", "manager": "text", "channel": "text",
    "assigned": "text", "is_new": "yes",
}  # fmt: skip


def show() -> None:
    """Draw the page."""
    frame("opportunities")
    _filtered()


@part
def _filtered(access: Access) -> None:
    _shown(opportunity_filter.filters(access))


@part
def _shown(access: Access, chosen: Filter) -> None:
    """The list, and beside it what was chosen in it."""
    single = st.query_params.get("id")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        picked, total = _list(access, chosen)
    with right:
        if len(picked) > 1:
            decide_bar(access, picked, chosen, total)
        elif picked or single:
            guarded(lambda: panel(access, picked[0] if picked else str(single)))
        else:
            empty("opportunities.choose")
            ready()


def _list(access: Access, chosen: Filter) -> tuple[list[str], int]:
    """One page of the list; the ids of the chosen rows, and how many rows there are."""
    with st.container(horizontal=True, vertical_alignment="center"):
        by = st.selectbox(
            t("opportunities.sort"), ORDERS, key="opportunities-sort", width=210, label_visibility="collapsed",
            format_func=lambda name: t("opportunities.sorted", by=t(f"opportunities.{name}").lower()),
        )  # fmt: skip
        total = st.empty()
    place = st.session_state.get(_pages_key(chosen), 1) - 1
    found = access.opportunities(chosen, by=by, page=place)
    total.caption(t("opportunities.total", number=number(found.total), value=yuan(found.expected_value)))
    if not found.total:
        empty("opportunities.empty")
        return [], 0
    rows = _worded(access, found)
    picked = table(
        rows, named("opportunities", COLUMNS), key=f"opportunities-{by}-{place}-{chosen.text()}", select="multi-row",
        height=ROW * 19 + 5,
    )  # fmt: skip
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        downloads(access, "guanxi-opportunities", lambda: access.opportunity_rows(chosen, by=by))
        if found.total > PAGE:
            st.pagination(-(-found.total // PAGE), key=_pages_key(chosen))
    return [str(found.rows["opportunity_id"][row]) for row in picked], found.total


def _pages_key(chosen: Filter) -> str:
    return f"opportunities-page-{chosen.text()}"


def _worded(access: Access, found: Page) -> pl.DataFrame:
    """The rows with codes and keys in words."""
    branches = dict(access.branches().select("branch_id", "name").iter_rows())
    managers = dict(access.managers().select("manager_id", "name").iter_rows())

    def words(column: str, known: dict[str, str]) -> pl.Expr:
        return pl.col(column).replace_strict(known, default=pl.col(column), return_dtype=pl.String)

    def coded(prefix: str, column: str) -> pl.Series:
        return pl.Series([code(prefix, value) if value else None for value in found.rows[column]], dtype=pl.String)

    return found.rows.with_columns(
        kind=coded("kind", "kind"), channel=coded("channel", "channel"), offer="product", why=f"reason_{lang()}",
        subject="subject_name",
        branch=words("branch_id", branches), manager=words("manager_id", managers),
        assigned=words("assignee", managers),
    )  # fmt: skip


show()
