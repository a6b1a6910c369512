"""Queries 查询: the saved Cypher queries as forms, and a box for free Cypher."""

import json
from datetime import date
from typing import Any, Final

import streamlit as st

from dashboards.components.formats import DAY
from dashboards.components.frame import empty, frame
from dashboards.components.model_tables import model_tables
from dashboards.components.part import part
from dashboards.components.query_result import result_view
from dashboards.components.session import code, lang, t
from graph.access import Access
from graph.access.queries import run_free, run_saved
from graph.model import PARTIES
from graph.queries import Parameter, SavedQuery, list_queries
from graph.queries.saved import Value
from texts import UserError

TYPES: Final = tuple(label.lower() for label in PARTIES)
EXAMPLE: Final = "MATCH (c:Company)<-[:WORKS_AT]-(e:Employee)\nRETURN c.name AS company_name, count(e) AS staff\nORDER BY staff DESC LIMIT 20"  # noqa: E501


def show() -> None:
    """Draw the page."""
    access = frame("queries")
    if not access.gate.exists:
        empty("queries.no_store")
        return
    names = [t("queries.saved"), *([t("queries.free")] if access.user.may("cypher") else [])]
    saved, *free = st.tabs(names)
    with saved:
        _saved()
    for tab in free:
        with tab:
            _free()


@part
def _saved(access: Access) -> None:
    queries = {query.name: query for query in list_queries()}
    asked = st.query_params.get("q")
    names = sorted(queries, key=lambda name: queries[name].title(lang()))
    left, right = st.columns([1, 2], gap="medium")
    with left:
        name = st.selectbox(
            t("queries.choose"), names, index=names.index(asked) if asked in queries else 0, key="query",
            format_func=lambda name: queries[name].title(lang()),
        )  # fmt: skip
        query = queries[str(name)]
        st.caption(query.answers(lang()))
        given = _form(query)
        with st.expander("Cypher"):
            st.code(query.text, language="cypher")
    with right:
        if given is not None:
            st.query_params.from_dict(_kept() | {"q": query.name, "p": json.dumps(given, ensure_ascii=False)})
            result_view(access, query.name, run_saved(access, query, given))
        else:
            empty("queries.empty")


def _kept() -> dict[str, str]:
    return {name: value for name, value in st.query_params.to_dict().items() if name == "lang"}


def _form(query: SavedQuery) -> dict[str, str] | None:
    """The parameters as given in the form or in the link; none until somebody asked."""
    linked = _of_link(query)
    with st.form(f"form-{query.name}", border=False):
        said = {each.name: _field(query, each, linked.get(each.name)) for each in query.parameters}
        asked = st.form_submit_button(t("queries.run"), type="primary")
    if not (asked or ((linked or not query.parameters) and st.query_params.get("q") == query.name)):
        return None
    given = {name: value for name, value in said.items() if value != ""}
    if missing := [each.name for each in query.parameters if each.required and each.name not in given]:
        raise UserError("access.missing_parameter", names=", ".join(map(_label, missing)))
    return given


def _of_link(query: SavedQuery) -> dict[str, str]:
    try:
        said: Any = json.loads(st.query_params.get("p", "{}"))
    except ValueError:
        return {}
    fits = st.query_params.get("q") == query.name and isinstance(said, dict)
    return {str(name): str(value) for name, value in said.items()} if fits else {}


def _label(name: str) -> str:
    return code("parameter", name)


def _field(query: SavedQuery, parameter: Parameter, linked: str | None) -> str:
    """One field of the form; what it holds, as text."""
    text = linked if linked is not None else (parameter.default or "")
    text = "" if text == "null" else text
    key, label = f"{query.name}-{parameter.name}", _label(parameter.name)
    value: Value
    match parameter.type:
        case "boolean":
            value = st.toggle(label, value=text.lower() == "true", key=key)
        case "integer":
            value = st.number_input(label, value=int(text or 0), step=1, key=key)
        case "float":
            value = st.number_input(label, value=float(text or 0), key=key)
        case "date":
            day = date.today() if text in ("", "today") else date.fromisoformat(text)  # noqa: DTZ011 - the user's day
            value = st.date_input(label, value=day, key=key, format=DAY)
        case _ if parameter.name.endswith("_type"):
            value = st.selectbox(
                label, TYPES, index=TYPES.index(text) if text in TYPES else 0, key=key,
                format_func=lambda name: code("label", name.capitalize()),
            )  # fmt: skip
        case _:
            value = st.text_input(label, value=text, key=key).strip()
    return str(value).lower() if isinstance(value, bool) else str(value)


@part
def _free(access: Access) -> None:
    left, right = st.columns([2, 1], gap="medium")
    with left:
        with st.form("free", border=False):
            text = st.text_area(t("queries.cypher"), value=EXAMPLE, height=200, key="free-text")
            asked = st.form_submit_button(t("queries.run"), type="primary")
        if asked:
            st.session_state["free-asked"] = text
        if wanted := st.session_state.get("free-asked"):
            result_view(access, "cypher", run_free(access, str(wanted)))
    with right:
        model_tables()


show()
