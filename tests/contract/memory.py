"""Graph tables in plain Python: what the oracles look things up in."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph.model import NODES
from graph.snapshot import ENDS, Tables

KEYS = ("customer_id", "company_id", "employee_id", "counterparty_id")


@dataclass(frozen=True, eq=False)
class Node:
    """A node; equal only to itself."""

    label: str
    key: str
    properties: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.properties.get(name)

    def __str__(self) -> str:
        return f"{self.label}:{self.key}"


@dataclass(frozen=True, eq=False)
class Tie:
    """A relationship; equal only to itself."""

    type: str
    start: Node
    end: Node
    properties: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.properties.get(name)

    def other(self, node: Node) -> Node:
        """The other end."""
        return self.end if node is self.start else self.start


class Graph:
    """All nodes and relationships of graph tables."""

    def __init__(self, *layers: Tables) -> None:
        self.nodes: dict[tuple[str, str], Node] = {}
        self.ties: dict[str, list[Tie]] = defaultdict(list)
        self.outgoing: dict[tuple[Node, str], list[Tie]] = defaultdict(list)
        self.incoming: dict[tuple[Node, str], list[Tie]] = defaultdict(list)
        for tables in layers:
            for label in tables.labels():
                for row in tables.nodes(label).collect().to_dicts():
                    key = row[NODES[label].key]
                    self.nodes[label, key] = Node(label, key, row)
        for tables in layers:
            for name in tables.types():
                for row in tables.relationships(name).collect().to_dicts():
                    self._tie(name, row)

    def _tie(self, name: str, row: dict[str, Any]) -> None:
        start, end = (self.nodes[row[f"{side}_label"], row[f"{side}_id"]] for side in ("from", "to"))
        tie = Tie(name, start, end, {column: value for column, value in row.items() if column not in ENDS})
        self.ties[name].append(tie)
        self.outgoing[start, name].append(tie)
        self.incoming[end, name].append(tie)

    def all(self, label: str) -> list[Node]:
        """Every node of a label."""
        return [node for node in self.nodes.values() if node.label == label]

    def out(self, node: Node, *types: str) -> list[Tie]:
        """The relationships that start here."""
        return [tie for name in types for tie in self.outgoing[node, name]]

    def into(self, node: Node, *types: str) -> list[Tie]:
        """The relationships that end here."""
        return [tie for name in types for tie in self.incoming[node, name]]

    def around(self, node: Node, *types: str) -> list[Tie]:
        """The relationships that start or end here; a loop counts once."""
        return self.out(node, *types) + [tie for tie in self.into(node, *types) if tie.start is not tie.end]

    def within(self, node: Node, steps: int, *types: str) -> dict[Node, int]:
        """The nodes reached over believed links of these types, with their distance."""
        found, edge = {node: 0}, [node]
        for distance in range(1, steps + 1):
            ties = [(at, tie) for at in edge for tie in self.around(at, *types) if is_sure(tie)]
            edge = [tie.other(at) for at, tie in ties if tie.other(at) not in found]
            found |= dict.fromkeys(edge, distance)
        return found

    def records(self, node: Node) -> list[Node]:
        """The records of the same person within three links, the node itself first."""
        return list(self.within(node, 3, "IS_CUSTOMER", "SAME_AS"))

    def paths(self, node: Node, steps: int, name: str, *, forward: bool) -> Iterator[list[Tie]]:
        """Every path of one type and direction that comes to no node twice, from the node on."""
        stack: list[tuple[Node, list[Tie], set[Node]]] = [(node, [], {node})]
        while stack:
            at, path, seen = stack.pop()
            for tie in self.outgoing[at, name] if forward else self.incoming[at, name]:
                after = tie.end if forward else tie.start
                if after not in seen:
                    yield [*path, tie]
                    if len(path) + 1 < steps:
                        stack.append((after, [*path, tie], seen | {after}))

    def below(self, branch: Node) -> dict[Node, int]:
        """The branch and those below it, with their depth."""
        found = {branch: 0}
        for path in self.paths(branch, 5, "PART_OF", forward=False):
            found[path[-1].start] = len(path)
        return found


def is_sure(tie: Tie) -> bool:
    """Whether a link of two records is believed."""
    return (tie["probability"] or 1.0) >= 0.5


def is_open(tie: Tie, as_of: date) -> bool:
    """Whether a contract, or a place on the staff, still stands."""
    end = tie["closed_on"] or tie["left_on"]
    return end is None or end > as_of


def fen(amount: float | None) -> int:
    """Yuan as whole fen."""
    return round((amount or 0) * 100)


def up(*values: Any) -> tuple[Any, ...]:
    """A sort key as Cypher's: ascending, unknown last."""
    return tuple((value is None, value) for value in values)


def down(value: float | None) -> tuple[Any, ...]:
    """A sort key as Cypher's `DESC`: unknown first."""
    return (value is not None, -(value or 0))


def keys(node: Node) -> tuple[Any, ...]:
    """What the queries break ties by."""
    return up(*(node[name] for name in KEYS))


def chain_keys(nodes: Iterable[Node]) -> list[tuple[Any, ...]]:
    """The same for a list of nodes."""
    return [keys(node) for node in nodes]
