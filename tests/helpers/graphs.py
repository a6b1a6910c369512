"""Small graph tables made by hand."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

from graph.home import Home
from graph.model import NODES, RELATIONSHIPS
from graph.snapshot import ENDS, Tables, relationship_schema, schema, write_manifest, writing_version
from graph.store import SNAPSHOT, Layer, Store, read_graph
from graph.store.difference import prepared
from texts.progress import Silent

Rows = Sequence[Mapping[str, Any]]


def version(home: Home, tables: Mapping[str, Rows], layer: Layer = SNAPSHOT) -> Tables:
    """A version with these rows by label or relationship type; undeclared node columns are carried ones."""
    folder = layer.folder(home)
    with writing_version(folder) as path:
        for name, rows in tables.items():
            frame, kind = (_nodes(name, rows), "nodes") if name in NODES else (_relations(name, rows), "relationships")
            (path / kind).mkdir(exist_ok=True)
            frame.write_parquet(path / kind / f"{name}.parquet")
        write_manifest(path, {"id": f"{home.path.name}-{layer.name}-{path.name}", "version": path.name})
    return Tables(max(folder.glob("[0-9]*")))


def link(start: str, end: str, **properties: Any) -> dict[str, Any]:
    """A row of a relationship table: `link("Customer/c1", "Product/p1", sequence=1)`."""
    ends = (*start.split("/", 1), *end.split("/", 1))
    return dict(zip(ENDS, ends, strict=True)) | properties


def _nodes(label: str, rows: Rows) -> pl.DataFrame:
    declared = schema(NODES[label].properties)
    carried = {name: None for row in rows for name in row if name not in declared}
    frame = pl.DataFrame(list(rows), schema=declared | carried, strict=False) if rows else pl.DataFrame(schema=declared)
    return frame.sort(NODES[label].key)


def _relations(name: str, rows: Rows) -> pl.DataFrame:
    frame = pl.DataFrame(list(rows), schema=relationship_schema(name))
    return frame.sort(*ENDS, *RELATIONSHIPS[name].key)


def assert_store_equals(store: Store, expected: Tables, folder: Path, layer: Layer = SNAPSHOT) -> None:
    """Every row of the store, read back into `folder`, is one of the version, and the other way round."""
    found = read_graph(store, layer, folder / "read", Silent())
    for label in layer.labels:
        keys = [NODES[label].key]
        assert_frame_equal(
            _rows(expected.nodes(label), keys), _rows(found.nodes(label), keys), check_column_order=False
        )
    for name in layer.types:
        keys = [*ENDS, *RELATIONSHIPS[name].key]
        assert_frame_equal(_rows(expected.relationships(name), keys), _rows(found.relationships(name), keys))


def _rows(table: pl.LazyFrame, keys: list[str]) -> pl.DataFrame:
    """As a store keeps it: a column without any value is no column."""
    frame = prepared(table).collect().sort(keys)
    return frame.select(name for name in frame.columns if name in keys or frame[name].null_count() < frame.height)
