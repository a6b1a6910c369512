"""What a query gave, as an analyst reads it: words in place of codes, a picture where there are paths."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboards.components.charts import PALETTE
from dashboards.components.formats import number
from dashboards.components.frame import empty
from dashboards.components.graph_picture import SHAPES
from dashboards.components.network import Edge, Node, picture
from dashboards.components.session import code, t
from dashboards.components.table import Columns, Form, downloads, table
from graph.access import Access
from graph.access.queries import walks
from graph.model import NODES
from graph.queries import QueryResult
from graph.queries.output import frame as as_frame
from texts import catalogue

MOST_NODES: Final = 150
CODED: Final[Mapping[str, tuple[str, ...]]] = {
    "segment": ("segment", "size"), "size": ("size",), "gender": ("gender",), "kind": ("kind", "relation", "counted"),
    "channel": ("channel",), "tier": ("tier",), "category": ("category",), "outcome": ("outcome",), "arm": ("arm",),
    "direction": ("direction",), "role": ("role", "relation"), "other_role": ("relation",), "roles": ("relation",),
    "section": ("section",), "level": ("level",), "label": ("label",), "of": ("label", "tie"), "ties": ("tie",),
    "family": ("driver",), "property": ("property.",), "rule": ("rule",),
    "detail": ("contract", "segment", "relation", "kind", "outcome", "arm"),
}  # fmt: skip
"""Columns that hold codes, and what their words may be under."""
SHARES: Final = ("share", "direct_share", "largest_share", "coverage", "probability", "rate")
MONEY: Final = (
    "amount", "money", "money_in", "money_out", "net", "aum", "pays", "receives", "cost", "value", "annual_value",
    "expected_value", "best_value",
)  # fmt: skip


def result_view(access: Access, name: str, result: QueryResult) -> None:
    """Draw it: how many rows, the picture, the table, the file."""
    if not result.rows:
        empty("queries.nothing")
        return
    st.caption(t("queries.truncated" if result.truncated else "queries.rows", rows=number(len(result.rows))))
    nodes, edges = _drawn(result)
    if edges:
        picture(nodes, edges, key=f"query-{name}", height=420, width=800)
    rows = as_frame(worded(result))
    columns: Columns = {column: (code("column", column), _form(column, rows.schema[column])) for column in rows.columns}
    table(rows, {column: (_yuan(*said), said[1]) for column, said in columns.items()}, key=f"rows-{name}")
    downloads(access, f"guanxi-{name}", as_frame(result))


def _yuan(heading: str, form: Form) -> str:
    return t("table.yuan", heading=heading) if form == "yuan" else heading


def _form(name: str, dtype: pl.DataType) -> Form:
    if dtype.is_numeric():
        return "percent" if name in SHARES else "yuan" if name in MONEY else "number"
    return "date" if dtype == pl.Date else "yes" if dtype == pl.Boolean else "text"


def worded(result: QueryResult) -> QueryResult:
    """The same rows in words: a path as names with arrows, a node as what it is and its key, a code as its text."""
    return replace(result, rows=[{name: _said(name, value) for name, value in row.items()} for row in result.rows])


def _said(column: str, value: Any) -> Any:
    match value:
        case {"label": str(label), "key": key, "properties": _}:
            return f"{code('label', label)} {key}"
        case {"party_name": name}:
            return str(name)
        case {"type": str(kind), "properties": _}:
            return code("tie", kind)
        case list():
            nodes = [part for part in value if isinstance(part, dict) and "label" in part]
            path = len(nodes) > 1 and column != "controllers"
            named = [_name(part) for part in nodes] if nodes else [str(_said(column, part)) for part in value]
            return (" → " if path else t("list_joiner")).join(named) or None
        case str():
            return _word(CODED.get(column, ()), value)
        case _:
            return value


def _word(places: Sequence[str], value: str) -> str:
    known = catalogue("en")
    keys = (f"{place}{value}" if place.endswith(".") else f"{place}_{value}" for place in places)
    return next((t(key) for key in keys if f"dash.{key}" in known), value)


def _name(part: Mapping[str, Any]) -> str:
    return str(part["properties"].get("name") or part["key"])


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


def _node(part: Mapping[str, Any]) -> Node:
    label, key = str(part["label"]), str(part["key"])
    name = _name(part)
    colour = PALETTE[list(NODES).index(label) % len(PALETTE)] if label in NODES else PALETTE[-1]
    return Node(f"{label}|{key}", name, colour, SHAPES.get(label, "dot"), note=f"{code('label', label)} {name}\n{key}")
