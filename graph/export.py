"""Exports: opportunities and detected facts as .csv, .xlsx or .parquet, whole or not at all."""

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import polars as pl

from graph.facts.write import FACTS
from graph.opportunities.rendered import COLUMNS, Selection, rendered
from graph.snapshot import Snapshot, Tables, replace_file
from texts import UserError

EXCEL_ROWS: Final = 1_048_575
EXCEL_CELL: Final = 32_767
_FORMULA: Final = r"^[=+\-@\t\r]"


def export(findings: Tables, snapshot: Snapshot, file: Path, chosen: Selection, *, unmask: bool = False) -> int:
    """Write the selected opportunities to `file` in the form that its suffix names.

    Returns:
        The number of rows.

    Raises:
        UserError: an unknown suffix, more rows than Excel holds, an unknown kind, or a place that cannot be written.
    """
    write = _writer(file)
    if chosen.kind and chosen.kind not in findings.manifest["opportunities"]:
        raise UserError("export.unknown_kind", kind=chosen.kind, kinds=", ".join(findings.manifest["opportunities"]))
    rows = rendered(findings, snapshot, chosen, unmask=unmask).select(COLUMNS)
    return _written(rows, file, write)


def export_facts(findings: Tables, name: str, file: Path) -> int:
    """Write one detected fact's table to `file`; returns the number of rows.

    Raises:
        UserError: an unknown fact or suffix, more rows than Excel holds, or a place that cannot be written.
    """
    write = _writer(file)
    if name not in FACTS:
        raise UserError("export.unknown_fact", name=name, names=", ".join(FACTS))
    return _written(pl.read_parquet(findings.path / "facts" / f"{name}.parquet"), file, write)


def _writer(file: Path) -> Callable[[pl.DataFrame, Path], None]:
    if file.suffix.lower() not in WRITERS:
        raise UserError("export.unknown_suffix", file=file, suffixes=", ".join(WRITERS))
    return WRITERS[file.suffix.lower()]


def _written(rows: pl.DataFrame, file: Path, write: Callable[[pl.DataFrame, Path], None]) -> int:
    temporary = file.with_name(f".{file.stem}.writing-{os.getpid()}{file.suffix}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with _swept(temporary):
            write(rows, temporary)
            replace_file(file, temporary)
    except OSError as fault:
        raise UserError("export.unwritable", file=file, reason=fault.strerror or fault) from fault
    return len(rows)


@contextmanager
def _swept(temporary: Path) -> Generator[None]:
    try:
        yield
    finally:
        temporary.unlink(missing_ok=True)


def _csv(rows: pl.DataFrame, file: Path) -> None:
    _safe(rows).write_csv(file)


def _parquet(rows: pl.DataFrame, file: Path) -> None:
    rows.write_parquet(file, row_group_size=250_000)


def _excel(rows: pl.DataFrame, file: Path) -> None:
    import xlsxwriter

    if len(rows) > EXCEL_ROWS:
        raise UserError("export.too_many_for_excel", rows=len(rows), most=EXCEL_ROWS)
    # a cell that begins like a formula is text here, and stays so
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": False}
    short = rows.with_columns(pl.col(pl.String).str.slice(0, EXCEL_CELL))
    with xlsxwriter.Workbook(file, options) as book:
        short.write_excel(book, worksheet="guanxi", autofit=False)


def _safe(rows: pl.DataFrame) -> pl.DataFrame:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, CSV injection)."""
    text = pl.col(pl.String)
    return rows.with_columns(pl.when(text.str.contains(_FORMULA)).then("'" + text).otherwise(text).name.keep())


WRITERS: Final[dict[str, Callable[[pl.DataFrame, Path], None]]] = {".csv": _csv, ".xlsx": _excel, ".parquet": _parquet}
