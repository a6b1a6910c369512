"""A folder of `TABLE.parquet`, `TABLE.csv`, `.csv.gz`, `.csv.zst`, or parts of these in a folder `TABLE/`."""

import errno
from pathlib import Path
from typing import Final

import polars as pl

from loaders import mapping
from loaders.mapping import Mapping
from loaders.sources import csv_file
from loaders.sources.source import FILE, LINE, Source, fingerprint, union
from texts import UserError
from texts.progress import Progress

_PARQUET: Final = ".parquet"
_FORMS: Final = (_PARQUET, ".csv", ".csv.gz", ".csv.zst")


def read_folder(folder: Path, names: Mapping, staging: Path, progress: Progress) -> Source:
    """The tables of a folder; CSV files are staged as Parquet under `staging`.

    Raises:
        UserError: two forms of one table, or a file that cannot be read.
    """
    source = Source(str(folder))
    used: set[Path] = set()
    for name, table in names.wanted():
        if not (parts := _parts(folder, table)):
            continue
        used.update({part if part.parent == folder else part.parent for part in parts})
        progress.step("source.reading", None, table=table)
        source.tables[name] = union([_frame(source, part, folder, staging) for part in parts])
    if ignored := sorted(path.name for path in folder.iterdir() if path not in used and not _hidden(path)):
        source.notes.append(("source.ignored_files", {"files": ", ".join(ignored)}))
    return source


def _hidden(path: Path) -> bool:
    return path.name.startswith((".", "_")) or path.name == mapping.NAME


def _form(path: Path) -> str:
    return next((form for form in _FORMS if path.name.endswith(form)), "")


def _parts(folder: Path, table: str) -> list[Path]:
    """The files of one table, in the order of their names."""
    found = [[path] for form in _FORMS if (path := folder / f"{table}{form}").is_file()]
    if (folder / table).is_dir():
        inside = sorted(path for path in (folder / table).iterdir() if _form(path) and not _hidden(path))
        by_form = [[path for path in inside if _form(path) == form] for form in _FORMS]
        found += [parts for parts in by_form if parts]
    if len(found) > 1:
        forms = ", ".join(str(parts[0].relative_to(folder)) for parts in found)
        raise UserError("source.two_forms", table=table, forms=forms)
    return found[0] if found else []


def _frame(source: Source, part: Path, folder: Path, staging: Path) -> pl.LazyFrame:
    name = part.relative_to(folder).as_posix()
    try:
        frame, encoding = _scan_parquet(part, name) if _form(part) == _PARQUET else _scan_csv(part, name, staging)
        source.files.append(fingerprint(part, name, encoding))
    except OSError as fault:
        if fault.errno == errno.ENOSPC:  # of the staging, not the source
            raise
        raise UserError("source.unreadable_file", file=name, reason=fault.strerror or fault) from fault
    if encoding == "gb18030":
        source.notes.append(("source.gb18030", {"file": name}))
    return frame.with_columns(pl.lit(name).alias(FILE))


def _scan_parquet(part: Path, name: str) -> tuple[pl.LazyFrame, str]:
    try:
        found = pl.read_parquet_schema(part)
    except pl.exceptions.PolarsError as fault:
        raise UserError("source.not_parquet", file=name, reason=str(fault).split("\n")[0]) from fault
    frame = pl.scan_parquet(part, glob=False, hive_partitioning=False)
    frame = frame.rename({column: f"x{column}" for column in (FILE, LINE) if column in found})
    return frame.with_row_index(LINE, 1).with_columns(pl.col(LINE).cast(pl.Int64)), ""


def _scan_csv(part: Path, name: str, staging: Path) -> tuple[pl.LazyFrame, str]:
    target = staging / f"{name.replace('/', '.')}{_PARQUET}"
    text = csv_file.stage(part, name, target)
    return pl.scan_parquet(target, glob=False), text.encoding
