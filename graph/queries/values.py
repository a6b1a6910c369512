"""Neo4j's values as plain ones, with personal data masked by what `graph.model` says of it.

A node is `{"label", "key", "properties"}` with declared properties only, a relationship `{"type", "properties"}`,
a path the list of both in turn. In a record (a row, or a map inside one) the field `X_name` is the name of the
party in the field `X`, else of the label `X` (`customer_name`), else of any: unknown means masked.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, cast

import neo4j.time
from neo4j.graph import Node, Path, Relationship
from neo4j.spatial import Point

from graph.masks import KINDS, Kind, kind_in, kind_of, mask, masked_properties
from graph.model import NODES, RELATIONSHIPS

_LABELS: Final = {label.lower(): label for label in NODES}


@dataclass(frozen=True)
class QueryResult:
    """The rows of a query, plain values by column; `truncated` where there were more than the limit."""

    columns: list[str]
    rows: list[dict[str, Any]] = field(repr=False)
    truncated: bool = False


def plain_rows(
    columns: list[str], records: Sequence[Sequence[Any]], masks: Mapping[str, Kind], *, unmask: bool
) -> list[dict[str, Any]]:
    """Rows of the driver as plain ones; `masks` are those that the query declares by column."""
    rows = [dict(zip(columns, map(plain, record), strict=True)) for record in records]
    return rows if unmask else [_masked_record(row, masks) for row in rows]


def plain(value: Any) -> Any:  # noqa: C901, PLR0911 - one case for each kind of value
    """A value of the driver as JSON knows it, but for dates and times; not masked."""
    match value:
        case Node():
            return _node(value)
        case Relationship():
            return {"type": value.type, "properties": _declared(value, RELATIONSHIPS.get(value.type))}
        case Path():
            steps = [part for pair in zip(value.nodes, value.relationships, strict=False) for part in pair]
            return [plain(part) for part in (*steps, value.nodes[-1])]
        case neo4j.time.Duration() | Point():  # tuples, too
            return str(value)
        case list() | tuple():
            return [plain(item) for item in value]
        case dict():
            return {str(name): plain(item) for name, item in value.items()}
        case neo4j.time.Date() | neo4j.time.DateTime() | neo4j.time.Time():
            return value.to_native()
        case float():
            return value if math.isfinite(value) else None
        case None | bool() | int() | str() | date():
            return value
        case bytes() | bytearray():
            return value.hex()
        case _:
            return str(value)


def _node(node: Node) -> dict[str, Any]:
    label = next((label for label in NODES if label in node.labels), None)
    declared = NODES.get(label or "")
    key = node.get(declared.key) if declared else None
    return {"label": label, "key": key, "properties": _declared(node, declared)}


def _declared(entity: Node | Relationship, declaration: Any) -> dict[str, Any]:
    """The declared properties that it has: nobody said of the others whether they are personal."""
    names = [prop.name for prop in declaration.properties] if declaration else []
    return {name: plain(entity[name]) for name in names if entity.get(name) is not None}


def _masked_record(record: dict[str, Any], masks: Mapping[str, Kind]) -> dict[str, Any]:
    return {name: _masked(value, masks.get(name) or _kind(name, record)) for name, value in record.items()}


def _masked(value: Any, kind: Kind | None) -> Any:
    match value:
        case {"label": label, "key": _, "properties": dict(properties)}:
            return value | {"properties": masked_properties(label, cast("dict[str, Any]", properties))}
        case dict():
            return _masked_record(value, {})
        case list():
            return [_masked(item, kind) for item in value]
        case _:
            return mask(kind, value) if kind else value


def _kind(name: str, record: dict[str, Any]) -> Kind | None:
    """What a field is masked as, by its name and by the node that it belongs to."""
    prop = next((kind for kind in KINDS if name == kind or name.endswith(f"_{kind}")), None)
    if prop is None:
        return None
    owner = name.removesuffix(prop).rstrip("_")
    party = record.get(owner)
    if isinstance(party, dict):
        return kind_in(party.get("label"), prop, party.get("properties", {}))
    return kind_of(_LABELS.get(owner), prop)
