"""What a checked source looks like, in figures: per table and column, without any person's data.

    {"location", "made_at", "notes": [[key, values]], "tables": {TABLE: {
        "rows", "accepted", "rejected", "rules": {RULE: n},
        "columns": {COLUMN: {"type", "given", "share", "distinct", "approximate", "low", "high", "top", "years"}},
        "examples": [{"rule", "column", "rows", "values": [..]}]}}}

`share` is completeness (0..1) over accepted rows; `top` the commonest values of codes, `years` the rows per year of
dates; values in `examples` are masked.
"""

import re
from datetime import UTC, datetime
from typing import Any, Final

import polars as pl

from loaders.check import Checked
from loaders.contract import TABLES

_EXACT_UP_TO: Final = 100_000
_TOP: Final = 8
_EXAMPLES: Final = 3
_CODES: Final = ("enum", "boolean", "grade")
_YEAR_ONLY: Final = ("birth_date",)
_PUBLIC: Final = ("branches", "managers", "products", "campaigns")
"""Keys of these name no person and no company."""


def profile(checked: Checked) -> dict[str, Any]:
    """Figures on every table of a checked source, ready for JSON and for `render`."""
    return {
        "location": checked.location,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "notes": [[key, values] for key, values in checked.notes],
        "tables": {name: _table(checked, name) for name in checked.tables},
    }


def _table(checked: Checked, name: str) -> dict[str, Any]:
    found = checked.tables[name]
    types = {column: TABLES[name].by_name[column].type for column in found.columns}
    types |= dict.fromkeys(found.extras, "carried")
    counts = {"rows": found.rows, "accepted": found.accepted, "rejected": found.rejected, "rules": found.rules}
    columns = _columns(checked.table(name), types, found.accepted)
    return counts | {"columns": columns, "examples": _examples(checked, name)}


def _columns(rows: pl.LazyFrame, types: dict[str, str], total: int) -> dict[str, Any]:
    """One pass for the figures of all columns, and beside it one small count per code and date column."""
    exact = total <= _EXACT_UP_TO
    figures = [expr for name, kind in types.items() for expr in _figures(name, kind, exact=exact)]
    counted = {name: pl.col(name) for name, kind in types.items() if kind in _CODES}
    counted |= {name: pl.col(name).dt.year() for name, kind in types.items() if kind == "date"}
    counts = [rows.group_by(expr.alias("value")).agg(rows=pl.len()).drop_nulls() for expr in counted.values()]
    summary, *values = pl.collect_all([rows.select(figures), *counts], engine="streaming")
    row = summary.row(0, named=True) if figures else {}
    columns = {name: _column(name, kind, row, total, exact=exact) for name, kind in types.items()}
    for name, frame in zip(counted, values, strict=True):
        dated = types[name] == "date"
        order = ["value"] if dated else ["rows", "value"]
        pairs = frame.sort(order, descending=[False] if dated else [True, False]).rows()
        columns[name]["years" if dated else "top"] = [list(pair) for pair in (pairs if dated else pairs[:_TOP])]
    return columns


def _figures(name: str, kind: str, *, exact: bool) -> list[pl.Expr]:
    column = pl.col(name)
    distinct = column.drop_nulls().n_unique() if exact else column.drop_nulls().approx_n_unique()
    figures = [column.count().alias(f"{name} given"), distinct.alias(f"{name} distinct")]
    if kind in ("date", "money", "number", "integer", "grade"):
        figures += [column.min().alias(f"{name} low"), column.max().alias(f"{name} high")]
    return figures


def _column(name: str, kind: str, row: dict[str, Any], total: int, *, exact: bool) -> dict[str, Any]:
    given = row[f"{name} given"]
    low, high = (row.get(f"{name} {end}") for end in ("low", "high"))
    if kind == "date":  # the oldest customer's birth date would be a person's
        low, high = (day and (str(day.year) if name in _YEAR_ONLY else day.isoformat()) for day in (low, high))
    return {
        "type": kind,
        "given": given,
        "share": given / total if total else 0.0,
        "distinct": row[f"{name} distinct"],
        "approximate": not exact,
        "low": low,
        "high": high,
    }


def _examples(checked: Checked, name: str) -> list[dict[str, Any]]:
    """Per rule and column how many rows, and a few of the offending values."""
    counts = checked.rejects(name).group_by("rule", "column", "value").agg(rows=pl.len())
    counts = counts.sort("rule", "column", "rows", "value", descending=[False, False, True, False])
    values = counts.group_by("rule", "column", maintain_order=True).agg(
        pl.col("rows").sum(), pl.col("value").drop_nulls().head(_EXAMPLES)
    )
    found = values.sort("rows", "rule", "column", descending=[True, False, False]).collect()
    return [
        {"rule": rule, "column": column, "rows": rows, "values": [_masked(name, rule, column, cell) for cell in cells]}
        for rule, column, rows, cells in found.iter_rows()
    ]


def _masked(table: str, rule: str, column: str, value: str) -> str:
    """An offending value without what could tell who it is about."""
    target = TABLES[table].by_name[column].table
    if rule in ("dangling_reference", "duplicate_key"):
        public = target in _PUBLIC if rule == "dangling_reference" else table in _PUBLIC
        return value[:40] if public else _cut(value)
    if rule == "unknown_value" and re.fullmatch(r"[A-Za-z_ -]{1,20}|\d{1,2}", value):
        return value
    return _shape(value)


def _cut(value: str) -> str:
    """First and last two characters; `*` for the rest."""
    ends = min(2, (len(value) - 1) // 3)
    return value[:ends] + "*" * min(len(value) - 2 * ends, 12) + value[len(value) - ends :]


def _shape(value: str) -> str:
    """How a value is written: 9 for a digit, A for a Latin letter, 文 for any other."""
    shape = re.sub(r"[^\W\dA-Za-z_]", "文", re.sub(r"[A-Za-z]", "A", re.sub(r"\d", "9", value[:40])))
    return re.sub(r"[\x00-\x1f\x7f]", "·", shape)
