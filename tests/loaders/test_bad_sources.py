"""Sources that cannot be used: each ends in one clear message that names what is wrong."""

import gzip
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import xlsxwriter
from helpers.bank import Check, good, write_csv

from texts import UserError

Make = Callable[[Path], Any]
COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def lacking(name: str) -> Make:
    return lambda folder: write_csv(folder, {table: rows for table, rows in good().items() if table != name})


def lacking_column(table: str, column: str) -> Make:
    def make(folder: Path) -> Path:
        bank = good()
        bank[table] = [{name: cell for name, cell in row.items() if name != column} for row in bank[table]]
        return write_csv(folder, bank)

    return make


def with_file(name: str, content: bytes) -> Make:
    """The good bank with one file in place of the table's CSV."""

    def make(folder: Path) -> Path:
        write_csv(folder, good())
        (folder / f"{name.partition('.')[0]}.csv").unlink()
        (folder / name).write_bytes(content)
        return folder

    return make


def two_forms(folder: Path) -> Path:
    write_csv(folder, good())
    (folder / "customers.parquet").touch()
    return folder


def workbook_without(sheet: str) -> Make:
    def make(folder: Path) -> Path:
        with xlsxwriter.Workbook(folder / "bank.xlsx") as book:
            for table, rows in good().items():
                page = book.add_worksheet(table if table != sheet else "Sheet1")
                for number, row in enumerate([rows[0].keys(), *(row.values() for row in rows)]):
                    page.write_row(number, 0, row)
        return folder / "bank.xlsx"

    return make


def file(name: str, content: bytes) -> Make:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def mapped(text: str) -> Make:
    def make(folder: Path) -> Path:
        write_csv(folder, good())
        (folder / "mapping.yaml").write_text(text, encoding="utf-8")
        return folder

    return make


def nobody_listens(scheme: str) -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"{scheme}://u:s3cret@127.0.0.1:{free.getsockname()[1]}/bank"


HOLDINGS = b"holder_type,holder_id,product_id\n"
UTF8 = "customer_id,name\nC1,张伟\n".encode()
GB18030 = "C2,李娜\n".encode("gb18030")
PACKED = gzip.compress(UTF8 * 1000)

CASES: dict[str, tuple[Make, str, str]] = {
    "no such folder": (lambda folder: folder / "nowhere", "source.no_such_source", "nowhere"),
    "an empty folder": (lambda folder: folder, "check.no_tables", "customers"),
    "a folder of other files": (file("notes.txt", b"x"), "source.unknown_form", "notes.txt"),
    "customers missing": (lacking("customers"), "check.missing_table", "customers"),
    "products missing": (lacking("products"), "check.missing_table", "products"),
    "holdings missing": (lacking("holdings"), "check.missing_table", "holdings"),
    "a key column missing": (lacking_column("customers", "customer_id"), "check.missing_column", "customer_id"),
    "a required column missing": (lacking_column("branches", "level"), "check.missing_column", "level"),
    "a truncated gzip": (with_file("customers.csv.gz", PACKED[:-20]), "source.broken_file", "customers.csv.gz"),
    "a gzip that is none": (with_file("customers.csv.gz", UTF8), "source.broken_file", "customers.csv.gz"),
    "a truncated zst": (
        with_file("customers.csv.zst", pa.compress(UTF8 * 1000, "zstd", asbytes=True)[:-9]),
        "source.broken_file",
        "customers.csv.zst",
    ),
    "a Parquet file that is none": (with_file("customers.parquet", UTF8), "source.not_parquet", "customers.parquet"),
    "an empty Parquet file": (with_file("customers.parquet", b""), "source.not_parquet", "customers.parquet"),
    "an empty CSV file": (with_file("customers.csv", b""), "source.empty_file", "customers.csv"),
    "a row with too many cells": (
        with_file("holdings.csv", HOLDINGS + b"customer,C1,P1\ncustomer,C1,P1,x\n"), "source.ragged_row", "line 3",
    ),
    "a row with too few cells": (
        with_file("holdings.csv", HOLDINGS + b'customer,"C\n1",P1\n\ncustomer,C1\n'), "source.ragged_row", "line 5",
    ),
    "a quote left open": (
        with_file("holdings.csv", HOLDINGS + b'customer,C1,P1\ncustomer,"C1,P1\n'), "source.open_quote", "line 3",
    ),
    "a quote left open in the last cell": (
        with_file("holdings.csv", HOLDINGS + b'customer,C1,P1\ncustomer,C1,"P1\nx\n'), "source.open_quote", "line 3",
    ),
    "a quote left open early in a long file": (
        with_file("holdings.csv", HOLDINGS + b'customer,C1,"P1\n' + b"customer,C1,P1\n" * 1_200_000),
        "source.long_row",
        "holdings.csv",
    ),
    "a column named twice": (with_file("customers.csv", b"customer_id,a,a\n"), "source.duplicate_columns", "a"),
    "two encodings in one file": (with_file("customers.csv", UTF8 + GB18030), "source.mixed_encoding", "customers.csv"),
    "the other way round": (
        with_file("customers.csv", b"customer_id,name\n" + GB18030 + "C1,张伟\n".encode()),
        "source.mixed_encoding",
        "customers.csv",
    ),
    "neither UTF-8 nor GB18030": (
        with_file("customers.csv", b"customer_id\n\xff\xfeC\n"), "source.unknown_encoding", "customers.csv",
    ),
    "UTF-16": (with_file("customers.csv", UTF8.decode().encode("utf-16")), "source.unknown_encoding", "customers.csv"),
    "two forms of one table": (two_forms, "source.two_forms", "customers.parquet"),
    "a workbook with a password": (
        file("bank.xlsx", COMPOUND_FILE + bytes(4096)), "source.xlsx_password", "bank.xlsx",
    ),
    "a workbook that is none": (file("bank.xlsx", b"PK\3\4 no"), "source.not_xlsx", "bank.xlsx"),
    "a sheet missing": (workbook_without("holdings"), "check.missing_table", "holdings"),
    "a mapping with an unknown column": (
        mapped("tables: {customers: {columns: {customer_no: ID}}}"), "mapping.unknown_name", "customer_no",
    ),
    "a mapping with an unknown table": (mapped("tables: {clients: {table: X}}"), "mapping.unknown_name", "clients"),
    "a mapping of what is not there": (
        mapped("tables: {customers: {columns: {name: CUST_NM}}}"), "mapping.no_such_column", "CUST_NM",
    ),
    "a mapping that breaks YAML": (mapped("tables: {customers: [}"), "mapping.not_yaml", "mapping.yaml"),
    "a mapping that runs Python": (
        mapped("!!python/object/apply:os.system ['true']"), "mapping.not_yaml", "mapping.yaml",
    ),
    "a mapping that is a list": (mapped("- customers"), "mapping.not_a_table", "mapping.yaml"),
    "a mapping to nothing": (mapped("tables: {customers: {columns: {name: }}}"), "mapping.not_a_name", "name"),
    "an unreachable PostgreSQL": (lambda _: nobody_listens("postgresql"), "source.database", "127.0.0.1"),
    "an unreachable MySQL": (lambda _: nobody_listens("mysql"), "source.database", "127.0.0.1"),
    "a database of another make": (lambda _: "oracle://u:s3cret@h/d", "source.unknown_form", "oracle://u@h"),
    "no such SQLite file": (lambda folder: f"sqlite:///{folder}/x.db", "source.no_such_source", "x.db"),
    "a SQLite file that is none": (
        lambda folder: f"sqlite:///{file('x.db', b'no database at all' * 99)(folder)}", "source.database", "x.db",
    ),
    "a DuckDB file that is none": (
        lambda folder: f"duckdb:///{file('x.db', b'no database at all' * 99)(folder)}", "source.database", "x.db",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "key", "named"), CASES.values(), ids=CASES)
def test_a_bad_source_is_one_clear_message(make: Make, key: str, named: str, tmp_path: Path, checked: Check) -> None:
    source = make(tmp_path)
    with pytest.raises(UserError) as caught:
        checked(source)
    assert caught.value.key == key
    assert named in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_mapping_file_that_is_not_there(tmp_path: Path, checked: Check) -> None:
    with pytest.raises(UserError, match=r"nowhere\.yaml"):
        checked(write_csv(tmp_path, good()), tmp_path / "nowhere.yaml")


def test_a_damaged_parquet_page_is_found_when_it_is_read(tmp_path: Path, checked: Check) -> None:
    import polars as pl

    write_csv(tmp_path, good())
    (tmp_path / "customers.csv").unlink()
    damaged = tmp_path / "customers.parquet"
    pl.DataFrame({"customer_id": [f"C{i}" for i in range(5000)]}).write_parquet(damaged)
    content = bytearray(damaged.read_bytes())
    content[40:2000] = bytes(1960)
    damaged.write_bytes(content)
    with pytest.raises(UserError) as caught:
        checked(tmp_path)
    assert caught.value.key == "check.unreadable_table"
    assert "customers" in str(caught.value)


def test_too_many_rejects_names_the_table_the_rate_and_the_commonest_rule(tmp_path: Path, checked: Check) -> None:
    bank = good()
    bank["refusals"] += [{"customer_id": f"NOBODY{i}", "channel": "app", "refused_on": "2024-01-01"} for i in range(3)]
    result = checked(write_csv(tmp_path, bank))
    assert not result.ok()
    assert result.ok(0.6)
    result.require(0.6)
    with pytest.raises(UserError) as caught:
        result.require(0.05)
    for word in ("refusals", "60.0%", "5.0%", "dangling_reference"):
        assert word in str(caught.value)


def test_the_table_that_is_wrong_is_named_before_those_that_only_refer_to_it(tmp_path: Path, checked: Check) -> None:
    bank = good()
    bank["customers"] = [row | {"since": "yesterday"} for row in bank["customers"]]
    with pytest.raises(UserError) as caught:
        checked(write_csv(tmp_path, bank)).require()
    for word in ("customers", "unreadable_value"):
        assert word in str(caught.value)


def test_a_source_with_the_allowed_rate_of_rejects_is_good(tmp_path: Path, checked: Check) -> None:
    bank = good()
    bank["customers"] += [bank["customers"][1] | {"customer_id": f"C{i}"} for i in range(10, 27)]
    bank["customers"].append(bank["customers"][1] | {"customer_id": ""})
    result = checked(write_csv(tmp_path, bank))
    assert result.tables["customers"].rate == 0.05
    assert result.ok(0.05)
