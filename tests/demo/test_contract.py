"""The bank is unified data: its tables are those of the contract, and only the few bad rows break a rule."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TypeAlias

import polars as pl
import pytest

from demo import make_bank
from loaders.contract import RULES, TABLES

Bank: TypeAlias = Mapping[str, pl.DataFrame]

AS_OF = date(2026, 6, 30)


def test_there_is_a_file_for_every_table_and_no_other(bank_folder: Path) -> None:
    assert {path.name for path in bank_folder.iterdir()} == {f"{table}.parquet" for table in TABLES}


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_the_columns_of_the_contract(raw: Bank, table: str) -> None:
    assert raw[table].columns == [column.name for column in TABLES[table].columns]


@pytest.mark.parametrize("table", TABLES)
def test_columns_are_typed(raw: Bank, table: str) -> None:
    expected = {"date": pl.Date, "boolean": pl.Boolean, "money": pl.Float64, "grade": pl.Int64, "integer": pl.Int64}
    text_on_purpose = {"registered_capital"}  # so that a number can be unreadable
    for column in TABLES[table].columns:
        if column.type in expected and column.name not in text_on_purpose:
            assert raw[table].schema[column.name] == expected[column.type], column.name


@pytest.mark.parametrize("table", TABLES)
def test_under_one_row_in_a_hundred_is_bad(checked: Bank, table: str) -> None:
    assert checked[table]["rule"].is_not_null().sum() < max(len(checked[table]) * 0.01, 1)


def test_bad_rows_break_the_rules_of_the_contract(checked: Bank) -> None:
    seen = {rule for rows in checked.values() for rule in rows["rule"].drop_nulls()}
    assert seen == set(RULES) - {"unreadable_value"}  # that one is in `companies`, too small a table here


def test_an_unreadable_number_is_among_the_companies_of_a_larger_bank(tmp_path: Path) -> None:
    make_bank(tmp_path, 10_000)
    capital = pl.read_parquet(tmp_path / "companies.parquet")["registered_capital"]
    assert capital.cast(pl.Float64, strict=False).is_null().sum() == 1


def test_every_enumerated_value_is_in_use(bank: Bank) -> None:
    for name in ("branches", "managers", "products", "companies", "relations", "customers"):
        for column in TABLES[name].columns:
            if column.values and column.name not in {"from_type", "to_type", "size"}:
                assert set(bank[name][column.name].drop_nulls()) == set(column.values), column.name


def test_no_event_is_later_than_the_as_of_day(bank: Bank) -> None:
    for name, column in (
        ("holdings", "opened_on"),
        ("holdings", "closed_on"),
        ("payments", "paid_on"),
        ("customers", "since"),
        ("companies", "client_since"),
        ("relations", "since"),
        ("contacts", "contacted_on"),
        ("contacts", "outcome_on"),
        ("refusals", "refused_on"),
    ):
        assert (bank[name][column].drop_nulls() <= AS_OF).all(), (name, column)


def test_holdings_span_four_years_and_the_last_days_too(bank: Bank) -> None:
    opened = bank["holdings"]["opened_on"]
    assert (opened < AS_OF - timedelta(days=4 * 365)).any()
    assert set(opened.dt.year()) >= {2022, 2023, 2024, 2025, 2026}
    assert (opened > AS_OF - timedelta(days=14)).any()


def test_nothing_is_closed_before_it_was_opened(bank: Bank) -> None:
    closed = bank["holdings"].drop_nulls("closed_on")
    assert (closed["closed_on"] >= closed["opened_on"]).all()
