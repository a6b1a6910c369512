"""A customer's attributes, those of the contract and those that it does not name, as numbers that trees can read.

    text of few values   a category: the values that at least `LEAST_RECORDS` customers share, the most frequent first
    text of numbers      the number
    date                 year, month and years since, where it was known on the day

A source keeps one value of each attribute and does not say since when, so only dates can be cut at a day.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import narwhals as nw
import polars as pl

from graph.model import NODES
from graph.people import Frame
from graph.snapshot import Snapshot

LEAST_RECORDS: Final = 20
MOST_VALUES: Final = 255
LEAST_READABLE: Final = 0.99
"""Share of the texts of a column that must read as numbers (or dates) for it to be one of numbers (or dates)."""
DECLARED: Final = (
    "gender", "birth_date", "city", "occupation", "employer_name", "monthly_income", "segment", "risk_tolerance",
    "branch_id", "manager_id", "since", "preferred_channel",
)  # fmt: skip
"""Attributes of the contract that may say what a person takes; identifiers, wishes and refusals do not.

Assets are left out: they hold what is in the very products that are to be guessed.
"""
YEAR: Final = 365.25 * 24 * 60
"""in minutes"""


@dataclass(frozen=True)
class Profiles:
    """Attributes of each customer record."""

    table: Frame
    """party and the attributes: categories as codes from 0 (null for unknown and rare values), numbers, dates"""
    categories: tuple[str, ...]
    numbers: tuple[str, ...]
    dates: tuple[str, ...]

    @classmethod
    def read(cls, snapshot: Snapshot, parties: Frame, as_of: date) -> "Profiles":
        """The attributes of the customers that are there; `parties` gives each record's code (label, id, party)."""
        node = NODES["Customer"]
        nodes = snapshot.nodes("Customer")
        carried = sorted(set(nodes.collect_schema()) - {prop.name for prop in node.properties} - {"party"})
        later = pl.col("risk_assessed_on") > as_of
        known = nodes.with_columns(
            pl.when(later).then(None).otherwise(pl.col("risk_tolerance")).alias("risk_tolerance")
        )
        codes = parties.filter(nw.col("label") == "Customer").select(nw.col("id").alias(node.key), "party")
        there = known.select(node.key, *DECLARED, *carried).join(codes.to_native(), on=node.key).sort("party").collect()
        told = {name: _told(there[name]) for name in (*DECLARED, *carried)}
        table = pl.DataFrame({
            "party": there["party"],
            **{name: column for name, column in told.items() if column is not None and column.n_unique() > 1},
        })  # fmt: skip
        return cls(
            nw.from_native(table.lazy()),
            tuple(name for name, dtype in table.schema.items() if dtype == pl.UInt8),
            tuple(name for name, dtype in table.schema.items() if dtype == pl.Float32),
            tuple(name for name, dtype in table.schema.items() if dtype == pl.Date),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that `features` gives beside `party`."""
        parts = [f"{name}_{part}" for name in self.dates for part in ("year", "month", "age")]
        return *self.categories, *self.numbers, *parts

    def features(self, day: date) -> Frame:
        """(party, `names`) as of `day`; a date after it is not known yet."""
        spans = [span for name in self.dates for span in _spans(name, day)]
        return self.table.select("party", *self.categories, *self.numbers, *spans)


def _spans(name: str, day: date) -> tuple[nw.Expr, nw.Expr, nw.Expr]:
    known = nw.when(nw.col(name) <= day).then(nw.col(name)).otherwise(None)
    return (
        known.dt.year().cast(nw.Float32).alias(f"{name}_year"),
        known.dt.month().cast(nw.Float32).alias(f"{name}_month"),
        ((nw.lit(day) - known).dt.total_minutes() / YEAR).cast(nw.Float32).alias(f"{name}_age"),
    )


def _told(column: pl.Series) -> pl.Series | None:
    """A column as a category (UInt8), a number (Float32) or a date; None where it says nothing that recurs."""
    if column.dtype == pl.Boolean():
        return column.cast(pl.UInt8)
    if column.dtype == pl.Date():
        return column
    if column.dtype.is_numeric():
        return column.cast(pl.Float32)
    if column.dtype != pl.String():
        return None
    return _category(column) if (read := _as_read(column)) is None else read


def _as_read(texts: pl.Series) -> pl.Series | None:
    """Texts that are numbers or ISO dates, read."""
    there = texts.len() - texts.null_count()
    for read in (texts.cast(pl.Float32, strict=False), texts.str.to_date("%Y-%m-%d", strict=False)):
        if there and read.len() - read.null_count() >= LEAST_READABLE * there:
            return read
    return None


def _category(texts: pl.Series) -> pl.Series | None:
    counts = texts.drop_nulls().value_counts(name="records").filter(pl.col("records") >= LEAST_RECORDS)
    frequent = counts.sort("records", texts.name, descending=[True, False])[texts.name].head(MOST_VALUES)
    if not len(frequent):
        return None
    return texts.replace_strict(frequent, pl.Series(range(len(frequent)), dtype=pl.UInt8), default=None)
