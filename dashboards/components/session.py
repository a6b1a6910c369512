"""Who looks, in which language, at what: the few things that every page asks for."""

from collections.abc import Mapping
from typing import Any, cast

import streamlit as st

from dashboards.site import site
from graph.access import Access, User
from texts import LANGUAGES, Language, UserError, language, say


def lang() -> Language:
    """The language of this session."""
    return cast("Language", st.session_state.get("lang") or language())


def remember_language() -> None:
    """Begin with the language of the link, else the browser's; keep what the switch says."""
    if "lang" not in st.session_state:
        asked = st.query_params.get("lang") or str(st.context.locale or language())
        st.session_state["lang"] = "zh" if asked.lower().startswith("zh") else "en"
    elif st.session_state["lang"] not in LANGUAGES:
        st.session_state["lang"] = language()
    st.session_state["lang"] = st.session_state["lang"]  # a switch that is not shown would lose its value


def t(key: str, /, **values: object) -> str:
    """The text `dash.KEY` in this session's language."""
    return say(f"dash.{key}", lang(), **values)


def code(prefix: str, value: str | None) -> str:
    """The text of a code such as a kind or a level: `dash.PREFIX_VALUE`, or the code itself where it has none."""
    try:
        return t(f"{prefix}_{value}")
    except KeyError:
        return value or "–"


def user() -> User:
    """Who is signed in; the local user where nobody signs in.

    Raises:
        UserError: the user was given no access.
    """
    here = site()
    if not here.sign_in:
        return User("local")
    return here.users.signed_in(str(_claims().get("email") or _claims().get("sub")))


def signed_in() -> bool:
    """Whether the page may be shown; else shows the way in: `dashboards.kept_link` leads back to the same link."""
    if not site().sign_in or _claims().get("is_logged_in"):
        return True
    st.title(t("sign_in.title"))
    if st.button(t("sign_in.button"), type="primary"):
        st.login()
    return False


def _claims() -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", st.user.to_dict())


def access() -> Access:
    """The way to the data for this run of the page, in clear where the user switched that on.

    Raises:
        UserError: nothing was found yet, or the user was given no access.
    """
    here = site()
    found = Access(here.home, user(), here.gate)
    found.unmask = bool(st.session_state.get("clear")) and found.user.may("unmask")
    return found


def to_party(party: tuple[str, str]) -> None:
    """A button to the page of a customer or company; none for other parties."""
    page = {"Customer": "customer", "Company": "company"}.get(party[0])
    if page and st.button(t("frame.to_party"), key=f"to-{party[1]}"):
        go(page, id=party[1])


def go(page: str, **parameters: str) -> None:
    """Open another page with these parameters in its link."""
    st.switch_page(f"app_pages/{page}.py", query_params=parameters)


__all__ = ["UserError", "access", "code", "go", "lang", "remember_language", "signed_in", "t", "to_party", "user"]
