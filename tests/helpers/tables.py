"""Small accepted tables for tests of what comes after the check."""

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl

from loaders.contract import schema

Rows = list[dict[str, Any]]


def reader(**tables: Rows) -> Callable[[str], pl.LazyFrame]:
    """Gives the named tables, typed and with every contract column; the others are empty."""
    return lambda name: pl.LazyFrame(tables.get(name, []), schema=schema(name))


def day(text: str) -> date:
    """A date from its ISO form."""
    return date.fromisoformat(text)
