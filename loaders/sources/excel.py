"""An `.xlsx` workbook with a sheet per table."""

from pathlib import Path
from typing import Any, Final

import fastexcel
import polars as pl

from loaders.mapping import Mapping
from loaders.sources.source import FILE, LINE, Source, fingerprint
from texts import UserError
from texts.progress import Progress

_COMPOUND_FILE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an encrypted workbook begins, and one of before 2007."""


def read_workbook(file: Path, names: Mapping, progress: Progress) -> Source:
    """The sheets of a workbook, every cell as text (a date as ISO 8601, the number 123 as `123`).

    `LINE` is the sheet's row, where the column names stand in its first used row, taken as row 1.

    Raises:
        UserError: protected by a password, or not a workbook.
    """
    reader = _open(file)
    source = Source(str(file), files=[fingerprint(file, file.name)])
    for name, sheet in names.wanted():
        if sheet in reader.sheet_names:
            progress.step("source.reading", None, table=sheet)
            source.tables[name] = _frame(reader.load_sheet(sheet, header_row=None, dtypes="string"), file.name, sheet)
    used = {sheet for _, sheet in names.wanted()}
    if ignored := [sheet for sheet in reader.sheet_names if sheet not in used]:
        source.notes.append(("source.ignored_sheets", {"sheets": ", ".join(ignored)}))
    return source


def _open(file: Path) -> fastexcel.ExcelReader:
    with file.open("rb") as handle:
        if handle.read(len(_COMPOUND_FILE)) == _COMPOUND_FILE:
            raise UserError("source.xlsx_password", file=file.name)
    try:
        return fastexcel.read_excel(str(file))
    except fastexcel.FastExcelError as fault:
        raise UserError("source.not_xlsx", file=file.name, reason=str(fault).split("\n")[0]) from fault


def _frame(sheet: Any, file: str, name: str) -> pl.LazyFrame:
    cells: pl.DataFrame = sheet.to_polars()
    if cells.is_empty():
        raise UserError("source.empty_file", file=f"{file} ({name})")
    header = [str(cell or "").strip() or f"column_{place}" for place, cell in enumerate(cells.row(0), 1)]
    header = [{FILE: f"x{FILE}", LINE: f"x{LINE}"}.get(column, column) for column in header]
    if twice := sorted({column for column in header if header.count(column) > 1}):
        raise UserError("source.duplicate_columns", file=f"{file} ({name})", columns=", ".join(twice))
    rows = cells.rename(dict(zip(cells.columns, header, strict=True))).with_row_index(LINE, 1).slice(1)
    rows = rows.filter(pl.any_horizontal(pl.col(header).is_not_null()))
    return rows.with_columns(pl.col(LINE).cast(pl.Int64), pl.lit(file).alias(FILE)).lazy()
