"""Queries within a user's scope: rows that speak of parties in other branches are left out."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from graph.access.access import Access
from graph.access.network import Key
from graph.model import NODES, PARTIES
from graph.queries import QueryResult, SavedQuery, bind, run
from graph.queries.saved import parse
from texts import UserError

TIMEOUT: Final = 20.0
"""Seconds that a page waits for a query."""
LIMIT: Final = 1_000
_LABELS: Final = {NODES[label].key: label for label in PARTIES}
_BY_NAME: Final = {label.lower(): label for label in PARTIES}


def run_saved(access: Access, saved: SavedQuery, given: Mapping[str, str]) -> QueryResult:
    """Run a saved query with the given parameters.

    Raises:
        UserError: a parameter is wrong or names what the user does not see, or the query does not end well.
    """
    parameters = bind(saved, given)
    _need_scope(access, parameters)
    with access.gate.store() as store:
        result = run(
            store.driver, store.database, saved, parameters, limit=LIMIT, timeout=TIMEOUT, unmask=access.unmask
        )
    access.note("query", saved.name, rows=len(result.rows), unmasked=access.unmask)
    return within_scope(access, result)


def run_free(access: Access, text: str) -> QueryResult:
    """Run free Cypher, read-only, for who has the right to it and sees every branch.

    Raises:
        UserError: the user may not, or the query is refused or does not end well.
    """
    access.need("cypher")
    if access.places is not None:
        raise UserError("access.no_right", right="cypher")
    return run_saved(access, parse("cypher", text), {})


def _need_scope(access: Access, parameters: Mapping[str, Any]) -> None:
    """A scoped user asks for own parties, branches, managers and opportunities only."""
    if access.places is None:
        return
    asked = asked_for(parameters)
    listed = {"branch_id": access.branches, "manager_id": access.managers}
    foreign = (
        name for name, known in listed.items()
        if parameters.get(name) and parameters[name] not in known()[name].to_list()
    )  # fmt: skip
    if asked - access.visible(asked) or any(foreign):
        raise UserError("access.not_here")
    if opportunity := parameters.get("opportunity_id"):
        access.opportunity(str(opportunity))


def within_scope(access: Access, result: QueryResult) -> QueryResult:
    """The result without the rows that speak of a party in a branch that the user does not see."""
    if access.places is None:
        return result
    spoken = [spoken_of(row) for row in result.rows]
    visible = access.visible({key for keys in spoken for key in keys})
    kept = [row for row, keys in zip(result.rows, spoken, strict=True) if keys <= visible]
    return replace(result, rows=kept)


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
