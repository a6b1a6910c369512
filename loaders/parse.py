"""Cells to values: for each type of the contract the expressions that read it, and those that say it is wrong.

A cell may be text (CSV, databases, workbooks) or typed already (Parquet); a type that fits is taken as it is.
Outer whitespace is no part of a value; an empty cell is null, and so is a typed one that is not a number (NaN is how
numeric libraries write what they do not know). Anything else in a text stays as it is, control
characters and NUL too.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from loaders.contract import Column
from texts import UserError

_BOOLEANS: Final = {"true": True, "false": False, "1": True, "0": False, "y": True, "n": False, "是": True, "否": False}
_DATE: Final = r"^\d{4}-\d{2}-\d{2}"
_TIME: Final = r"(?:[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?$"
_WHOLE: Final = 2.0**53
"""Up to here a float holds every integer."""


@dataclass(frozen=True)
class Cell:
    """The expressions for one column.

    `text` as a string (null where empty), `given` whether there is any, `value` of the contract's type, and per
    rule whether the cell breaks it.
    """

    column: Column
    text: pl.Expr
    given: pl.Expr
    value: pl.Expr
    faults: dict[str, pl.Expr]


def as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column's cells as stripped text, null where empty; a whole float as an integer (123.0 is `123`)."""
    cell = _known(name, dtype)
    if dtype.is_float():
        whole = (cell == cell.floor()) & (cell.abs() <= _WHOLE)
        return pl.when(whole).then(cell.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(cell.cast(pl.String))
    if dtype.is_nested() or dtype == pl.Object():
        raise UserError("source.nested_column", column=name, type=str(dtype))
    if dtype.is_integer() or dtype.is_decimal() or dtype == pl.Boolean():
        return cell.cast(pl.String)
    text = cell.cast(pl.String).str.strip_chars()
    return pl.when(text != "").then(text)


def cell(column: Column, dtype: pl.DataType) -> Cell:
    """How to read one column of the contract from cells of type `dtype`.

    Raises:
        UserError: lists and structs are no cells.
    """
    text = as_text(column.name, dtype)
    # What is typed already need not be written out as text to know that it is there.
    given = (_known(column.name, dtype) if _is_typed(dtype) else text).is_not_null()
    value = _value(column, dtype, text)
    faults: dict[str, pl.Expr] = {}
    if column.type != "string":
        faults["unknown_value" if column.type == "enum" else "unreadable_value"] = given & value.is_null()
    if column.low is not None and column.high is not None:
        faults["out_of_range"] = ~value.is_between(column.low, column.high)
    return Cell(column, text, given, _fen(value) if column.type == "money" else value, faults)


def _fen(yuan: pl.Expr) -> pl.Expr:
    """Rounded to fen, half away from zero; -0.0 becomes 0.0, as one value has one digest."""
    fen = yuan.round(2, mode="half_away_from_zero")
    return pl.when(fen == 0).then(0.0).otherwise(fen)


def _known(name: str, dtype: pl.DataType) -> pl.Expr:
    return pl.col(name).fill_nan(None) if dtype.is_float() else pl.col(name)


def _is_typed(dtype: pl.DataType) -> bool:
    return dtype.is_numeric() or dtype.is_temporal() or dtype == pl.Boolean()


def _value(column: Column, dtype: pl.DataType, text: pl.Expr) -> pl.Expr:
    if column.type == "string":
        return text
    if column.type == "enum":
        return _enum(text, column)
    if column.type == "boolean":
        return pl.col(column.name) if dtype == pl.Boolean() else _boolean(text)
    if column.type == "date":
        return _date(column.name, dtype, text)
    return _number(column, dtype, text)


def _enum(text: pl.Expr, column: Column) -> pl.Expr:
    known = {value.lower(): value for value in column.values}
    return text.str.to_lowercase().replace_strict(known, default=None, return_dtype=pl.String)


def _boolean(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().replace_strict(_BOOLEANS, default=None, return_dtype=pl.Boolean)


def _date(name: str, dtype: pl.DataType, text: pl.Expr) -> pl.Expr:
    if dtype.is_temporal() and dtype != pl.Time() and not isinstance(dtype, pl.Duration):
        date = pl.col(name).cast(pl.Date) if dtype == pl.Date() else pl.col(name).dt.date()
    else:
        iso = pl.when(text.str.contains(_DATE + _TIME)).then(text.str.head(10))
        date = iso.str.to_date("%Y-%m-%d", strict=False)
        date = date.fill_null(pl.when(text.str.contains(r"^\d{8}$")).then(text).str.to_date("%Y%m%d", strict=False))
    return pl.when(date.dt.year().is_between(1, 9999)).then(date)


def _number(column: Column, dtype: pl.DataType, text: pl.Expr) -> pl.Expr:
    if column.type == "grade" and not dtype.is_numeric():
        text = text.str.replace(r"^[CcRr]", "")
    plain = pl.col(column.name) if dtype.is_numeric() else text
    number = plain.cast(pl.Float64, strict=False)
    number = pl.when(number.is_finite()).then(number)
    if column.type in ("money", "number"):
        return number
    whole = pl.when((number == number.floor()) & (number.abs() <= _WHOLE)).then(number.cast(pl.Int64, strict=False))
    return plain.cast(pl.Int64, strict=False).fill_null(whole) if not dtype.is_float() else whole
