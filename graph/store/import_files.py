"""Graph tables as the CSV files that `neo4j-admin database import` reads; every text comes through as it is."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import polars as pl

from graph.model import NODES, Type
from graph.snapshot import ENDS, POLARS_TYPES, Tables
from graph.store.difference import prepared
from graph.store.state import STATE_LABEL, carried_properties
from texts.progress import Progress

ARRAY_DELIMITER: Final = "\x1f"
"""Between the values of a list; lists hold numbers, dates and words of a fixed vocabulary only."""
_IMPORT_TYPES: Final[dict[Type, str]] = {
    "integer": "long",
    "float": "double",
    "integer[]": "long[]",
    "float[]": "double[]",
}
"""Where the import's name for a type is another one."""
_TYPE_OF: Final[dict[pl.DataType, Type]] = {dtype: name for name, dtype in POLARS_TYPES.items()}
_INFINITE: Final = {"inf": "Infinity", "-inf": "-Infinity"}


def write_import_files(layers: Mapping[str, Tables], folder: Path, progress: Progress) -> list[str]:
    """Write a file per label and per relationship type and pair of labels.

    Returns the arguments for an import that runs in `folder`. The nodes that say which versions the store holds are
    among the files, so that the store is right after the import.
    """
    arguments = [_state_file(layers, folder)]
    for new in layers.values():
        arguments += _arguments(new, folder, progress)
    return arguments


def _arguments(new: Tables, folder: Path, progress: Progress) -> Iterator[str]:
    for label in new.labels():
        progress.step("store.import_files", None, name=label)
        file = folder / f"{label}.csv"
        key = NODES[label].key
        _write(new.nodes(label), {key: f"{key}:ID({label})"}, file)
        yield f"--nodes={label}={_here(file)}"
    for name in new.types():
        progress.step("store.import_files", None, name=name)
        yield from (f"--relationships={name}={_here(file)}" for file in _relationship_files(new, name, folder))


def _relationship_files(new: Tables, name: str, folder: Path) -> Iterator[Path]:
    table = new.relationships(name)
    pairs = table.select(ENDS[0], ENDS[2]).unique().sort(pl.all()).collect()
    for start, end in pairs.iter_rows():
        file = folder / f"{name}-{start}-{end}.csv"
        rows = table.filter(pl.col(ENDS[0]) == start, pl.col(ENDS[2]) == end).drop(ENDS[0], ENDS[2])
        _write(rows, {ENDS[1]: f":START_ID({start})", ENDS[3]: f":END_ID({end})"}, file)
        yield file


def _here(file: Path) -> str:
    return f"./{file.name}"  # the import refuses a bare name


def _state_file(layers: Mapping[str, Tables], folder: Path) -> str:
    state = {
        "layer": list(layers),
        "ids": [[new.manifest["id"]] for new in layers.values()],
        "carried": [carried_properties(new) for new in layers.values()],
    }
    types = {"layer": pl.String(), "ids": pl.List(pl.String()), "carried": pl.List(pl.String())}
    file = folder / f"{STATE_LABEL}.csv"
    _write(pl.LazyFrame(state, schema=types), {}, file)
    return f"--nodes={STATE_LABEL}={_here(file)}"


def _write(table: pl.LazyFrame, headers: dict[str, str], file: Path) -> None:
    """CSV where null is an empty cell and an empty text is a quoted one."""
    columns = prepared(table).collect_schema()
    cells = [_cell(name, dtype).alias(headers.get(name) or f"{name}:{_type(dtype)}") for name, dtype in columns.items()]
    prepared(table).select(cells).sink_csv(file)


def _cell(name: str, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.List):
        return pl.col(name).list.eval(pl.element().cast(pl.String)).list.join(ARRAY_DELIMITER)
    if dtype == pl.Float64:
        return pl.col(name).cast(pl.String).replace(_INFINITE)
    return pl.col(name)


def _type(dtype: pl.DataType) -> str:
    return _IMPORT_TYPES.get(_TYPE_OF[dtype], _TYPE_OF[dtype])
