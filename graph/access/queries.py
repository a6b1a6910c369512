"""Which parties a query asks for and speaks of: so that rows about others' customers can be left out."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from graph.access.network import Key
from graph.model import NODES, PARTIES

TIMEOUT: Final = 20.0
"""Seconds that a page waits for a query."""
LIMIT: Final = 1_000
_LABELS: Final = {NODES[label].key: label for label in PARTIES}
_BY_NAME: Final = {label.lower(): label for label in PARTIES}


def asked_for(parameters: Mapping[str, Any]) -> set[Key]:
    """The parties that parameters name: `company_id`, or `X_id` beside `X_type`."""
    found = {(_LABELS[name], str(value)) for name, value in parameters.items() if name in _LABELS and value}
    for name, value in parameters.items():
        label = _BY_NAME.get(str(value).lower()) if name.endswith("_type") else None
        if label and (key := parameters.get(f"{name.removesuffix('_type')}_id")):
            found.add((label, str(key)))
    return found


def spoken_of(row: Mapping[str, Any]) -> set[Key]:
    """The parties in a row of a result: its nodes, and its fields such as `customer_id` or `customer_ids`."""
    return {key for name, value in row.items() for key in _parties(name, value)}


def _parties(name: str, value: Any) -> Iterator[Key]:
    match value:
        case {"label": str(label), "key": key, "properties": _}:
            if label in PARTIES:
                yield label, str(key)
        case dict():
            for inner, item in value.items():
                yield from _parties(str(inner), item)
        case list():
            for item in value:
                yield from _parties(name, item)
        case str():
            label = next((label for key, label in _LABELS.items() if name in (key, f"{key}s", f"given_{key}")), None)
            if label:
                yield label, value
        case _:
            pass


def walks(rows: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
    """(node, relationship type, node) for each step of the paths and chains of nodes in the rows.

    A path is a list of nodes with relationships between them; a chain has nodes only, and its types are "".
    """
    for row in rows:
        for value in row.values():
            if isinstance(value, list):
                yield from _steps([part for part in value if isinstance(part, dict)])


def _steps(parts: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
    last, between = None, ""
    for part in parts:
        if "label" not in part:
            between = str(part.get("type") or "")
            continue
        if last is not None:
            yield last, between, part
        last, between = part, ""
