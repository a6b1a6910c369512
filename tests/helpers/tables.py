"""Small accepted tables for tests of what comes after the check."""

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl

from loaders.contract import schema

Rows = list[dict[str, Any]]


def reader(**tables: Rows) -> Callable[[str], pl.LazyFrame]:
    """Gives the named tables, typed, with every contract column and those carried beside; the others are empty."""

    def read(name: str) -> pl.LazyFrame:
        rows = tables.get(name, [])
        carried = sorted({column for row in rows for column in row} - set(schema(name)))
        beside = [pl.Series(column, [row.get(column) for row in rows]) for column in carried]
        return pl.LazyFrame(rows, schema=schema(name)).with_columns(beside)

    return read


def day(text: str) -> date:
    """A date from its ISO form."""
    return date.fromisoformat(text)
