"""A bank of a few rows that breaks no rule, as text cells by table; tests change a cell of it and look."""

import csv
from collections.abc import Callable
from pathlib import Path

import polars as pl
from polars.testing import assert_frame_equal

from loaders.check import Checked

Bank = dict[str, pl.DataFrame]
"""A bank as typed frames by table."""
Rows = list[dict[str, str]]
Check = Callable[..., Checked]
"""The fixture `checked(location, mapping=None, **options)` of `tests/loaders`."""

GOOD: dict[str, Rows] = {
    "branches": [
        {"branch_id": "B1", "name": "总行", "level": "head", "parent_id": "", "city": "北京"},
        {"branch_id": "B2", "name": "海淀支行", "level": "sub_branch", "parent_id": "B1", "city": "北京"},
    ],
    "managers": [
        {"manager_id": "M1", "name": "王经理", "branch_id": "B2", "line": "retail", "capacity": "30"},
        {"manager_id": "M2", "name": "李经理", "branch_id": "B1", "line": "corporate", "capacity": ""},
    ],
    "products": [
        {"product_id": "P1", "name": "活期", "category": "deposit", "line": "retail", "risk_level": "R1",
         "annual_value": "12.50", "prerequisite_id": ""},
        {"product_id": "P2", "name": "理财", "category": "wealth", "line": "retail", "risk_level": "3",
         "annual_value": "300", "prerequisite_id": "P1"},
    ],
    "companies": [
        {"company_id": "K1", "name": "远山科技", "credit_code": "91110108MA01ABCD12", "industry": "软件",
         "size": "small", "registered_capital": "1000000", "city": "北京", "branch_id": "B2", "manager_id": "M2",
         "client_since": "2020-03-01"},
        {"company_id": "K2", "name": "长河贸易", "credit_code": "", "industry": "", "size": "",
         "registered_capital": "", "city": "", "branch_id": "", "manager_id": "", "client_since": ""},
    ],
    "customers": [
        {"customer_id": "C1", "name": "张伟", "id_number": "11010119900307123X", "phone": "13800000001",
         "gender": "M", "birth_date": "1990-03-07", "city": "北京", "address": "海淀区", "occupation": "工程师",
         "employer_name": "远山科技", "monthly_income": "15000.00", "segment": "affluent", "aum": "250000.55",
         "risk_tolerance": "C3", "risk_assessed_on": "2024-05-01", "branch_id": "B2", "manager_id": "M1",
         "since": "2015-01-31", "preferred_channel": "app", "marketing_consent": "Y", "do_not_contact": "0"},
        {"customer_id": "C2", "name": "李娜", "id_number": "", "phone": "", "gender": "f", "birth_date": "19880229",
         "city": "", "address": "", "occupation": "", "employer_name": "", "monthly_income": "", "segment": "",
         "aum": "", "risk_tolerance": "", "risk_assessed_on": "", "branch_id": "", "manager_id": "", "since": "",
         "preferred_channel": "", "marketing_consent": "否", "do_not_contact": ""},
    ],
    "employees": [
        {"employee_id": "E1", "company_id": "K1", "name": "张伟", "id_number": "11010119900307123X",
         "phone": "13800000001", "title": "工程师", "monthly_salary": "15000", "hired_on": "2018-07-01",
         "left_on": "", "customer_id": "C1"},
        {"employee_id": "E2", "company_id": "K1", "name": "赵敏", "id_number": "", "phone": "", "title": "",
         "monthly_salary": "", "hired_on": "", "left_on": "", "customer_id": ""},
    ],
    "counterparties": [
        {"counterparty_id": "X1", "name": "外行某人", "kind": "person", "bank": "某行"},
        {"counterparty_id": "X2", "name": "外行某司", "kind": "company", "bank": ""},
    ],
    "campaigns": [
        {"campaign_id": "A1", "name": "春季理财", "product_id": "P2", "starts_on": "2024-03-01",
         "ends_on": "2024-04-01", "offer": "礼品", "script": "您好"},
        {"campaign_id": "A2", "name": "空", "product_id": "", "starts_on": "", "ends_on": "", "offer": "",
         "script": ""},
    ],
    "holdings": [
        {"holder_type": "customer", "holder_id": "C1", "product_id": "P1", "opened_on": "2015-01-31",
         "closed_on": "", "balance": "1000.10"},
        {"holder_type": "company", "holder_id": "K1", "product_id": "P2", "opened_on": "", "closed_on": "",
         "balance": ""},
    ],
    "payments": [
        {"paid_on": "2024-01-10", "payer_type": "company", "payer_id": "K1", "payee_type": "employee",
         "payee_id": "E1", "amount": "15000", "count": "1", "purpose": "工资", "channel": "网银"},
        {"paid_on": "2024-01-11T09:30:00", "payer_type": "customer", "payer_id": "C1",
         "payee_type": "counterparty", "payee_id": "X1", "amount": "20.5", "count": "", "purpose": "", "channel": ""},
    ],
    "relations": [
        {"from_type": "customer", "from_id": "C1", "to_type": "customer", "to_id": "C2", "kind": "spouse",
         "share": "", "since": ""},
        {"from_type": "customer", "from_id": "C1", "to_type": "company", "to_id": "K2", "kind": "shareholder",
         "share": "0.4", "since": "2019-01-01"},
    ],
    "contacts": [
        {"campaign_id": "A1", "customer_id": "C1", "contacted_on": "2024-03-05", "arm": "treated", "channel": "app",
         "outcome": "accepted", "outcome_on": "2024-03-06", "cost": "0.05"},
        {"campaign_id": "A1", "customer_id": "C2", "contacted_on": "2024-03-05", "arm": "control", "channel": "",
         "outcome": "", "outcome_on": "", "cost": ""},
    ],
    "refusals": [
        {"customer_id": "C2", "channel": "sms", "refused_on": "2024-02-01"},
        {"customer_id": "C2", "channel": "all", "refused_on": "2024-02-02"},
    ],
}  # fmt: skip


def good() -> dict[str, Rows]:
    """A copy of the good bank that a test may change."""
    return {table: [dict(row) for row in rows] for table, rows in GOOD.items()}


def write_csv(folder: Path, bank: dict[str, Rows], encoding: str = "utf-8") -> Path:
    """The bank as a folder of CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in bank.items():
        write_table(folder / f"{table}.csv", rows, encoding)
    return folder


def write_table(file: Path, rows: Rows, encoding: str = "utf-8") -> None:
    """One CSV file; the columns are those of the first row."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding=encoding, newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def assert_same(result: Checked, bank: Bank) -> None:
    """No row rejected, and every table as it is in the bank, in whatever order."""
    assert {name: found.rejected for name, found in result.tables.items()} == dict.fromkeys(bank, 0)
    for name, frame in bank.items():
        assert_frame_equal(result.table(name).collect(), frame, check_row_order=False)
