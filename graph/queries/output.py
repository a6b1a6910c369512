"""Write a result: a table to look at, or CSV, JSON or Parquet to go on with.

Where a cell holds one value, a node is `Label:key` and any other nested value is JSON text.
"""

import json
import re
import shutil
from datetime import date, datetime
from io import StringIO
from typing import Any, BinaryIO, Final, Literal

import polars as pl

from graph.queries.values import QueryResult

Format = Literal["table", "csv", "json", "parquet"]
FORMATS: Final[tuple[Format, ...]] = ("table", "csv", "json", "parquet")
_FORMULA: Final = r"^[=+\-@\t\r]"
"""A spreadsheet takes a text that begins so for a formula."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_TYPES: Final[dict[frozenset[type], Any]] = {
    frozenset({bool}): pl.Boolean,
    frozenset({int}): pl.Int64,
    frozenset({float}): pl.Float64,
    frozenset({int, float}): pl.Float64,
    frozenset({date}): pl.Date,
}


def write_result(result: QueryResult, format: Format, out: BinaryIO) -> None:  # noqa: A002
    """Write the rows to a binary stream: UTF-8 text, or a Parquet file."""
    match format:
        case "table":
            out.write(table(result).encode())
        case "csv":
            out.write(_inert(frame(result)).write_csv().encode())
        case "json":
            out.write(json.dumps(as_json(result), ensure_ascii=False, default=str).encode() + b"\n")
        case "parquet":
            frame(result).write_parquet(out)


def as_json(result: QueryResult) -> dict[str, Any]:
    """The result as one object; dates are left to the writer."""
    return {"columns": result.columns, "rows": result.rows, "truncated": result.truncated}


def frame(result: QueryResult) -> pl.DataFrame:
    """The rows as a frame: a column of one type keeps it, any other is text."""
    return pl.DataFrame([_series(name, [_cell(row[name]) for row in result.rows]) for name in result.columns])


def table(result: QueryResult) -> str:
    """The rows as a text table, as wide as the terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    cells = frame(result)
    for name in cells.columns:
        grid.add_column(_printable(name), justify="right" if cells[name].dtype.is_numeric() else "left")
    for row in cells.iter_rows():
        grid.add_row(*("" if value is None else _printable(str(value)) for value in row))
    file = StringIO()
    width = shutil.get_terminal_size((200, 0)).columns
    Console(file=file, width=width, markup=False, highlight=False, emoji=False).print(grid)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def _inert(cells: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe before what a spreadsheet would calculate, column names included."""
    text = pl.col(pl.String)
    guarded = cells.with_columns(pl.when(text.str.contains(_FORMULA)).then("'" + text).otherwise(text).name.keep())
    return guarded.rename(lambda name: f"'{name}" if re.match(_FORMULA, name) else name)


def _series(name: str, cells: list[Any]) -> pl.Series:
    kinds = frozenset(type(cell) for cell in cells if cell is not None)
    if kinds in _TYPES:
        return pl.Series(name, cells, _TYPES[kinds])
    return pl.Series(name, [None if cell is None else str(cell) for cell in cells], pl.String)


def _cell(value: Any) -> Any:
    compact = _compact(value)
    return json.dumps(compact, ensure_ascii=False, default=str) if isinstance(compact, list | dict) else compact


def _compact(value: Any) -> Any:
    match value:
        case {"label": label, "key": key, "properties": _}:
            return f"{label}:{key}"
        case {"type": kind, "properties": _}:
            return kind
        case list():
            return [_compact(item) for item in value]
        case dict():
            return {name: _compact(item) for name, item in value.items()}
        case datetime():
            return value.isoformat()
        case _:
            return value


def _printable(text: str) -> str:
    """Without the characters that move a terminal's cursor or turn the direction of writing."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
