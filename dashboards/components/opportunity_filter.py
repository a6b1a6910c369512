"""The filters of the opportunities: kept in the link, and under a name as saved segments."""

from typing import Any, cast

import streamlit as st

from dashboards.components.session import code, t
from graph.access import Access, Filter
from graph.decisions import STATUSES, Status
from texts import UserError

_WROTE = "opportunities-link"
_ROUND = "opportunities-round"


def filters(access: Access) -> Filter:
    """Draw the filters; begins with those of the link."""
    linked = st.query_params.get("f", "")
    if linked != st.session_state.get(_WROTE, ""):  # another link, a segment, another page: widgets begin anew
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        st.session_state[_WROTE] = linked
        st.session_state["opportunities-begin"] = _read(linked)
    begin: Filter = st.session_state.get("opportunities-begin", Filter())
    chosen = _drawn(access, begin, str(st.session_state.get(_ROUND, 0)))
    text = "" if chosen == Filter() else chosen.text()
    if text != st.query_params.get("f", ""):
        st.session_state[_WROTE] = text
        if text:
            st.query_params["f"] = text
        else:
            del st.query_params["f"]
    return chosen


def _read(text: str) -> Filter:
    if not text:
        return Filter()
    try:
        return Filter.of(text)
    except UserError as fault:
        st.warning(str(fault))
        return Filter()


def _drawn(access: Access, begin: Filter, at: str) -> Filter:
    products = access.products()
    branches = dict(access.branches().select("branch_id", "name").iter_rows())
    managers = dict(access.managers().select("manager_id", "name").iter_rows())
    first = st.columns([2, 2, 2, 2, 2], gap="small")
    second = st.columns([3, 2, 2, 3, 5, 2], gap="small", vertical_alignment="bottom")
    kinds = _several(first[0], "kind", access.choices("kind"), begin.kinds, at, lambda one: code("kind", one))
    offers = _several(first[1], "offer", list(products), begin.products, at, lambda one: products.get(one, one))
    places = _several(first[2], "branch", list(branches), begin.branches, at, lambda one: branches.get(one, one))
    people = _several(first[3], "manager", list(managers), begin.managers, at, lambda one: managers.get(one, one))
    industries = _several(first[4], "industry", access.choices("industry"), begin.industries, at, str)
    with second[0]:
        segments(access)
    value = second[1].number_input(t("opportunities.min_value"), 0.0, None, begin.min_value, 100.0, key=f"value-{at}")
    least = second[2].number_input(
        t("opportunities.min_probability"), 0, 100, _percent(begin.min_probability), 5, key=f"probability-{at}"
    )
    assignee = _assignee(second[3], managers, begin.assignee, at)
    status = second[4].segmented_control(
        t("opportunities.status"), STATUSES, default=begin.status, key=f"status-{at}", required=True,
        format_func=lambda one: code("status", one),
    )  # fmt: skip
    new = second[5].toggle(t("opportunities.is_new"), value=begin.only_new, key=f"new-{at}")
    return Filter(
        kinds, offers, places, people, industries, value or None, least / 100 if least else None, new,
        cast("Status", status or "open"), assignee, begin.subject,
    )  # fmt: skip


def _percent(share: float | None) -> int | None:
    return None if share is None else round(share * 100)


def _several(
    column: Any, name: str, options: list[str], begin: tuple[str, ...], at: str, words: Any
) -> tuple[str, ...]:
    default = [each for each in begin if each in options]
    chosen = column.multiselect(
        t(f"opportunities.{name}"), options, default=default, format_func=words, key=f"{name}-{at}",
        placeholder=t("opportunities.any"),
    )  # fmt: skip
    return tuple(chosen)


def _assignee(column: Any, managers: dict[str, str], begin: str | None, at: str) -> str | None:
    """Whose they were made; a link may name somebody who is no manager any more."""
    options = list(dict.fromkeys([*managers, *([begin] if begin else [])]))
    return column.selectbox(
        t("opportunities.assigned"), options, index=options.index(begin) if begin else None, key=f"assignee-{at}",
        format_func=lambda one: managers.get(one, one), placeholder=t("opportunities.any"),
    )  # fmt: skip


def segments(access: Access) -> None:
    """Open a saved segment, save the filter of the link as one, forget one."""
    saved = access.segments()
    with st.popover(t("opportunities.segments", number=len(saved)), width="stretch"):
        for name, said in saved.items():
            use, away = st.columns([4, 1])
            if use.button(name, key=f"segment-{name}", type="tertiary"):
                st.query_params["f"] = said["filter"]
                st.rerun()
            if away.button("✕", key=f"forget-{name}", type="tertiary", help=t("opportunities.forget", name=name)):
                access.remove_segment(name)
                st.rerun()
        with st.form("save-segment", border=False, clear_on_submit=True):
            name = st.text_input(t("opportunities.segment_name"), max_chars=60)
            if st.form_submit_button(t("opportunities.save_segment")) and name.strip():
                access.save_segment(name, _read(st.query_params.get("f", "")))
                st.rerun()
