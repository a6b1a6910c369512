"""Faults as sentences: what the user can mend is said; of anything else the page shows a number, the log the trace."""

import logging
import secrets
from collections.abc import Callable

import streamlit as st

from dashboards.components.session import lang, t
from texts import UserError, say

_LOG = logging.getLogger("guanxi.dashboard")


def guarded(run: Callable[[], None]) -> None:
    """Run a page; show its fault where it has one."""
    try:
        run()
    except Exception as fault:  # noqa: BLE001 - nobody sees a traceback
        show_fault(fault)


def show_fault(fault: Exception) -> bool:
    """Show a fault as a sentence; always True: nothing else need be shown."""
    if isinstance(fault, UserError):
        st.warning(sentence(fault))
    else:
        number = secrets.token_hex(4).upper()
        _LOG.error("fault %s", number, exc_info=fault)
        st.error(t("fault", number=number))
    return True


def sentence(fault: UserError) -> str:
    """What went wrong, in this session's language."""
    return say(fault.key, lang(), **fault.values)
