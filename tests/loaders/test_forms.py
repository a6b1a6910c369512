"""Every form of source gives the same accepted tables."""

import gzip
import sqlite3
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pytest
import xlsxwriter
from helpers.bank import Bank, Check, assert_same, good, write_csv

Form = Callable[[Path, Bank], str]


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


def test_an_integer_key_of_parquet_is_its_decimal_text(tmp_path: Path, bank: Bank, checked: Check) -> None:
    parquet(tmp_path, {name: bank[name] for name in ("products", "holdings", "customers")})
    bank["customers"].with_columns(customer_id=pl.Series([17, None], dtype=pl.Float64)).write_parquet(
        tmp_path / "customers.parquet"
    )
    result = checked(tmp_path)
    assert result.table("customers").collect()["customer_id"].to_list() == ["17"]
    assert result.tables["customers"].rules == {"missing_key": 1}


def test_not_a_number_in_a_typed_column_is_an_empty_cell(tmp_path: Path, bank: Bank, checked: Check) -> None:
    bank["customers"] = bank["customers"].with_columns(
        pl.lit(float("nan")).alias("aum"), pl.lit(float("nan")).alias("risk_tolerance")
    )
    result = checked(parquet(tmp_path, bank))
    assert result.tables["customers"].rejected == 0
    read = result.table("customers").select("aum", "risk_tolerance").collect()
    assert read.null_count().row(0) == (len(read), len(read))


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
