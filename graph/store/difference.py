"""What to write and what to delete so that a table in the store becomes the new one; memory stays bounded."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import polars as pl
import pyarrow.parquet as pq

_HASHES: Final = ("first hash", "second hash")
"""No property has a name with a space."""
_SEEDS: Final = (0, 0x9E3779B9)
"""Two 64-bit hashes: over 10^8 rows, one chance in 10^20 that a change is missed."""


@dataclass(frozen=True)
class Difference:
    """Rows to write (all columns) and keys to delete, as Parquet files, with their numbers."""

    changed: Path
    gone: Path
    created: int
    updated: int
    deleted: int

    @property
    def is_empty(self) -> bool:
        """Nothing to do."""
        return not (self.created or self.updated or self.deleted)


def difference(bases: Sequence[pl.LazyFrame], new: pl.LazyFrame, keys: Sequence[str], folder: Path) -> Difference:
    """The rows of `new` that are not the same in every base, and the keys of a base that are not in `new`.

    A store in the middle of an interrupted sync holds each row either as one version has it or as another:
    `bases` are all versions it may hold rows of; none for an empty store. A property that only a base has
    becomes null. The files go into `folder`.
    """
    folder.mkdir(parents=True)
    changed, gone = folder / "changed.parquet", folder / "gone.parquet"
    tables = [prepared(table) for table in (new, *bases)]
    columns = {name: dtype for table in reversed(tables) for name, dtype in table.collect_schema().items()}
    new, *bases = (_with_all(table, columns) for table in tables)
    _changed(bases, new).sink_parquet(changed)
    _gone(bases, new, keys).sink_parquet(gone)
    number = _rows(changed)
    updated = _known(bases, pl.scan_parquet(changed), keys) if number else 0
    return Difference(changed, gone, number - updated, updated, _rows(gone))


def prepared(table: pl.LazyFrame) -> pl.LazyFrame:
    """The table as a store keeps it: an empty list is no property at all."""
    lists = [name for name, dtype in table.collect_schema().items() if dtype == pl.List]
    return table.with_columns(pl.when(pl.col(name).list.len() > 0).then(pl.col(name)) for name in lists)


def created_keys(bases: Sequence[pl.LazyFrame], changed: Path, key: str) -> pl.LazyFrame:
    """The keys of changed rows that no base has."""
    found = pl.scan_parquet(changed).select(key)
    return found.join(pl.concat([base.select(key) for base in bases]), on=key, how="anti") if bases else found


def _changed(bases: Sequence[pl.LazyFrame], new: pl.LazyFrame) -> pl.LazyFrame:
    if not bases:
        return new
    hashed = new.with_columns(_hashes(pl.all()))
    others = [hashed.join(base.select(_hashes(pl.all())), on=_HASHES, how="anti") for base in bases]
    return (pl.concat(others).unique(_HASHES) if len(others) > 1 else others[0]).drop(_HASHES)


def _gone(bases: Sequence[pl.LazyFrame], new: pl.LazyFrame, keys: Sequence[str]) -> pl.LazyFrame:
    if not bases:
        return new.select(keys).head(0)
    present = new.select(_hashes(pl.col(keys)))
    held = pl.concat([base.select(keys).with_columns(_hashes(pl.col(keys))) for base in bases])
    return held.join(present, on=_HASHES, how="anti").select(keys).unique()


def _known(bases: Sequence[pl.LazyFrame], changed: pl.LazyFrame, keys: Sequence[str]) -> int:
    if not bases:
        return 0
    held = pl.concat([base.select(keys) for base in bases]) if len(bases) > 1 else bases[0].select(keys)
    return held.join(changed.select(keys), on=keys, how="semi").unique().select(pl.len()).collect().item()


def _hashes(columns: pl.Expr) -> list[pl.Expr]:
    return [pl.struct(columns).hash(seed).alias(name) for name, seed in zip(_HASHES, _SEEDS, strict=True)]


def _with_all(table: pl.LazyFrame, columns: dict[str, pl.DataType]) -> pl.LazyFrame:
    present = table.collect_schema().names()
    missing = {name: pl.lit(None, dtype) for name, dtype in columns.items() if name not in present}
    return table.with_columns(**missing).select(list(columns))


def _rows(file: Path) -> int:
    return cast("int", pq.read_metadata(file).num_rows)
