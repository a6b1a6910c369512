"""Exports: opportunities and detected facts as .csv, .xlsx or .parquet, whole or not at all."""

import os
import re
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl
import pyarrow.parquet as pq

from graph.facts.write import FACTS
from graph.opportunities.rendered import COLUMNS, Selection, chunks
from graph.side_by_side import ahead
from graph.snapshot import Snapshot, Tables, replace_file
from texts import UserError

EXCEL_ROWS: Final = 1_048_575
EXCEL_CELL: Final = 32_767
_FORMULA: Final = r"^[=+\-@\t\r]"
Write = Callable[[pl.DataFrame], None]
"""Takes the rows of a file, a chunk at a time."""


def export(
    findings: Tables, snapshot: Snapshot, file: Path | Sequence[Path], chosen: Selection, *, unmask: bool = False
) -> int:
    """Write the selected opportunities to `file`, or to several, in the form that each suffix names.

    Returns:
        The number of rows.

    Raises:
        UserError: an unknown suffix, more rows than Excel holds, an unknown kind, or a place that cannot be written.
    """
    files = [file] if isinstance(file, Path) else file
    _check_suffixes(files)
    if chosen.kind and chosen.kind not in findings.manifest["opportunities"]:
        raise UserError("export.unknown_kind", kind=chosen.kind, kinds=", ".join(findings.manifest["opportunities"]))
    return _written((chunk.select(COLUMNS) for chunk in chunks(findings, snapshot, chosen, unmask=unmask)), files)


def export_facts(findings: Tables, name: str, file: Path) -> int:
    """Write one detected fact's table to `file`; returns the number of rows.

    Raises:
        UserError: an unknown fact or suffix, more rows than Excel holds, or a place that cannot be written.
    """
    _check_suffixes([file])
    if name not in FACTS:
        raise UserError("export.unknown_fact", name=name, names=", ".join(FACTS))
    return _written([pl.read_parquet(findings.path / "facts" / f"{name}.parquet")], [file])


def as_file(rows: pl.DataFrame, suffix: str) -> bytes:
    """The content of a file with these rows, lists as text: `.csv`, `.xlsx` or `.parquet`.

    Raises:
        UserError: an unknown suffix, or more rows than Excel holds.
    """
    lists = [name for name, dtype in rows.schema.items() if isinstance(dtype, pl.List)]
    flat = rows.with_columns(pl.col(lists).cast(pl.List(pl.String)).list.join(", "))
    with TemporaryDirectory(prefix="guanxi-export-") as folder:
        file = Path(folder) / f"rows{suffix}"
        _check_suffixes([file])
        _written([flat], [file])
        return file.read_bytes()


def _check_suffixes(files: Sequence[Path]) -> None:
    for file in files:
        if file.suffix.lower() not in WRITERS:
            raise UserError("export.unknown_suffix", file=file, suffixes=", ".join(WRITERS))


def _written(rows: Iterable[pl.DataFrame], files: Sequence[Path]) -> int:
    number = 0
    with ExitStack() as open_files:
        writes = [open_files.enter_context(_whole(file)) for file in files]
        for chunk in ahead(rows):
            number += len(chunk)
            for write in writes:
                write(chunk)
    return number


@contextmanager
def _whole(file: Path) -> Generator[Write]:
    """Writes under a temporary name; the file has its own name when the block ends well."""
    temporary = file.with_name(f".{file.stem}.writing-{os.getpid()}{file.suffix}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with WRITERS[file.suffix.lower()](temporary) as write:
                yield write
            replace_file(file, temporary)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as fault:
        raise UserError("export.unwritable", file=file, reason=fault.strerror or fault) from fault


@contextmanager
def _csv(file: Path) -> Generator[Write]:
    with file.open("wb") as handle:
        yield lambda rows: _safe(rows).write_csv(handle, include_header=handle.tell() == 0)


@contextmanager
def _parquet(file: Path) -> Generator[Write]:
    with ExitStack() as opened:
        writers: list[pq.ParquetWriter] = []

        def write(rows: pl.DataFrame) -> None:
            table = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
            if not writers:
                writers.append(opened.enter_context(pq.ParquetWriter(file, table.schema, compression="zstd")))
            writers[0].write_table(table)

        yield write


@contextmanager
def _excel(file: Path) -> Generator[Write]:
    import xlsxwriter

    parts: list[pl.DataFrame] = []
    yield parts.append
    rows = pl.concat(parts)
    if len(rows) > EXCEL_ROWS:
        raise UserError("export.too_many_for_excel", rows=len(rows), most=EXCEL_ROWS)
    # a cell that begins like a formula is text here, and stays so
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        short = rows.with_columns(pl.col(pl.String).str.slice(0, EXCEL_CELL))
        short.write_excel(book, worksheet="guanxi", autofit=False)


def _safe(rows: pl.DataFrame) -> pl.DataFrame:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, CSV injection)."""
    text = pl.col(pl.String)
    safe = rows.with_columns(pl.when(text.str.contains(_FORMULA)).then("'" + text).otherwise(text).name.keep())
    return safe.rename(lambda name: f"'{name}" if re.match(_FORMULA, name) else name)


WRITERS: Final[dict[str, Callable[[Path], AbstractContextManager[Write]]]] = {
    ".csv": _csv, ".xlsx": _excel, ".parquet": _parquet,
}  # fmt: skip
