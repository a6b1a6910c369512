"""Which version the store holds, kept in the store itself so that a store moved or rebuilt always knows.

One `(:GuanxiSync {layer, ids, carried})` per layer. `ids` are the versions whose rows the store may hold: one after
a whole sync, more in the middle of one. `carried` names the properties of ours that the model does not declare.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graph.home import Home
from graph.model import DETECTED_NODES, DETECTED_RELATIONSHIPS, NODES, RELATIONSHIPS
from graph.snapshot import GraphTables, Tables, versions
from graph.store.connection import Store

STATE_LABEL: Final = "GuanxiSync"
UNKNOWN: Final = "?"
"""Among `ids`: rows that no version tells; the store must be read to know."""


@dataclass(frozen=True)
class Layer:
    """A part of the graph that is brought up to date by itself: what loads give, or what `find` gives."""

    name: str
    labels: tuple[str, ...]
    types: tuple[str, ...]

    def folder(self, home: Home) -> Path:
        """Where its versions are."""
        return home.snapshots if self is SNAPSHOT else home.findings


SNAPSHOT: Final = Layer(
    "snapshot",
    tuple(label for label in NODES if label not in DETECTED_NODES),
    tuple(name for name in RELATIONSHIPS if name not in DETECTED_RELATIONSHIPS),
)
FINDINGS: Final = Layer("findings", DETECTED_NODES, DETECTED_RELATIONSHIPS)
LAYERS: Final = {layer.name: layer for layer in (SNAPSHOT, FINDINGS)}


@dataclass(frozen=True)
class State:
    """What one layer of a store may hold."""

    ids: tuple[str, ...] = (UNKNOWN,)
    carried: tuple[str, ...] = ()

    def held(self, layer: Layer, home: Home) -> list[Tables] | None:
        """The versions whose rows the store may hold; None where the store must be read to know."""
        known = {tables.manifest["id"]: tables for tables in map(Tables, versions(layer.folder(home)))}
        return [known[name] for name in self.ids] if all(name in known for name in self.ids) else None

    def moving_to(self, target: str, carried: Iterable[str]) -> "State":
        """In the middle of a sync to the version `target`."""
        return State(_unique(*self.ids, target), _unique(*self.carried, *carried))


def read_state(store: Store, layer: Layer) -> State:
    """What the store says that it holds; unknown where it says nothing."""
    query = "MATCH (state:GuanxiSync {layer: $layer}) RETURN state.ids AS ids, coalesce(state.carried, []) AS carried"
    rows = store.read(query, layer=layer.name)
    return State(tuple(rows[0]["ids"]), tuple(rows[0]["carried"])) if rows else State()


def write_state(store: Store, layer: Layer, state: State) -> None:
    """Write down what the store may hold from now on."""
    query = "MERGE (state:GuanxiSync {layer: $layer}) SET state.ids = $ids, state.carried = $carried"
    store.write(query, layer=layer.name, ids=list(state.ids), carried=list(state.carried))


def carried_properties(tables: GraphTables) -> list[str]:
    """`Label.property` of every column that the model does not declare."""
    return [
        f"{label}.{name}"
        for label in tables.labels()
        for name in tables.nodes(label).collect_schema()
        if name not in {prop.name for prop in NODES[label].properties}
    ]


def _unique(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
