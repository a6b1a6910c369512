"""Accept, reject, snooze, assign, undo: for one opportunity or for many."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl
import streamlit as st

from dashboards.components.formats import DAY, number
from dashboards.components.part import part
from dashboards.components.session import code, t
from graph.access import Access, Filter
from graph.decisions import Decision, Status

REASONS: Final[dict[Status, tuple[str, ...]]] = {
    "accepted": ("will_contact", "contacted", "agreed"),
    "rejected": ("not_interested", "elsewhere", "unsuitable", "wrong_data", "other"),
    "snoozed": ("not_now", "waiting", "other"),
}
_BEFORE: Final = "decided-before"
Ids = Callable[[], Sequence[str]]


def decide_bar(access: Access, ids: Sequence[str], chosen: Filter, total: int) -> None:
    """Decide on the chosen rows, or on all `total` of the filter."""
    st.subheader(t("decide.chosen", number=number(len(ids))), anchor=False)
    everything = st.checkbox(t("decide.all", number=number(total)), key=f"all-{chosen.text()}")
    decide(access, (lambda: access.opportunity_ids(chosen)) if everything else lambda: ids, key="bulk",
           closed=chosen.status != "open")  # fmt: skip


def decide(access: Access, ids: Ids, *, key: str, closed: bool = False) -> None:
    """The buttons; nothing for who has no right to decide.

    Args:
        access: of who decides.
        ids: about which opportunities.
        key: names the buttons in the page.
        closed: somebody decided already; they can be opened again.
    """
    if access.user.may("decide"):
        _buttons(ids, key, closed=closed)


@part
def _buttons(access: Access, ids: Ids, key: str, *, closed: bool) -> None:
    """Each opens a form, which is made when it is opened."""
    with st.container(horizontal=True):
        for status in REASONS:
            with (form := st.popover(t(f"decide.{status}"), key=f"open-{key}-{status}", on_change="rerun")):
                if form.open:
                    _decision(access, ids, status, key)
        with (form := st.popover(t("decide.assign"), key=f"open-{key}-assign", on_change="rerun")):
            if form.open:
                _assignment(access, ids, key)
        if closed and st.button(t("decide.open"), key=f"reopen-{key}"):
            _done(access.decide(ids(), Decision("open")))
        before: pl.DataFrame | None = st.session_state.get(_BEFORE)
        if before is not None and st.button(t("decide.undo", number=number(len(before))), key=f"undo-{key}"):
            access.undo(before)
            del st.session_state[_BEFORE]
            st.rerun()


def _decision(access: Access, ids: Ids, status: Status, key: str) -> None:
    with st.form(f"{key}-{status}", border=False):
        reason = st.selectbox(
            t("decide.reason"), REASONS[status], accept_new_options=True, format_func=lambda one: code("reason", one),
            placeholder=t("decide.reason"),
        )  # fmt: skip
        until = None
        if status == "snoozed":
            soon = date.today() + timedelta(days=14)  # noqa: DTZ011 - the user's own day
            until = st.date_input(t("decide.until"), soon, min_value=soon - timedelta(days=13), format=DAY)
        if st.form_submit_button(t("decide.save"), type="primary"):
            _done(access.decide(ids(), Decision(status, reason or "", until)))


def _assignment(access: Access, ids: Ids, key: str) -> None:
    managers = dict(access.managers().select("manager_id", "name").iter_rows())
    with st.form(f"{key}-assign", border=False):
        manager = st.selectbox(
            t("decide.manager"), list(managers), index=None, placeholder=t("decide.manager"),
            format_func=lambda one: f"{managers[one]} {one}",
        )  # fmt: skip
        if st.form_submit_button(t("decide.save"), type="primary") and manager:
            _done(access.decide(ids(), Decision(assignee=manager)))


def _done(before: pl.DataFrame) -> None:
    st.session_state[_BEFORE] = before
    st.toast(t("decide.done", number=number(len(before))))
    st.rerun()
