"""A database with a table or view per name: PostgreSQL, MySQL, a SQLite or a DuckDB file.

Every cell is read as text, cast by the database itself, and staged as Parquet: one way for all types of all of
them, and the same one that a CSV export of the table would take.
"""

import os
import socket
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol, cast
from urllib.parse import unquote, urlsplit

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from loaders.mapping import Mapping
from loaders.sources.source import FILE, LINE, Source
from texts import UserError
from texts.progress import Progress

_BATCH: Final = 50_000
_TIMEOUT: Final = 10.0


class _Database(Protocol):
    """`quote` and `text` are the two characters of SQL dialect that differ here."""

    quote: str
    text: str

    def columns(self) -> list[tuple[str, str]]:
        """Table and column names, in the order of the columns."""
        ...

    def batches(self, query: str) -> Iterator[pa.Table]:
        """The rows of a query."""
        ...


def read_database(url: str, names: Mapping, staging: Path, progress: Progress) -> Source:
    """The tables and views of a database that the contract or the mapping names.

    Raises:
        UserError: not a database that guanxi knows, not reachable, access refused, or a query failed; never
            with the password in it.
    """
    scheme, location = urlsplit(url).scheme, _redacted(url)
    if scheme not in _OPENERS:
        raise UserError("source.unknown_form", source=location)
    source = Source(location)
    with _explained(url, location):
        database = _OPENERS[scheme](url, location)
        found = _tables(database)
        for name, table in names.wanted():
            if columns := found.get(table):
                progress.step("source.reading", None, table=table)
                target = staging / f"{name}.parquet"
                rows = _stage(database, table, columns, target)
                source.files.append({"name": table, "rows": rows})
                source.tables[name] = pl.scan_parquet(target, glob=False).with_columns(pl.lit(table).alias(FILE))
    return source


def _tables(database: _Database) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, column in database.columns():
        found.setdefault(table, []).append(column)
    return found


def _stage(database: _Database, table: str, columns: list[str], target: Path) -> int:
    """Write a table as strings; the number of rows."""
    cells = ", ".join(f"CAST({_quoted(database, name)} AS {database.text}) AS c{i}" for i, name in enumerate(columns))
    query = f"SELECT {cells} FROM {'.'.join(_quoted(database, part) for part in table.split('.'))}"  # noqa: S608 - quoted
    names = [{FILE: f"x{FILE}", LINE: f"x{LINE}"}.get(name, name) for name in columns]
    schema = pa.schema([*(pa.field(name, pa.large_string()) for name in names), pa.field(LINE, pa.int64())])
    rows = 0
    with pq.ParquetWriter(target, schema, compression="lz4") as writer:
        for batch in database.batches(query):
            lines = pa.array(range(rows + 1, rows + 1 + len(batch)), pa.int64())
            writer.write_table(pa.table([*batch.columns, lines], names=schema.names).cast(schema))
            rows += len(batch)
    return rows


def _quoted(database: _Database, name: str) -> str:
    return f"{database.quote}{name.replace(database.quote, database.quote * 2)}{database.quote}"


def _redacted(url: str) -> str:
    """The URL without its password and query."""
    parts = urlsplit(url)
    user = f"{parts.username}@" if parts.username else ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{user}{parts.hostname or ''}{port}{parts.path}"


@contextmanager
def _explained(url: str, location: str) -> Generator[None]:
    """Turn what a driver raises into a message for the user."""
    try:
        yield
    except UserError:
        raise
    except Exception as fault:  # noqa: BLE001 - every driver has exceptions of its own, connectorx plain RuntimeErrors
        reason = str(fault).split("\n")[0]
        for secret in {urlsplit(url).password or "", unquote(urlsplit(url).password or "")} - {""}:
            reason = reason.replace(secret, "***")
        raise UserError("source.database", source=location, reason=reason) from None


class _Sqlite:
    quote, text = '"', "TEXT"

    def __init__(self, url: str, location: str) -> None:
        file = _local_file(url, location)
        self._connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)

    def columns(self) -> list[tuple[str, str]]:
        return self._connection.execute(
            "SELECT m.name, p.name FROM sqlite_master m, pragma_table_info(m.name) p"
            " WHERE m.type IN ('table', 'view') ORDER BY m.name, p.cid"
        ).fetchall()

    def batches(self, query: str) -> Iterator[pa.Table]:
        cursor = self._connection.execute(query)
        names = [str(place) for place in range(len(cursor.description))]
        while rows := cursor.fetchmany(_BATCH):
            frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
            yield frame.to_arrow(compat_level=pl.CompatLevel.oldest())


class _DuckDB:
    quote, text = '"', "VARCHAR"

    def __init__(self, url: str, location: str) -> None:
        import duckdb

        self._connection = duckdb.connect(str(_local_file(url, location)), read_only=True)

    def columns(self) -> list[tuple[str, str]]:
        return self._connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
        ).fetchall()

    def batches(self, query: str) -> Iterator[pa.Table]:
        for batch in self._connection.sql(query).to_arrow_reader(_BATCH):
            yield pa.table(batch)


class _Server:
    """PostgreSQL and MySQL, by connectorx."""

    port: int

    def __init__(self, url: str, location: str) -> None:
        # Without this each of its retries is printed on stderr; it must be set before the first import.
        os.environ.setdefault("RUST_LOG", "off")
        self._url, parts = url, urlsplit(url)
        port = parts.port or self.port
        try:  # connectorx goes on trying for 30 s where nobody listens
            socket.create_connection((parts.hostname or "localhost", port), _TIMEOUT).close()
        except OSError as fault:
            raise UserError("source.database", source=location, reason=fault.strerror or fault) from None

    def batches(self, query: str) -> Iterator[pa.Table]:
        import connectorx

        reader = connectorx.read_sql(self._url, query, return_type="arrow_stream", batch_size=_BATCH)
        for batch in cast("pa.RecordBatchReader", reader):
            yield pa.table(batch)

    def _rows(self, query: str) -> list[tuple[str, str]]:
        return [(row["t"], row["c"]) for table in self.batches(query) for row in table.to_pylist()]


class _PostgreSQL(_Server):
    quote, text, port = '"', "TEXT", 5432

    def columns(self) -> list[tuple[str, str]]:
        return self._rows(
            "SELECT CASE WHEN table_schema = ANY (current_schemas(false)) THEN table_name::text"
            " ELSE table_schema || '.' || table_name END AS t, column_name::text AS c"
            " FROM information_schema.columns ORDER BY 1, ordinal_position"
        )


class _MySQL(_Server):
    quote, text, port = "`", "CHAR", 3306

    def columns(self) -> list[tuple[str, str]]:
        return self._rows(
            "SELECT CAST(table_name AS CHAR) AS t, CAST(column_name AS CHAR) AS c FROM information_schema.columns"
            " WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position"
        )


def _local_file(url: str, location: str) -> Path:
    """`sqlite:///relative`, `sqlite:////absolute`, as SQLAlchemy has it."""
    parts = urlsplit(url)
    file = Path(unquote(parts.netloc + parts.path).removeprefix("/"))
    absolute = Path("/") / file
    found = next((path for path in (file, absolute) if path.is_file()), None)
    if found is None:
        raise UserError("source.no_such_source", source=location)
    return found


_OPENERS: Final[dict[str, Callable[[str, str], _Database]]] = {
    "postgresql": _PostgreSQL,
    "postgres": _PostgreSQL,
    "mysql": _MySQL,
    "sqlite": _Sqlite,
    "duckdb": _DuckDB,
}
