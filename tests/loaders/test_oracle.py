"""The check equals a plain reading of the contract, row by row, on random small sources."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from helpers.bank import Rows, good, write_csv, write_table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.check import Checked, check
from loaders.contract import PARTY_TABLES, TABLES, Column, Table
from loaders.sources import open_source

ORDER = ["missing_key", "unreadable_value", "unknown_value", "out_of_range", "dangling_reference", "duplicate_key"]
BOOLEANS = {"true": True, "1": True, "y": True, "是": True, "false": False, "0": False, "n": False, "否": False}
CELLS = {
    "string": ["", "x", " 张 伟 ", "=1", "　", "0"],
    "enum": ["", "nonsense"],
    "boolean": ["", "true", "FALSE", "1", "n", "是", "否", "yes", "2"],
    "date": ["", "2024-02-29", "2023-02-29", "20240131", "2024-01-31T23:59:59", "2024-1-3", "0000-01-01", "x"],
    "integer": ["", "0", "12", "12.0", "1.5", "-3", "x", "1e2"],
    "number": ["", "0", "1", "0.25", "1.0001", "-0.1", "nan", "inf", "x"],
    "money": ["", "0", "-12.344", "-0.001", "12.345", "1e3", "99999999999999", "1,5", "nan"],
    "grade": ["", "1", "R5", "c3", "6", "0", "2.0", "2.5", "X1"],
}
KEYS = ["", "a", "b", "c", " a"]
NAMES = ("branches", "managers", "products", "customers", "companies", "holdings", "relations")
FEW = 5


def cells(column: Column) -> st.SearchStrategy[str]:
    """Mostly good cells of one column, so that many rows pass."""
    if column.table or column.type_column or (column.required and column.type == "string"):
        return st.sampled_from(KEYS)
    pool = [*CELLS[column.type], *column.values, *(value.upper() for value in column.values)]
    return st.sampled_from(pool)


def rows(table: Table) -> st.SearchStrategy[Rows]:
    chosen = [column for column in table.columns if column.required]
    chosen += [column for column in table.columns if not column.required][:FEW]
    return st.lists(st.fixed_dictionaries({column.name: cells(column) for column in chosen}), min_size=1, max_size=8)


@st.composite
def banks(draw: st.DrawFn) -> dict[str, Rows]:
    optional = set(draw(st.lists(st.sampled_from(["branches", "managers", "companies", "relations"]))))
    return {name: draw(rows(TABLES[name])) for name in TABLES if name in NAMES and name not in optional}


def value_of(column: Column, cell: str) -> Any:
    """The value of a cell that is not empty.

    Raises:
        ValueError: saying which rule it breaks.
    """
    reader: dict[str, Callable[[], Any]] = {
        "string": lambda: cell,
        "enum": lambda: {value.lower(): value for value in column.values}.get(cell.lower()),
        "boolean": lambda: BOOLEANS.get(cell.lower()),
        "date": lambda: date.fromisoformat(cell[:10]),
        "integer": lambda: whole(cell),
        "grade": lambda: whole(cell[1:] if cell[0] in "CRcr" else cell),
        "number": lambda: float(cell),
        "money": lambda: float(cell),
    }
    try:
        value = reader[column.type]()
    except (ValueError, OverflowError):
        value = None
    if value is None or value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - a NaN
        raise ValueError("unknown_value" if column.type == "enum" else "unreadable_value")
    if column.low is not None and column.high is not None and not column.low <= value <= column.high:
        raise ValueError("out_of_range")
    return round_half_up(value) if column.type == "money" else value


def whole(cell: str) -> int:
    number = float(cell)
    if number != int(number):
        raise ValueError
    return int(number)


def round_half_up(value: float) -> float:
    """To fen, half away from zero, in binary as the data is."""
    return float(int(abs(value) * 100 + 0.5)) / 100 * (1 if value >= 0 else -1) + 0.0


def oracle(bank: dict[str, Rows]) -> tuple[dict[str, list[dict[str, Any]]], dict[str, list[tuple[Any, ...]]]]:
    """Accepted rows and rejects (line, rule, column) by table."""
    accepted: dict[str, list[dict[str, Any]]] = {}
    rejects: dict[str, list[tuple[Any, ...]]] = {}
    for name, table_rows in bank.items():
        table = TABLES[name]
        found = {line: judged(table, row, bank, accepted) for line, row in enumerate(table_rows, 2)}
        settle(table, found)
        accepted[name] = [value for value, fault in found.values() if fault is None]
        rejects[name] = [(line, *fault) for line, (_, fault) in found.items() if fault]
    return accepted, rejects


def judged(
    table: Table, row: dict[str, str], bank: dict[str, Rows], accepted: dict[str, list[dict[str, Any]]]
) -> tuple[dict[str, Any], tuple[str, str] | None]:
    faults, values = [], {}
    for place, column in enumerate(column for column in table.columns if column.name in row):
        cell = row[column.name].strip()
        values[column.name] = None
        if not cell:
            faults += [(0, place, column.name)] if column.required else []
            continue
        try:
            values[column.name] = value_of(column, cell)
        except ValueError as fault:
            faults.append((ORDER.index(str(fault)), place, column.name))
            continue
        target = column.table or PARTY_TABLES.get(str(values.get(column.type_column)), "")
        if target in bank and target != table.name and cell not in {r[TABLES[target].key] for r in accepted[target]}:
            faults.append((4, place, column.name))
    if not faults:
        return values, None
    rule, _, name = min(faults)
    return values, (ORDER[rule], name)


def settle(table: Table, found: dict[int, tuple[dict[str, Any], tuple[str, str] | None]]) -> None:
    own = next((column.name for column in table.columns if column.table == table.name), "")
    changed = True
    while changed and own:
        keys = {value[table.key] for value, fault in found.values() if fault is None}
        lost = [n for n, (value, fault) in found.items() if not fault and value.get(own) and value[own] not in keys]
        for line in lost:
            found[line] = (found[line][0], ("dangling_reference", own))
        changed = bool(lost)
    seen = set()
    for line, (value, fault) in found.items():
        if fault is None and table.key:
            if value[table.key] in seen:
                found[line] = (value, ("duplicate_key", table.key))
            seen.add(value[table.key])


def outcome(checked: Checked) -> tuple[dict[str, Counter[Any]], dict[str, Counter[Any]]]:
    """Accepted rows and rejects as counted sets."""
    accepted = {name: Counter(checked.table(name).collect().rows()) for name in checked.tables}
    columns = ["file", "line", "rule", "column", "value"]
    rejects = {name: Counter(checked.rejects(name).select(columns).collect().rows()) for name in checked.tables}
    return accepted, rejects


def read(folder: Path, number: int = 0) -> Checked:
    staging = folder.parent / f"staging-{folder.name}-{number}"
    staging.mkdir()
    return check(open_source(str(folder), None, staging), staging / "checked")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bank=banks())
def test_the_check_equals_the_oracle(bank: dict[str, Rows], tmp_path_factory: pytest.TempPathFactory) -> None:
    checked = read(write_csv(tmp_path_factory.mktemp("source"), bank))
    accepted, rejects = oracle(bank)
    for name in bank:
        values = checked.table(name).select(accepted[name][0].keys() if accepted[name] else []).collect().to_dicts()
        assert values == accepted[name]
        report = checked.rejects(name).collect().select("line", "rule", "column").rows()
        assert report == rejects[name]


def larger_bank(seed: int = 7) -> dict[str, Rows]:
    """A few hundred rows per table, some broken, without two rows of one key."""
    dice, bank = random.Random(seed), good()
    for name in ("customers", "employees", "holdings", "payments"):
        table, first = TABLES[name], bank[name]
        for number in range(300):
            row = dict(dice.choice(first)) | ({table.key: f"{name}-{number}"} if table.key else {})
            if dice.random() < 0.2:
                row[dice.choice([column for column in row if column != table.key])] = "broken"
            bank[name] = [*bank[name], row]
    return bank


def test_row_order_and_splitting_change_nothing(tmp_path: Path) -> None:
    bank = larger_bank()
    for name, table_rows in bank.items():
        for number, row in enumerate(table_rows):
            row["note"] = f"{name} {number}"
    plain = read(write_csv(tmp_path / "plain", bank))
    dice = random.Random(0)
    for name, table_rows in bank.items():
        mixed = dice.sample(table_rows, len(table_rows))
        cut = len(mixed) // 3
        for number, part in enumerate((mixed[:cut], mixed[cut : cut + 1], mixed[cut + 1 :])):
            if part:
                write_table(tmp_path / "mixed" / name / f"{number}.csv", part)
    parts = read(tmp_path / "mixed")
    assert outcome(parts)[0] == outcome(plain)[0]
    assert {n: c.rules for n, c in parts.tables.items()} == {n: c.rules for n, c in plain.tables.items()}


def test_the_number_of_threads_changes_nothing(tmp_path: Path) -> None:
    import os
    import subprocess
    import sys

    source = write_csv(tmp_path / "source", larger_bank())
    program = (
        "import sys; from pathlib import Path\n"
        "from loaders.check import check; from loaders.sources import open_source\n"
        "out = Path(sys.argv[2]); out.mkdir(); check(open_source(sys.argv[1], None, out), out)"
    )
    for threads in ("1", "5"):
        environment = os.environ | {"POLARS_MAX_THREADS": threads}
        subprocess.run([sys.executable, "-c", program, source, tmp_path / threads], check=True, env=environment)
    for file in sorted((tmp_path / "1").rglob("*.parquet")):
        assert pl.read_parquet(file).equals(pl.read_parquet(tmp_path / "5" / file.relative_to(tmp_path / "1")))
