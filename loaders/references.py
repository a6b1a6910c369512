"""Does what a row refers to exist: among accepted rows, and in the snapshot that a delta comes on top of."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from loaders.contract import PARTY_TABLES, TABLES, Column, Table

ROW: Final = "_row"
"""Column: the number of a row in its table, from 0 in source order."""
_KEY: Final = "_key"


@dataclass(frozen=True)
class Keys:
    """The keys there are: of the tables accepted so far in `folder`, and in `base` (table to frame)."""

    folder: Path
    base: Mapping[str, pl.LazyFrame]

    def of(self, table: str) -> pl.LazyFrame | None:
        """The keys of one table as the column `_key`; None: neither source nor base has the table."""
        key = pl.col(TABLES[table].key).alias(_KEY)
        file = self.folder / f"{table}.parquet"
        found = [pl.scan_parquet(file, glob=False).select(key)] if file.exists() else []
        if table in self.base:
            found.append(self.base[table].select(key))
        return pl.concat(found).unique() if len(found) > 1 else found[0] if found else None


@dataclass(frozen=True)
class Reference:
    """One referring column; `tables` are those it may refer to by the value of its type column ("" without one)."""

    column: Column
    tables: dict[str, str]

    def present(self, keys: Keys) -> dict[str, pl.LazyFrame]:
        """The keys by type, of those tables that exist."""
        found = {kind: keys.of(table) for kind, table in self.tables.items()}
        return {kind: frame for kind, frame in found.items() if frame is not None}


def references(table: Table) -> list[Reference]:
    """The columns of a table that refer to other tables; one that refers to the table itself is left out."""
    found: list[Reference] = []
    for column in table.columns:
        if column.table and column.table != table.name:
            found.append(Reference(column, {"": column.table}))
        elif column.type_column:
            types = table.by_name[column.type_column].values
            found.append(Reference(column, {kind: PARTY_TABLES[kind] for kind in types}))
    return found


def self_reference(table: Table) -> str:
    """The name of the column that refers to the table itself, or ""."""
    return next((column.name for column in table.columns if column.table == table.name), "")


def dangling(rows: pl.LazyFrame, reference: Reference, keys: Keys) -> pl.LazyFrame:
    """The numbers (`ROW`) of the rows whose reference names no known key.

    Args:
        rows: `ROW`, and the referring columns' values under their names.
        reference: what to follow.
        keys: where to. A row that names an absent table does not dangle: there is nothing to look it up in.

    An anti join per type: the row order need not be kept, which costs several times as much.
    """
    name, kind = reference.column.name, reference.column.type_column
    found = [
        (rows.filter(pl.col(kind) == value) if kind else rows)
        .filter(pl.col(name).is_not_null())
        .join(known, left_on=name, right_on=_KEY, how="anti")
        .select(ROW)
        for value, known in reference.present(keys).items()
    ]
    return pl.concat(found) if found else rows.select(ROW).clear()


def dangling_in_itself(rows: pl.DataFrame, key: str, column: str, known: pl.Series) -> pl.Series:
    """Which rows refer to no accepted row of their own table, also when that one falls for the same reason."""
    standing = pl.Series([True]).new_from_index(0, len(rows))
    while True:
        keys = pl.concat([rows[key].filter(standing), known])
        good = standing & (rows[column].is_null() | rows[column].is_in(keys.implode()))
        if good.sum() == standing.sum():
            return ~standing
        standing = good


def absent(table: Table, accepted: pl.LazyFrame, keys: Keys) -> dict[str, int]:
    """How many accepted rows name a table that does not exist, by that table."""
    counts: dict[str, pl.Expr] = {}
    for reference in references(table):
        for kind in reference.tables.keys() - reference.present(keys).keys():
            named = pl.col(reference.column.name).is_not_null()
            if kind:
                named &= pl.col(reference.column.type_column) == kind
            counts[f"{reference.column.name} {reference.tables[kind]}"] = named.sum()
    if not counts:
        return {}
    found = (
        accepted.select(expr.alias(name) for name, expr in counts.items())
        .collect(engine="streaming")
        .row(0, named=True)
    )
    total: dict[str, int] = {}
    for name in sorted(found):
        if found[name]:
            target = name.split(" ")[1]
            total[target] = total.get(target, 0) + found[name]
    return total
