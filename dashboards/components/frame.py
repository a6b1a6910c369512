"""The frame of a page: title, what data is shown and how fresh it is, the switches for language and clear text."""

from datetime import UTC, datetime

import streamlit as st

from dashboards.components.formats import day
from dashboards.components.session import access, code, t, user
from dashboards.site import site
from graph.access import Access
from texts import LANGUAGES, UserError


def frame(page: str) -> Access:
    """Draw the top of a page and give its access.

    Raises:
        UserError: nothing was found yet, or the user was given no access.
    """
    title, switches = st.columns([3, 2], vertical_alignment="bottom")
    title.title(t(f"{page}.title"), anchor=False)
    with switches, st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        clear = st.empty()
        if site().sign_in and st.button(t("frame.sign_out"), help=user().name, type="tertiary"):
            st.logout()
        st.segmented_control(
            t("frame.language"), LANGUAGES[::-1], key="lang", required=True, label_visibility="collapsed",
            format_func=lambda name: {"zh": "中文", "en": "English"}[name],
        )  # fmt: skip
    found = access()
    if found.user.may("unmask"):
        clear.toggle(t("frame.clear"), key="clear", help=t("frame.clear_help"), on_change=_note_clear)
    title.caption(_freshness(found))
    return found


def _freshness(found: Access) -> str:
    manifest = found.findings.manifest
    loaded = datetime.fromisoformat(str(found.snapshot.manifest["created_at"])).astimezone(UTC).date()
    said = t("frame.freshness", as_of=day(manifest["as_of"]), loaded=day(loaded), version=found.snapshot.version)
    if found.user.branches is None:
        return said
    names = dict(found.branches().select("branch_id", "name").iter_rows())
    places = t("list_joiner").join(names.get(branch, branch) for branch in found.user.branches)
    return f"{said} · {t('frame.scope', branches=places)}"


def _note_clear() -> None:
    """Switching to clear text is written into the audit log."""
    if st.session_state.get("clear"):
        access().unmasked("dashboard")


def empty(key: str, /, **values: object) -> None:
    """Say that there is nothing to show, and what to do about it."""
    st.info(t(key, **values))


__all__ = ["UserError", "code", "empty", "frame"]
