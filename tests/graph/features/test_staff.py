"""Features of staff on a bank of one company: two positions, some of its staff bank here."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from helpers.snapshots import TODAY, snapshot

from graph.features import staff
from graph.features.bank import Bank

LONG_AGO = date(2015, 1, 1)
Rows = list[dict[str, Any]]


def employee(place: int, title: str, customer: str | None = None, salary: float = 8_000.0) -> dict[str, Any]:
    return {
        "employee_id": f"E{place}", "company_id": "K1", "title": title, "monthly_salary": salary,
        "hired_on": LONG_AGO, "customer_id": customer,
    }  # fmt: skip


def made(folder: Path, employees: Rows, customers: Rows, **more: Rows) -> Bank:
    tables: dict[str, Rows] = {
        "customers": customers,
        "products": [{"product_id": "P1", "name": "某", "category": "deposit", "line": "retail"}],
        "holdings": [],
        "companies": [{"company_id": "K1", "name": "某公司", "client_since": LONG_AGO}],
        "employees": employees,
    }
    return Bank.read(snapshot(folder, **(tables | more)), TODAY)


def table(bank: Bank, day: date = TODAY) -> pl.DataFrame:
    ids = bank.parties.select("party", "id").collect().to_native()
    return staff.features(staff.subjects(bank), bank, day).join(ids, on="party")


def customer(key: str, since: date = LONG_AGO) -> dict[str, Any]:
    return {"customer_id": key, "since": since}


def test_only_staff_who_are_no_customers_are_subjects(tmp_path: Path) -> None:
    bank = made(tmp_path, [employee(1, "工", "C1"), employee(2, "工")], [customer("C1")])
    assert table(bank)["id"].to_list() == ["E2"]


def test_those_of_the_same_position_count_more_than_the_others(tmp_path: Path) -> None:
    banking = [employee(place, "经理", f"C{place}") for place in range(4)]
    others = [employee(place, "工人") for place in range(4, 8)]
    bank = made(tmp_path, [*banking, *others, employee(8, "经理")], [customer(f"C{place}") for place in range(4)])
    by_id = {row["id"]: row for row in table(bank).iter_rows(named=True)}
    assert by_id["E8"]["colleagues"] == 8
    assert by_id["E8"]["colleagues_banking"] == 4
    assert by_id["E8"]["banking_share"] == by_id["E4"]["banking_share"]
    # four of four colleagues in the same position, drawn towards the company; oneself is not among them
    share = by_id["E8"]["banking_share"]
    assert by_id["E8"]["title_share"] == pytest.approx((4 + staff.WEIGHT * share) / (4 + staff.WEIGHT))
    assert by_id["E4"]["title_share"] == pytest.approx((0 + staff.WEIGHT * share) / (3 + staff.WEIGHT))


def test_those_of_about_the_same_pay_are_a_circle_of_their_own(tmp_path: Path) -> None:
    rich = [employee(place, "甲", f"C{place}", 50_000.0 + place) for place in range(5)]
    poor = [employee(place, "甲", None, 3_000.0 + place) for place in range(5, 15)]
    people = [*rich, *poor, employee(15, "甲", None, 50_010.0)]
    by_id = {
        row["id"]: row
        for row in table(made(tmp_path, people, [customer(f"C{i}") for i in range(5)])).iter_rows(named=True)
    }
    assert by_id["E15"]["wage_share"] > by_id["E5"]["wage_share"]


def test_a_relative_counts_from_the_day_they_bank_here(tmp_path: Path) -> None:
    spouse = {"from_type": "customer", "from_id": "C1", "to_type": "employee", "to_id": "E1", "kind": "spouse"}
    bank = made(tmp_path, [employee(1, "甲")], [customer("C1", TODAY - timedelta(days=30))], relations=[spouse])
    assert table(bank)["relatives_banking"].item() == 1
    earlier = TODAY - timedelta(days=60)
    assert table(bank.at(earlier), earlier)["relatives_banking"].item() == 0


def test_pay_is_unknown_where_payments_do_not_reach_back(tmp_path: Path) -> None:
    paid = {"payer_type": "company", "payer_id": "K1", "payee_type": "employee", "payee_id": "E1", "amount": 8_000.0}
    months = [paid | {"paid_on": TODAY - timedelta(days=days)} for days in (5, 35, 65, 95)]
    bank = made(tmp_path, [employee(1, "甲"), employee(2, "甲")], [], payments=months)
    now = table(bank)
    assert now["paid"].to_list() == [3, 0]
    assert now["paid_share"].to_list() == [0.5, 0.5]
    earlier = TODAY - timedelta(days=90)
    assert table(bank.at(earlier), earlier)["paid"].to_list() == [None, None]


def test_a_spell_runs_from_both_hired_and_client_to_the_first_day_as_a_customer(tmp_path: Path) -> None:
    came = TODAY - timedelta(days=10)
    bank = made(
        tmp_path, [employee(1, "甲", "C1"), employee(2, "甲"), employee(3, "甲", "C3")],
        [customer("C1", came), {"customer_id": "C3"}],
        companies=[{"company_id": "K1", "name": "某公司", "client_since": date(2020, 5, 1)}],
    )  # fmt: skip
    spells = staff.spells(bank).sort("end", nulls_last=True)
    assert spells.rows() == [(date(2020, 5, 1), came), (date(2020, 5, 1), None)]


def test_titles_of_the_same_pay_are_one_grade_where_many_bear_them(tmp_path: Path) -> None:
    wages = {"员工": 5_000.0, "文员": 5_200.0, "主管": 9_000.0}
    rows = [
        {"employee_id": f"{title}{place}", "company_id": "K1", "title": title, "monthly_salary": wage}
        for title, wage in wages.items()
        for place in range(staff.LEAST_BEARERS)
    ]
    rows.append({"employee_id": "one", "company_id": "K1", "title": "门卫", "monthly_salary": 5_000.0})
    made = snapshot(
        tmp_path, customers=[], products=[], holdings=[],
        companies=[{"company_id": "K1", "name": "远山", "client_since": date(2020, 1, 1)}], employees=rows,
    )  # fmt: skip
    graded = staff.graded(Bank.read(made, TODAY).staff).select("title", "grade").collect().to_native()
    grades = dict(graded.unique().iter_rows())
    assert grades["员工"] == grades["文员"]
    assert len(set(grades.values())) == 3
