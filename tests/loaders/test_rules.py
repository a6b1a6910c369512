"""Each rule in each table and column it applies to: one cell of a good bank is broken, one row is rejected."""

from pathlib import Path

import pytest
from helpers.bank import GOOD, Check, good, write_csv

from loaders.contract import TABLES, Column, Table
from loaders.rejects import SCHEMA


def test_a_good_bank_has_no_rejects(tmp_path: Path, checked: Check) -> None:
    result = checked(write_csv(tmp_path, good()))
    assert {name: (found.rows, found.rejected) for name, found in result.tables.items()} == dict.fromkeys(
        TABLES, (2, 0)
    )
    assert result.notes == []


def _missing(column: Column) -> list[tuple[str, str]]:
    return [("", "missing_key"), ("  ", "missing_key")] if column.required else []


def _misread(column: Column) -> list[tuple[str, str]]:
    return {
        "string": [],
        "enum": [("nonsense", "unknown_value")],
        "boolean": [("maybe", "unreadable_value")],
        "date": [("2024-02-30", "unreadable_value"), ("31/12/2024", "unreadable_value")],
        "integer": [("1.5", "unreadable_value"), ("many", "unreadable_value")],
        "number": [("half", "unreadable_value"), ("nan", "unreadable_value"), ("1.01", "out_of_range")],
        "money": [("1,000", "unreadable_value"), ("inf", "unreadable_value"), ("1e14", "out_of_range")],
        "grade": [("high", "unreadable_value"), ("6", "out_of_range"), ("C0", "out_of_range")],
    }[column.type]


def _dangling(table: Table, column: Column) -> list[tuple[str, str]]:
    return [("NOBODY", "dangling_reference")] if column.table or column.type_column else []


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_broken_cell_rejects_its_row(table: Table, tmp_path: Path, checked: Check) -> None:
    broken = [
        (column.name, value, rule)
        for column in table.columns
        for value, rule in [*_missing(column), *_misread(column), *_dangling(table, column)]
    ]
    bank = good()
    for number, (column, value, _) in enumerate(broken):
        own_key = {table.key: f"another-{number}"} if table.key else {}
        bank[table.name].append(GOOD[table.name][1] | own_key | {column: value})
    result = checked(write_csv(tmp_path, bank))
    report = result.rejects(table.name).drop("row").collect().to_dicts()
    assert report == [
        {"table": table.name, "file": f"{table.name}.csv", "line": 4 + number, "rule": rule, "column": column,
         "value": value.strip() or None}
        for number, (column, value, rule) in enumerate(broken)
    ]  # fmt: skip
    assert result.tables[table.name].accepted == 2


@pytest.mark.parametrize("table", [table for table in TABLES.values() if table.key], ids=lambda table: table.name)
def test_of_rows_with_one_key_the_first_good_one_stands(table: Table, tmp_path: Path, checked: Check) -> None:
    bank = good()
    first = bank[table.name][0]
    required = next((column.name for column in table.columns if column.required and column.name != table.key), None)
    broken = [first | {required: ""}] if required else []
    bank[table.name] = [*broken, first, first | {"name": "another"}, *bank[table.name][1:]]
    result = checked(write_csv(tmp_path, bank))
    assert result.tables[table.name].rules == {"duplicate_key": 1} | ({"missing_key": 1} if broken else {})
    names = result.table(table.name).collect()["name"].to_list()
    assert names == [row["name"] for row in GOOD[table.name]]
    last = result.rejects(table.name).collect().row(-1, named=True)
    assert (last["rule"], last["line"], last["value"]) == ("duplicate_key", 3 + len(broken), first[table.key])


def test_the_first_rule_in_the_order_of_precedence_is_said(tmp_path: Path, checked: Check) -> None:
    bank = good()
    wrong = {"birth_date": "soon", "gender": "X", "risk_tolerance": "9", "branch_id": "NOWHERE"}
    bank["customers"].append(bank["customers"][0] | wrong)
    for column, rule in (
        ("birth_date", "unreadable_value"),
        ("gender", "unknown_value"),
        ("risk_tolerance", "out_of_range"),
        ("branch_id", "dangling_reference"),
        ("customer_id", "duplicate_key"),
    ):
        report = checked(write_csv(tmp_path, bank)).rejects("customers").collect().row(0, named=True)
        assert (report["rule"], report["column"]) == (rule, column)
        bank["customers"][2][column] = GOOD["customers"][0][column]


def test_what_refers_to_a_rejected_row_dangles(tmp_path: Path, checked: Check) -> None:
    bank = good()
    bank["customers"][0]["gender"] = "X"
    result = checked(write_csv(tmp_path, bank))
    assert result.tables["employees"].rules == {"dangling_reference": 1}
    assert result.tables["holdings"].rules == {"dangling_reference": 1}


def test_a_chain_of_branches_falls_with_its_head(tmp_path: Path, checked: Check) -> None:
    bank = good()
    lost = [
        {"branch_id": f"L{i}", "name": "x", "level": "branch", "parent_id": f"L{i - 1}", "city": ""}
        for i in range(1, 5)
    ]
    bank["branches"] = [*reversed(lost), *bank["branches"]]
    result = checked(write_csv(tmp_path, bank))
    assert result.tables["branches"].rules == {"dangling_reference": 4}
    assert result.table("branches").collect()["branch_id"].to_list() == ["B1", "B2"]


def test_branches_that_are_part_of_each_other_stand(tmp_path: Path, checked: Check) -> None:
    bank = good()
    bank["branches"][0]["parent_id"] = "B2"
    assert checked(write_csv(tmp_path, bank)).tables["branches"].rejected == 0


def test_a_party_must_be_in_the_table_of_its_own_type(tmp_path: Path, checked: Check) -> None:
    bank = good()
    bank["holdings"][0]["holder_id"] = "K1"  # a company's key under the type customer
    assert checked(write_csv(tmp_path, bank)).tables["holdings"].rules == {"dangling_reference": 1}


def test_what_names_an_absent_table_is_accepted_and_said(tmp_path: Path, checked: Check) -> None:
    bank = good()
    del bank["branches"], bank["companies"]
    result = checked(write_csv(tmp_path, bank))
    assert result.tables["customers"].rejected == 0
    assert result.tables["holdings"].rejected == 0
    assert ("check.absent_table", {"table": "customers", "rows": 1, "absent": "branches"}) in result.notes
    assert ("check.absent_table", {"table": "payments", "rows": 1, "absent": "companies"}) in result.notes


def test_a_delta_may_refer_to_what_is_there_already(tmp_path: Path, checked: Check) -> None:
    whole = checked(write_csv(tmp_path / "whole", good()))
    base = {name: whole.table(name) for name in whole.tables}
    row = {"branch_id": "B3", "name": "新支行", "level": "sub_branch", "parent_id": "B1", "city": ""}
    lost = row | {"branch_id": "B4", "parent_id": "B9"}
    change = good()["customers"][1] | {"branch_id": "B3", "manager_id": "M1"}
    delta = write_csv(tmp_path / "delta", {"branches": [row, lost], "customers": [change]})
    result = checked(delta, base=base, delta=True)
    assert {name: found.rules for name, found in result.tables.items()} == {
        "branches": {"dangling_reference": 1}, "customers": {},
    }  # fmt: skip
    assert result.notes == []


def test_the_report_on_rejects_has_its_columns_and_runs_no_formulas(tmp_path: Path, checked: Check) -> None:
    bank = good()
    bank["customers"][0]["gender"] = "=cmd()"
    result = checked(write_csv(tmp_path, bank))
    report = result.rejects("customers").collect()
    assert dict(report.schema) == SCHEMA
    assert '"name":"张伟"' in report["row"][0]
    assert report["value"].to_list() == ["=cmd()"]
    text = (result.folder / "rejects" / "customers.csv").read_text(encoding="utf-8")
    assert ",gender,'=cmd()," in text


def test_the_json_is_that_of_the_interface(tmp_path: Path, checked: Check) -> None:
    bank = good()
    bank["relations"][1]["share"] = "1.5"
    report = checked(write_csv(tmp_path, bank)).json()
    assert report["ok"] is False
    counts = {name: report["tables"]["relations"][name] for name in ("rows", "accepted", "rejected", "rules")}
    assert counts == {"rows": 2, "accepted": 1, "rejected": 1, "rules": {"out_of_range": 1}}
