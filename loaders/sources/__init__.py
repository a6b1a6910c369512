"""Reading a source, whatever its form: a folder, a workbook or a database."""

from pathlib import Path
from typing import Final

from loaders import mapping
from loaders.mapping import Mapping, read_mapping
from loaders.sources.source import FILE, LINE, Note, Source
from texts import UserError
from texts.progress import Progress, Silent

__all__ = ["FILE", "LINE", "Note", "Source", "open_source"]

_SQLITE: Final = (0, b"SQLite format 3\0")
_DUCKDB: Final = (8, b"DUCK")


def open_source(location: str, mapping_file: Path | None, staging: Path, progress: Progress | None = None) -> Source:
    """Open a source: a folder, an `.xlsx` file, a SQLite or DuckDB file, or a database's URL.

    Args:
        location: path or URL; what is read of it is in the returned `Source` under contract names.
        mapping_file: `None`: `mapping.yaml` beside the data, where there is one.
        staging: an existing folder for what cannot be scanned where it lies (CSV, databases); the frames of the
            source read from it, so it must outlive them.
        progress: told each table that is read.

    Raises:
        UserError: there is no such source, it cannot be read, or the mapping does not fit it.
    """
    path = Path(location).expanduser()
    beside = (path if path.is_dir() else path.parent) / mapping.NAME
    names = read_mapping(mapping_file or (beside if "://" not in location and beside.is_file() else None))
    source = _read(location, path, names, staging, progress or Silent())
    for name, frame in source.tables.items():
        source.tables[name] = names.apply(name, frame)
    for name in names.tables:
        if name not in source.tables:
            source.notes.append(("source.mapped_table_absent", {"table": names.table(name).table, "name": name}))
    return source


def _read(location: str, path: Path, names: Mapping, staging: Path, progress: Progress) -> Source:
    from loaders.sources import database, excel, folder

    if "://" in location:
        return database.read_database(location, names, staging, progress)
    if path.is_dir():
        return folder.read_folder(path, names, staging, progress)
    if not path.is_file():
        raise UserError("source.no_such_source", source=location)
    if _begins(path, *_SQLITE):
        return database.read_database(f"sqlite:///{path.absolute()}", names, staging, progress)
    if _begins(path, *_DUCKDB):
        return database.read_database(f"duckdb:///{path.absolute()}", names, staging, progress)
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls"):
        return excel.read_workbook(path, names, progress)
    raise UserError("source.unknown_form", source=location)


def _begins(path: Path, offset: int, magic: bytes) -> bool:
    with path.open("rb") as handle:
        return handle.read(offset + len(magic))[offset:] == magic
