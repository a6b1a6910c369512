"""The neighbourhood of a party, from the store by Cypher that is built from the model; crowds are counted, not fetched.

(company)←WORKS_AT─ 412 employees      one node, a "crowd", that opens on demand
(company)─SUPPLIES→(company)           each of the few
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Final

from graph.model import NODES, PARTIES, RELATIONSHIPS, quoted
from graph.store import Store

FEW: Final = 12
"""Up to so many neighbours by one type are shown each; more are a crowd."""
OPENED: Final = 60
"""So many of a crowd are shown when it is opened; the rest stays one node."""
MOST: Final = 150
"""Nodes in one picture."""
STEPS: Final = 6
MOST_LINKS: Final = 2_000
"""A shortest connection never passes through a party with more ties than this."""
_BEGINS: Final = ("first_on", "hired_on", "since", "opened_on")
_ENDS: Final = ("last_on", "left_on", "closed_on")

Key = tuple[str, str]
"""A label and a key."""


@dataclass(frozen=True)
class Tie:
    """One relationship between two shown nodes."""

    type: str
    start: Key
    end: Key
    properties: dict[str, Any] = field(default_factory=dict[str, Any], hash=False, compare=False)

    @property
    def begins(self) -> date | None:
        """The first day on which it was there, where known."""
        return _first(self.properties, _BEGINS)

    @property
    def ends(self) -> date | None:
        """The last day on which it was there, where known."""
        return _first(self.properties, _ENDS)


@dataclass(frozen=True)
class Crowd:
    """Many neighbours by one type and direction, in one node."""

    of: Key
    type: str
    outgoing: bool
    number: int
    """those that are not shown"""

    @property
    def code(self) -> str:
        """A name for links and pictures."""
        return f"{self.of[0]}|{self.of[1]}|{self.type}|{'out' if self.outgoing else 'in'}"


@dataclass(frozen=True)
class Neighbourhood:
    """What stands around some parties: properties of the nodes by key, ties, crowds."""

    nodes: dict[Key, dict[str, Any]]
    ties: tuple[Tie, ...]
    crowds: tuple[Crowd, ...] = ()


@cache
def types() -> tuple[str, ...]:
    """The relationship types between parties."""
    parties = set(PARTIES)
    return tuple(
        name for name, one in RELATIONSHIPS.items() if set(one.starts) & parties and set(one.ends) & parties
        and name not in ("FOR", "SUPPORTED_BY")
    )  # fmt: skip


@cache
def _directions(label: str) -> tuple[tuple[str, bool], ...]:
    """(type, outgoing) of the ties that a party of this label can have."""
    one = RELATIONSHIPS
    out = [(name, True) for name in types() if label in one[name].starts]
    back = [(name, False) for name in types() if label in one[name].ends]
    return (*out, *back)


def neighbours(store: Store, party: Key, *, chosen: Sequence[str], opened: Iterable[str] = ()) -> Neighbourhood:
    """What stands next to one party.

    Args:
        store: an open store.
        party: label and key.
        chosen: the relationship types to follow.
        opened: codes of crowds of which `OPENED` members are shown.

    Returns:
        The party itself, its neighbours and ties, and a crowd for each type with more than `FEW`.
        No nodes at all where there is no such party.
    """
    label = party[0]
    found = store.read(_degrees(label), key=party[1])
    if not found:
        return Neighbourhood({}, ())
    opened_codes = set(opened)
    limits: list[int] = []
    crowds: list[Crowd] = []
    for way, number in zip(_directions(label), found[0]["numbers"], strict=True):
        crowd = Crowd(party, way[0], way[1], number)
        limit = OPENED if crowd.code in opened_codes else FEW if number <= FEW else 0
        asked = way[0] in chosen
        limits.append(limit if number and asked else 0)
        if asked and number > limit:
            crowds.append(Crowd(party, way[0], way[1], number - limit))
    nodes, ties = _fetched(store, party, limits)
    return Neighbourhood({party: _plain(found[0]["node"])} | nodes, ties, tuple(crowds))


@cache
def _degrees(label: str) -> str:
    counts = ", ".join(
        f"COUNT {{ (n){_arrow(name, outgoing=out, variable='')}() }}" for name, out in _directions(label)
    )
    return f"{_matched('n', label, 'key')} RETURN properties(n) AS node, [{counts}] AS numbers"


def _arrow(type: str, *, outgoing: bool, variable: str = "r") -> str:  # noqa: A002
    tie = f"-[{variable}:{quoted(type)}]-"
    return f"{tie}>" if outgoing else f"<{tie}"


def _fetched(store: Store, party: Key, limits: Sequence[int]) -> tuple[dict[Key, dict[str, Any]], tuple[Tie, ...]]:
    """The first neighbours by each way, up to its limit; a way with a limit of 0 is not walked."""
    if not any(limits):
        return {}, ()
    nodes: dict[Key, dict[str, Any]] = {}
    ties: dict[Tie, None] = {}
    for row in store.read(_first_neighbours(party[0]), key=party[1], limits=limits):
        if (key := _key(row["labels"], row["node"])) is not None:
            start, end = (party, key) if row["outgoing"] else (key, party)
            nodes[key] = _plain(row["node"])
            ties[Tie(row["type"], start, end, _plain(row["tie"]))] = None
    return nodes, tuple(ties)


@cache
def _first_neighbours(label: str) -> str:
    """One text for every choice of types, so that Neo4j plans it once; planning takes longer than fetching."""
    ways = " UNION ALL ".join(
        f"WITH n WHERE $limits[{place}] > 0 MATCH (n){_arrow(name, outgoing=out)}(m) "
        f"RETURN r, m ORDER BY {_ORDER} LIMIT toInteger($limits[{place}])"
        for place, (name, out) in enumerate(_directions(label))
    )
    return (
        f"{_matched('n', label, 'key')} CALL (n) {{ {ways} }} RETURN type(r) AS type, properties(r) AS tie, "
        "startNode(r) = n AS outgoing, labels(m) AS labels, properties(m) AS node"
    )


def _matched(name: str, label: str, parameter: str) -> str:
    """The clause that finds a party by its key."""
    return f"MATCH ({name}:{quoted(label)} {{{quoted(NODES[label].key)}: ${parameter}}})"


_ORDER: Final = "coalesce(m.customer_id, m.company_id, m.employee_id, m.counterparty_id)"
_HUB: Final = 200
"""A party with more ties than this is not walked from when ties among parties are looked for."""
_TIE: Final = "type(r) AS type, properties(r) AS tie, labels(a) AS start_labels, labels(b) AS end_labels"
_KEYS: Final = "{.customer_id, .company_id, .employee_id, .counterparty_id}"


def warm(store: Store) -> None:
    """Let Neo4j plan and read what every picture asks, so that the first one need not wait for it."""
    some: list[Key] = []
    for label in PARTIES:
        rows = store.read(f"MATCH (n:{quoted(label)}) RETURN n.{quoted(NODES[label].key)} AS key LIMIT 1")
        some += [(label, str(row["key"])) for row in rows]
    for party in some:
        neighbours(store, party, chosen=types())
    ties_among(store, some, chosen=types())


def ties_among(store: Store, parties: Sequence[Key], *, chosen: Sequence[str]) -> tuple[Tie, ...]:
    """The ties between any two of these parties; their number bounds the work, not the ties that they have."""
    if not chosen or not parties:
        return ()
    given = {label: [key for each, key in parties if each == label] for label in PARTIES}
    rows = store.read(_among(), given=given | {"chosen": list(chosen)})
    return tuple(tie for row in rows if (tie := _tie(row)) is not None)


@cache
def _among() -> str:
    """From every party with few ties to all others; among those with many, pair by pair.

    Lists are given within one map: Neo4j plans anew for lists of another size.
    """
    found = " UNION ALL ".join(
        f"UNWIND $given.{label} AS key {_matched('n', label, 'key').replace('$key', 'key')} RETURN n"
        for label in PARTIES
    )
    tied = f"MATCH (a)-[r:{'|'.join(quoted(name) for name in types())}]-(b)"
    return (
        f"CALL () {{ {found} }} WITH collect(n) AS all UNWIND all AS a CALL (a, all) {{ "
        f"WITH a, all WHERE COUNT {{ (a)--() }} <= {_HUB} {tied} WHERE b IN all AND type(r) IN $given.chosen RETURN r "
        f"UNION ALL WITH a, all WHERE COUNT {{ (a)--() }} > {_HUB} UNWIND all AS b "
        f"WITH a, b WHERE COUNT {{ (b)--() }} > {_HUB} AND elementId(a) <= elementId(b) "
        f"{tied} WHERE type(r) IN $given.chosen RETURN r }} "
        f"WITH DISTINCT r, startNode(r) AS a, endNode(r) AS b RETURN {_TIE}, a {_KEYS} AS start, b {_KEYS} AS end"
    )


def shortest(store: Store, one: Key, other: Key, *, chosen: Sequence[str]) -> Neighbourhood:
    """The nodes and ties on a shortest connection, of at most `STEPS` ties; empty where there is none.

    Parties with more than `MOST_LINKS` ties are not passed through: that two people have a bank in common says nothing.
    """
    wanted = "|".join(quoted(name) for name in chosen)
    query = (
        f"{_matched('a', one[0], 'a')} {_matched('b', other[0], 'b')} "
        f"MATCH path = ANY SHORTEST (a) ((x)-[:{wanted}]-(y) "
        f"WHERE y = b OR COUNT {{ (y)--() }} <= $most){{1,{STEPS}}} (b) UNWIND relationships(path) AS r "
        f"WITH r, startNode(r) AS a, endNode(r) AS b "
        f"RETURN {_TIE}, properties(a) AS start, properties(b) AS end"
    )
    rows = store.read(query, a=one[1], b=other[1], most=MOST_LINKS)
    nodes: dict[Key, dict[str, Any]] = {}
    for row in rows:
        for end in ("start", "end"):
            if key := _key(row[f"{end}_labels"], row[end]):
                nodes[key] = _plain(row[end])
    return Neighbourhood(nodes, tuple(tie for row in rows if (tie := _tie(row)) is not None))


def _tie(row: dict[str, Any]) -> Tie | None:
    start, end = (_key(row[f"{name}_labels"], row[name]) for name in ("start", "end"))
    return Tie(row["type"], start, end, _plain(row["tie"])) if start and end else None


def _key(labels: Sequence[str], properties: dict[str, Any]) -> Key | None:
    """Label and key of a party; none for any other node, such as one that others put into the store."""
    for label in PARTIES:
        if label in labels and NODES[label].key in properties:
            return label, str(properties[NODES[label].key])
    return None


def _plain(properties: dict[str, Any]) -> dict[str, Any]:
    """Dates of the driver as dates of Python."""
    return {name: value.to_native() if hasattr(value, "to_native") else value for name, value in properties.items()}


def _first(properties: dict[str, Any], names: Sequence[str]) -> date | None:
    return next((properties[name] for name in names if isinstance(properties.get(name), date)), None)
