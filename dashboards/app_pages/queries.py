"""Queries 查询: the saved Cypher queries as forms, and a box for free Cypher."""

import json
from datetime import date
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboards.components.charts import PALETTE
from dashboards.components.frame import empty, frame
from dashboards.components.graph_picture import SHAPES
from dashboards.components.model_tables import model_tables
from dashboards.components.network import Edge, Node, picture
from dashboards.components.part import part
from dashboards.components.session import code, lang, t
from dashboards.components.table import Columns, Form, downloads, table
from graph.access import Access
from graph.access.queries import run_free, run_saved, walks
from graph.model import NODES
from graph.queries import Parameter, QueryResult, SavedQuery, list_queries
from graph.queries.output import frame as as_frame
from graph.queries.saved import Value
from texts import UserError

MOST_NODES: Final = 150
CODED: Final = ("segment", "size", "gender", "kind", "channel", "tier", "category", "outcome", "arm")
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
            _result(access, query.name, run_saved(access, query, given))
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
            value = st.date_input(label, value=day, key=key)
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
            _result(access, "cypher", run_free(access, str(wanted)))
    with right:
        model_tables()


def _result(access: Access, name: str, result: QueryResult) -> None:
    if not result.rows:
        empty("queries.nothing")
        return
    rows = as_frame(result)
    st.caption(t("queries.truncated" if result.truncated else "queries.rows", rows=f"{len(rows):,}"))
    nodes, edges = _drawn(result)
    if edges:
        picture(nodes, edges, key=f"query-{name}", height=420)
    columns: Columns = {column: (code("column", column), _form_of(rows.schema[column])) for column in rows.columns}
    table(_worded(rows), columns, key=f"rows-{name}")
    downloads(access, f"guanxi-{name}", rows)


def _worded(rows: pl.DataFrame) -> pl.DataFrame:
    """Codes, such as a segment, in words."""
    coded = [name for name in CODED if rows.schema.get(name) == pl.String]
    words = {name: {value: code(name, value) for value in rows[name].drop_nulls().unique()} for name in coded}
    return rows.with_columns(pl.col(name).replace(said) for name, said in words.items())


def _form_of(dtype: pl.DataType) -> Form:
    if dtype.is_numeric():
        return "number"
    return "date" if dtype == pl.Date else "yes" if dtype == pl.Boolean else "text"


def _drawn(result: QueryResult) -> tuple[list[Node], list[Edge]]:
    """The paths of a result as a picture."""
    nodes: dict[str, Node] = {}
    edges: dict[tuple[str, str, str], Edge] = {}
    for start, kind, end in walks(result.rows):
        if len(nodes) >= MOST_NODES:
            break
        ends = [_node(part) for part in (start, end)]
        nodes |= {node.id: node for node in ends}
        one, other = (node.id for node in ends)
        edges[one, kind, other] = Edge(one, other, code("tie", kind) if kind else "", arrow=False)
    return list(nodes.values()), list(edges.values())


def _node(part: dict[str, Any]) -> Node:
    label, key = str(part["label"]), str(part["key"])
    name = str(part["properties"].get("name") or key)
    colour = PALETTE[list(NODES).index(label) % len(PALETTE)] if label in NODES else PALETTE[-1]
    return Node(f"{label}|{key}", name, colour, SHAPES.get(label, "dot"), note=f"{code('label', label)} {name}\n{key}")


show()
