"""Bring a store to a version of the graph tables by writing only what differs.

Before the first row is written the store says that it may hold rows of the new version, too; when all is written it
says that it holds only that one. An interrupted sync is resumed by the next: against both versions, so that it ends
right wherever it stopped. Every statement can run twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from graph.home import Home
from graph.model import NODES, RELATIONSHIPS
from graph.snapshot import ENDS, GraphTables, Tables
from graph.store.connection import Store
from graph.store.difference import Difference, created_keys, difference
from graph.store.read_back import read_graph
from graph.store.schema import ensure_schema
from graph.store.scratch import scratch
from graph.store.state import (
    FINDINGS,
    SNAPSHOT,
    UNKNOWN,
    Layer,
    State,
    carried_properties,
    read_state,
    write_state,
)
from graph.store.write import Writer
from texts.progress import Progress


@dataclass(frozen=True)
class Changes:
    """How many nodes and relationships were created, updated and deleted."""

    created: int = 0
    updated: int = 0
    deleted: int = 0

    def json(self) -> dict[str, int]:
        """For `--json`."""
        return asdict(self)

    @classmethod
    def of(cls, differences: Iterable[Difference]) -> "Changes":
        """The sum of all tables."""
        numbers = [(one.created, one.updated, one.deleted) for one in differences]
        return cls(*map(sum, zip(*numbers, strict=True))) if numbers else cls()


def sync(store: Store, layer: Layer, new: Tables, home: Home, progress: Progress) -> Changes:
    """Bring one layer of the store to `new`; what others wrote beside it stays.

    The caller holds the home (`Home.writing`). Rows are compared with the versions that the store says it holds,
    or with the store itself where this home has them no more.

    Raises:
        UserError: a key is too long for an index, or data of others breaks a constraint.
    """
    target, carried = new.manifest["id"], carried_properties(new)
    state = read_state(store, layer)
    ensure_schema(store, new)
    if state.ids == (target,):
        return Changes()
    with scratch(home) as folder:
        bases = state.held(layer, home)
        if bases is None:
            bases = [read_graph(store, layer, folder / "store", progress, state.carried)]
        progress.step("store.comparing")
        nodes = _differences(layer.labels, "nodes", bases, new, folder)
        relationships = _differences(layer.types, "relationships", bases, new, folder)
        if layer is SNAPSHOT:
            _doubt_findings(store, home, nodes, bases)
        write_state(store, layer, state.moving_to(target, carried))
        with store.session() as session:
            Writer(session, progress, store.batch).write(nodes, relationships, _properties(bases, new))
        write_state(store, layer, State((target,), tuple(carried)))
    return Changes.of([*nodes.values(), *relationships.values()])


def _differences(
    names: Sequence[str], kind: str, bases: Sequence[GraphTables], new: GraphTables, folder: Path
) -> dict[str, Difference]:
    """By label or type; a version without such a table counts as one with an empty table."""
    found: dict[str, Difference] = {}
    for name in names:
        if any(name in (*tables.labels(), *tables.types()) for tables in (new, *bases)):
            keys = [NODES[name].key] if kind == "nodes" else [*ENDS, *RELATIONSHIPS[name].key]
            table, *old = (getattr(tables, kind)(name) for tables in (new, *bases))
            found[name] = difference(old, table, keys, folder / kind / name)
    return {name: one for name, one in found.items() if not one.is_empty}


def _properties(bases: Sequence[GraphTables], new: GraphTables) -> dict[str, list[str]]:
    """Every property name of ours by label, carried ones included."""
    return {
        label: [*dict.fromkeys(name for tables in (new, *bases) for name in tables.nodes(label).collect_schema())]
        for label in NODES
    }


def _doubt_findings(store: Store, home: Home, nodes: dict[str, Difference], bases: Sequence[GraphTables]) -> None:
    """Let the next sync of the findings look into the store where a node comes back that findings point at.

    Its relationships went away with it, which the findings' own versions do not know.
    """
    state = read_state(store, FINDINGS)
    for findings in state.held(FINDINGS, home) or ():
        for label, one in nodes.items():
            old = [base.nodes(label) for base in bases]
            created = created_keys(old, one.changed, NODES[label].key).select(pl.first().alias("id"))
            for ends in _ends_with(findings, label) if one.created else ():
                if not ends.join(created, on="id", how="semi").head(1).collect().is_empty():
                    write_state(store, FINDINGS, state.moving_to(UNKNOWN, ()))
                    return


def _ends_with(findings: GraphTables, label: str) -> Iterator[pl.LazyFrame]:
    for name in findings.types():
        table = findings.relationships(name)
        for side in ("from", "to"):
            yield table.filter(pl.col(f"{side}_label") == label).select(pl.col(f"{side}_id").alias("id"))
