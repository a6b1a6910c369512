"""One small demo bank for all tests of it, and a plain check of the contract on it."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from demo import make_bank
from loaders.contract import PARTY_TABLES, TABLES, Column, Table

CUSTOMERS = 2000


@pytest.fixture(scope="session")
def bank_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo") / "bank"
    make_bank(out, CUSTOMERS, seed=7)
    return out


@pytest.fixture(scope="session")
def raw(bank_folder: Path) -> Mapping[str, pl.DataFrame]:
    """Every table as written."""
    return {table: pl.read_parquet(bank_folder / f"{table}.parquet") for table in TABLES}


@pytest.fixture(scope="session")
def checked(raw: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    """Every table with a column `rule`: the rule of the contract that the row breaks, null for good rows."""
    done: dict[str, pl.DataFrame] = {}
    for name, table in TABLES.items():
        done[name] = raw[name].with_columns(rule=pl.coalesce(*_broken(table, done | {name: raw[name]}), pl.lit(None)))
    return done


@pytest.fixture(scope="session")
def bank(checked: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    """Every table without its bad rows."""
    return {name: rows.filter(pl.col("rule").is_null()).drop("rule") for name, rows in checked.items()}


def _broken(table: Table, tables: Mapping[str, pl.DataFrame]) -> list[pl.Expr]:
    rules: list[pl.Expr] = []
    if table.key:
        rules.append(_rule("duplicate_key", ~pl.col(table.key).is_first_distinct() & pl.col(table.key).is_not_null()))
    for column in table.columns:
        here = pl.col(column.name)
        if column.required:
            rules.append(_rule("missing_key", here.is_null()))
        if column.values:
            rules.append(_rule("unknown_value", ~here.is_in(column.values)))
        if column.low is not None and column.high is not None:
            number = here.cast(pl.Float64, strict=False)
            rules.append(_rule("out_of_range", ~number.is_between(column.low, column.high)))
        if column.type == "money":
            rules.append(_rule("unreadable_value", here.is_not_null() & here.cast(pl.Float64, strict=False).is_null()))
        rules += [_rule("dangling_reference", dangling) for dangling in _dangling(column, tables)]
    return rules


def _rule(name: str, broken: pl.Expr) -> pl.Expr:
    return pl.when(broken).then(pl.lit(name))


def _dangling(column: Column, tables: Mapping[str, pl.DataFrame]) -> list[pl.Expr]:
    if column.table:
        return [~pl.col(column.name).is_in(_keys(column.table, tables).implode())]
    if column.type_column:
        return [
            (pl.col(column.type_column) == kind) & ~pl.col(column.name).is_in(_keys(name, tables).implode())
            for kind, name in PARTY_TABLES.items()
        ]
    return []


def _keys(name: str, tables: Mapping[str, pl.DataFrame]) -> pl.Series:
    rows = tables[name]
    good = rows.filter(pl.col("rule").is_null()) if "rule" in rows.columns else rows
    return good[TABLES[name].key].drop_nulls()
