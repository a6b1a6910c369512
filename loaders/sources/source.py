"""What every form of source gives: a lazy frame per contract table, and where each row stood."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl

FILE: Final = "_file"
"""Column: the file (or database table) that a row came from."""
LINE: Final = "_line"
"""Column: the line (CSV: physical, the header is line 1), sheet row, or row number from 1 (Parquet, databases)."""

Note = tuple[str, dict[str, Any]]
"""A sentence for the user: the key of its text, and the values to fill in."""


@dataclass
class Source:
    """An opened source.

    `tables` holds, per contract table that the source has, the source's columns (those of the contract under
    their contract names) plus `FILE` and `LINE`. `files` are dicts of `name`, `bytes`, `sha256`, `encoding`;
    for a database `name` and `rows`.
    """

    location: str
    tables: dict[str, pl.LazyFrame] = field(default_factory=dict[str, pl.LazyFrame])
    files: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    notes: list[Note] = field(default_factory=list[Note])


def fingerprint(file: Path, name: str, encoding: str = "") -> dict[str, Any]:
    """What the manifest says of one file."""
    with file.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return {"name": name, "bytes": file.stat().st_size, "sha256": digest, "encoding": encoding}


def union(parts: list[pl.LazyFrame]) -> pl.LazyFrame:
    """Several parts of one table as one: columns by name, absent cells null, differing types as text."""
    if len(parts) == 1:
        return parts[0]
    schemas = [part.collect_schema() for part in parts]
    kinds: dict[str, set[pl.DataType]] = {}
    for schema in schemas:
        for name, dtype in schema.items():
            kinds.setdefault(name, set()).add(dtype)
    mixed = [name for name, found in kinds.items() if len(found) > 1 and not all(kind.is_numeric() for kind in found)]
    return pl.concat(
        [
            part.with_columns(pl.col(name).cast(pl.String) for name in mixed if name in schema)
            for part, schema in zip(parts, schemas, strict=True)
        ],
        how="diagonal_relaxed",
    )
