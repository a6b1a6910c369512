"""The rows that did not pass, each with its file, line, rule, column and value: as Parquet and as CSV."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from loaders.sources.source import FILE, LINE

FAULT: Final = "_fault"
"""Column: the number of the fault that a row was rejected for."""
SCHEMA: Final = {
    "table": pl.String(), "file": pl.String(), "line": pl.Int64(), "rule": pl.String(), "column": pl.String(),
    "value": pl.String(), "row": pl.String(),
}  # fmt: skip
_FORMULA: Final = r"^([=+\-@\t\r])"


@dataclass(frozen=True)
class Fault:
    """One way for a row to be wrong."""

    rule: str
    column: str


def rejected(rows: pl.LazyFrame, table: str, faults: list[Fault]) -> pl.LazyFrame:
    """The report on rejected rows of one table.

    Args:
        rows: `FILE`, `LINE`, `FAULT` (an index into `faults`), and the row's cells as text.
        table: their table.
        faults: what the numbers mean.

    Returns:
        A frame with the columns of `SCHEMA`; `value` is the offending cell, `row` the whole row as JSON.
    """
    cells = [name for name in rows.collect_schema().names() if name not in (FILE, LINE, FAULT)]
    value = [
        pl.when(pl.col(FAULT) == number).then(pl.col(fault.column))
        for number, fault in enumerate(faults)
        if fault.column in cells
    ]
    return rows.select(
        pl.lit(table).alias("table"),
        pl.col(FILE).alias("file"),
        pl.col(LINE).alias("line"),
        _named(faults, "rule"),
        _named(faults, "column"),
        pl.coalesce(value or [pl.lit(None, pl.String)]).alias("value"),
        pl.struct(cells).struct.json_encode().alias("row"),
    )


def _named(faults: list[Fault], part: str) -> pl.Expr:
    names = {number: getattr(fault, part) for number, fault in enumerate(faults)}
    return pl.col(FAULT).replace_strict(names, return_dtype=pl.String).alias(part)


def write_rejects(reports: list[pl.LazyFrame], folder: Path, table: str) -> dict[str, int]:
    """Write `folder/TABLE.parquet` and `.csv` in source order; the number of rows by rule.

    In the CSV a cell that a spreadsheet would run as a formula gets `'` before it.
    """
    rows = pl.concat(reports).sort("file", "line").collect(engine="streaming")
    rows.write_parquet(folder / f"{table}.parquet")
    texts = pl.selectors.string()
    rows.with_columns(texts.str.replace(_FORMULA, "'$1")).write_csv(folder / f"{table}.csv")
    counts = rows["rule"].value_counts().sort("rule")
    return dict(counts.iter_rows())
