"""Read the graph out of a store into graph tables: to compare with, and for `guanxi pull`."""

from collections.abc import Sequence
from functools import partial
from itertools import product
from pathlib import Path
from typing import Final, LiteralString, cast

import polars as pl
import pyarrow.parquet as pq
from neo4j import ManagedTransaction

from graph.model import NODES, RELATIONSHIPS, Property, Type, carried_name, quoted
from graph.snapshot import ENDS, POLARS_TYPES, Tables
from graph.store.connection import Store
from graph.store.state import Layer, read_state
from texts.progress import Progress

_ROWS: Final = 50_000
"""Held in memory at a time."""
_VALUES: Final[dict[Type, str]] = {
    "string": "toStringOrNull({0})",
    "integer": "toIntegerOrNull({0})",
    "float": "toFloatOrNull({0})",
    "boolean": "toBooleanOrNull({0})",
    "date": "CASE WHEN {0} IS :: DATE THEN toString({0}) END",
    "string[]": "CASE WHEN {0} IS :: LIST<ANY> THEN toStringList({0}) END",
    "integer[]": "CASE WHEN {0} IS :: LIST<ANY> THEN toIntegerList({0}) END",
    "float[]": "CASE WHEN {0} IS :: LIST<ANY> THEN toFloatList({0}) END",
    "date[]": "CASE WHEN {0} IS :: LIST<DATE NOT NULL> THEN [value IN {0} | toString(value)] END",
}
"""Dates come as text, which Polars reads at once; a value of a type that the model does not expect is no value."""
_SENT: Final[dict[Type, pl.DataType]] = {**POLARS_TYPES, "date": pl.String(), "date[]": pl.List(pl.String())}
_STORED: Final[dict[str, Type]] = {"INTEGER": "integer", "FLOAT": "float", "BOOLEAN": "boolean", "DATE": "date"}


def read_graph(
    store: Store, layer: Layer, folder: Path, progress: Progress, carried: Sequence[str] | None = None
) -> Tables:
    """One layer of what the store holds, as graph tables in `folder` (which has no manifest).

    A node without a key is not ours and left out. `carried` names the undeclared properties to read
    (`Label.property`); without it, all that nodes have.
    """
    for kind in ("nodes", "relationships"):
        (folder / kind).mkdir(parents=True)
    for label in layer.labels:
        if _count(store, f"MATCH (n:{quoted(label)}) RETURN count(n) AS n"):
            _read_nodes(store, label, _columns(store, label, carried), folder, progress)
    for name in layer.types:
        if total := _count(store, f"MATCH ()-[r:{quoted(name)}]->() RETURN count(r) AS n"):
            progress.step("store.reading", total, name=name)
            _read_relationships(store, name, folder, progress)
    return Tables(folder)


def read_own_graph(store: Store, layer: Layer, folder: Path, progress: Progress) -> Tables:
    """As `read_graph`, with those undeclared properties only that guanxi itself wrote."""
    return read_graph(store, layer, folder, progress, read_state(store, layer).carried)


def _read_nodes(store: Store, label: str, columns: list[Property], folder: Path, progress: Progress) -> None:
    key = quoted(NODES[label].key)
    total = _count(store, f"MATCH (n:{quoted(label)}) RETURN count(n) AS n")
    progress.step("store.reading", total, name=label)
    query = f"MATCH (n:{quoted(label)}) WHERE n.{key} IS NOT NULL RETURN {_values('n', columns)}"
    _Reading(store, {prop.name: prop.type for prop in columns}, progress).write(
        [query], folder / "nodes" / f"{label}.parquet", [NODES[label].key]
    )


def _read_relationships(store: Store, name: str, folder: Path, progress: Progress) -> None:
    model = RELATIONSHIPS[name]
    types: dict[str, Type] = {**dict.fromkeys(ENDS, "string"), **{prop.name: prop.type for prop in model.properties}}
    queries = [_relationship_query(start, name, end) for start, end in _pairs(store, name)]
    _Reading(store, types, progress).write(queries, folder / "relationships" / f"{name}.parquet", [*ENDS, *model.key])


def _pairs(store: Store, name: str) -> list[tuple[str, str]]:
    """The pairs of labels to ask for; Neo4j keeps these counts, so asking costs nothing."""
    model = RELATIONSHIPS[name]
    first, last = "MATCH (:{0})-[r:{1}]->() RETURN count(r) AS n", "MATCH ()-[r:{1}]->(:{0}) RETURN count(r) AS n"
    starts = [label for label in model.starts if _count(store, first.format(quoted(label), quoted(name)))]
    ends = [label for label in model.ends if _count(store, last.format(quoted(label), quoted(name)))]
    return list(product(starts, ends))


def _relationship_query(start: str, name: str, end: str) -> str:
    first, last = f"a.{quoted(NODES[start].key)}", f"b.{quoted(NODES[end].key)}"
    ends = f"'{start}' AS from_label, {first} AS from_id, '{end}' AS to_label, {last} AS to_id"
    values = _values("r", RELATIONSHIPS[name].properties)
    pattern = f"(a:{quoted(start)})-[r:{quoted(name)}]->(b:{quoted(end)})"
    return (
        f"MATCH {pattern} WHERE {first} IS NOT NULL AND {last} IS NOT NULL "
        f"RETURN {ends}{', ' if values else ''}{values}"
    )


def _columns(store: Store, label: str, carried: Sequence[str] | None) -> list[Property]:
    """Declared properties, then carried ones with the type that the store has for them."""
    declared = NODES[label].properties
    names = {name for entry in carried or () for owner, _, name in [entry.partition(".")] if owner == label}
    node = f"MATCH (n:{quoted(label)})"
    if carried is None:
        found = store.read(f"{node} UNWIND keys(n) AS name RETURN DISTINCT name")
        names = {name for row in found if carried_name(name := row["name"], label) == name}
    others = [Property(name, _stored_type(store, node, name)) for name in sorted(names)]
    return [*declared, *others]


def _stored_type(store: Store, node: str, name: str) -> Type:
    value = f"n.{quoted(name)}"
    rows = store.read(f"{node} WHERE {value} IS NOT NULL RETURN DISTINCT valueType({value}) AS type")
    types = {row["type"].removesuffix(" NOT NULL") for row in rows}
    return _STORED.get(types.pop(), "string") if len(types) == 1 else "string"


def _values(variable: str, columns: Sequence[Property]) -> str:
    parts = ((_VALUES[prop.type].format(f"{variable}.{quoted(prop.name)}"), quoted(prop.name)) for prop in columns)
    return ", ".join(f"{value} AS {name}" for value, name in parts)


def _count(store: Store, query: str) -> int:
    return cast("int", store.read(query)[0]["n"])


class _Reading:
    """Streams queries with the same columns into one sorted Parquet file."""

    def __init__(self, store: Store, types: dict[str, Type], progress: Progress) -> None:
        self._store = store
        self._types = types
        self._progress = progress

    def write(self, queries: list[str], file: Path, keys: list[str]) -> None:
        """All rows of all queries, sorted; of rows with one key the first."""
        parts = [file.with_name(f"{file.stem}.{number}.part") for number in range(len(queries))]
        for query, part in zip(queries, parts, strict=True):
            self._store.stream(partial(self._stream, query=query, part=part))
        empty = pl.LazyFrame(schema={name: POLARS_TYPES[kind] for name, kind in self._types.items()})
        rows = pl.concat([empty, *map(pl.scan_parquet, parts)]).sort(pl.col(keys), pl.all().exclude(keys))
        rows.unique(keys, keep="first", maintain_order=True).sink_parquet(file)
        for part in parts:
            part.unlink()

    def _stream(self, transaction: ManagedTransaction, query: str, part: Path) -> None:
        result = transaction.run(cast("LiteralString", query))
        with pq.ParquetWriter(part, self._typed([]).to_arrow().schema) as writer:
            while rows := result.fetch(_ROWS):
                writer.write_table(self._typed([tuple(row) for row in rows]).to_arrow())
                self._progress.advance(len(rows))

    def _typed(self, rows: list[tuple[object, ...]]) -> pl.DataFrame:
        sent = {name: _SENT[kind] for name, kind in self._types.items()}
        frame = pl.DataFrame(rows, schema=sent, orient="row")
        to_date = pl.element().str.to_date()
        return frame.with_columns(
            pl.col(name).str.to_date() if kind == "date" else pl.col(name).list.eval(to_date)
            for name, kind in self._types.items()
            if kind in ("date", "date[]")
        )
