"""Columns that the contract does not name: carried along as properties where the table becomes nodes."""

import polars as pl

from graph.model import carried_name
from loaders import parse
from loaders.contract import Table
from loaders.sources.source import Note


def columns(table: Table, found: dict[str, pl.DataType], notes: list[Note]) -> dict[str, pl.Expr]:
    """Property name to expression, for the columns `found` beside those of the contract.

    Two columns whose names come out the same are told apart by `_2`, `_3` … in the order of their own names.
    """
    if not table.label:
        if found:
            notes.append(("check.dropped_columns", {"table": table.name, "columns": ", ".join(sorted(found))}))
        return {}
    if unfit := sorted(name for name, dtype in found.items() if text(name, dtype) is None):
        notes.append(("check.nested_columns", {"table": table.name, "columns": ", ".join(unfit)}))
    taken: dict[str, pl.Expr] = {}
    for name in sorted(found.keys() - set(unfit)):
        free = base = carried_name(name, table.label)
        number = 1
        while free in taken:
            number += 1
            free = f"{base[:58]}_{number}"
        taken[free] = _value(name, found[name])
    return taken


def text(name: str, dtype: pl.DataType) -> pl.Expr | None:
    """The cells as text; None for lists, structs and objects."""
    return None if dtype.is_nested() or dtype == pl.Object() else parse.as_text(name, dtype).alias(name)


def _value(name: str, dtype: pl.DataType) -> pl.Expr:
    """As one of the types a property may have: text, integer, float, boolean, date."""
    if dtype == pl.Boolean() or dtype == pl.Date():
        return pl.col(name)
    if dtype.is_float() or dtype.is_decimal():
        return pl.col(name).cast(pl.Float64).fill_nan(None)
    if dtype.is_integer() and dtype not in (pl.UInt64(), pl.Int128(), pl.UInt128()):
        return pl.col(name).cast(pl.Int64)
    return parse.as_text(name, dtype)
