"""Features of organisations that are no clients, on a handful of companies."""

import math
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from helpers.snapshots import TODAY, snapshot

from graph.features import companies
from graph.features.bank import Bank

LONG_AGO = date(2015, 1, 1)
Rows = list[dict[str, Any]]


def company(key: str, client_since: date | None = None, industry: str = "甲业") -> dict[str, Any]:
    return {"company_id": key, "name": f"公司{key}", "industry": industry, "client_since": client_since}


def paid(payer: str, payee: str, days: int = 10, payee_type: str = "company") -> dict[str, Any]:
    return {
        "paid_on": TODAY - timedelta(days=days), "payer_type": "company", "payer_id": payer, "payee_type": payee_type,
        "payee_id": payee, "amount": 100.0,
    }  # fmt: skip


def table(folder: Path, listed: Rows, **more: Rows) -> dict[str, dict[str, Any]]:
    tables: dict[str, Rows] = {
        "customers": [{"customer_id": "C1", "since": LONG_AGO}],
        "products": [{"product_id": "P1", "name": "某", "category": "deposit", "line": "retail"}],
        "holdings": [],
        "companies": listed,
    }
    bank = Bank.read(snapshot(folder, **(tables | more)), TODAY)
    found = companies.features(companies.subjects(bank), bank, TODAY)
    ids = bank.parties.select("entity", "id").collect().to_native()
    return {row["id"]: row for row in found.join(ids, on="entity").iter_rows(named=True)}


def test_a_client_beside_it_in_two_ways_counts_once(tmp_path: Path) -> None:
    supplies = {"from_type": "company", "from_id": "K2", "to_type": "company", "to_id": "K1", "kind": "supplier"}
    rows = table(
        tmp_path, [company("K1", LONG_AGO), company("K2"), company("K3")], relations=[supplies],
        payments=[paid("K1", "K2"), paid("K2", "K3"), paid("K3", "K2", days=200)],
    )  # fmt: skip
    assert rows["K2"]["near"] == 1
    assert rows["K2"]["partners"] == 1
    assert rows["K2"]["paid_by"] == 100.0
    assert rows["K3"]["near"] == 0
    assert rows["K2"]["closeness"] > rows["K3"]["closeness"]


def test_old_payments_do_not_count(tmp_path: Path) -> None:
    rows = table(
        tmp_path, [company("K1", LONG_AGO), company("K2")],
        payments=[paid("K1", "K2", companies.DAYS + 1), paid("K1", "C1", payee_type="customer")],
    )  # fmt: skip
    assert rows["K2"]["near"] == 0


def test_of_an_unknown_industry_as_many_are_clients_as_of_all(tmp_path: Path) -> None:
    listed = [company("K1", LONG_AGO), company("K2", TODAY - timedelta(days=30)), company("K3"), company("K4")]
    listed[3]["industry"] = None
    rows = table(
        tmp_path, listed, counterparties=[{"counterparty_id": "X1", "name": "外方", "kind": "company"}],
        payments=[{**paid("K1", "X1"), "payee_type": "counterparty"}],
    )  # fmt: skip
    for key in ("X1", "K4"):
        assert (rows[key]["industry_share"], rows[key]["industry_rate"]) == (2 / 4, 1 / 3)


def test_customers_who_work_there_count_once_however_it_is_known(tmp_path: Path) -> None:
    rows = table(
        tmp_path, [company("K1"), company("K2"), company("K3")],
        customers=[
            {"customer_id": "C1", "since": LONG_AGO, "employer_name": "公司K1"},
            {"customer_id": "C2", "since": LONG_AGO, "employer_name": "公司K2"},
            {"customer_id": "C3", "since": LONG_AGO, "employer_name": "不详"},
        ],
        employees=[
            {"employee_id": "E1", "company_id": "K1", "customer_id": "C1"},
            {"employee_id": "E3", "company_id": "K1", "customer_id": "C3"},
            {"employee_id": "E4", "company_id": "K1"},
        ],
        payments=[paid("K1", "C1", days, "customer") for days in (5, 35, 190)],
    )  # fmt: skip
    here = {key: round(math.exp(row["customers_here"])) - 1 for key, row in rows.items()}
    assert here == {"K1": 2, "K2": 1, "K3": 0}


def test_a_guarantee_shows_a_group_without_being_called_an_owner(tmp_path: Path) -> None:
    vouches = {"from_type": "company", "from_id": "K1", "to_type": "company", "to_id": "K2", "kind": "guarantor"}
    rows = table(tmp_path, [company("K1", LONG_AGO), company("K2")], relations=[vouches])
    assert rows["K2"]["related"] == 1
    assert rows["K2"]["owners"] == 0


def test_payments_that_reach_back_too_little_are_unknown(tmp_path: Path) -> None:
    rows = table(tmp_path, [company("K1", LONG_AGO), company("K2")], payments=[paid("K1", "K2")])
    assert all(rows["K2"][name] is None for name in ("near", "near_share", "customers_here", "paid_by"))


def test_payments_after_the_day_do_not_make_what_is_near_unknown(tmp_path: Path) -> None:
    supplies = {"from_type": "company", "from_id": "K1", "to_type": "company", "to_id": "K2", "kind": "supplier"}
    later = paid("K1", "K2", -30)
    rows = table(tmp_path, [company("K1", LONG_AGO), company("K2")], relations=[supplies], payments=[later])
    assert rows["K2"]["near"] == 1


def test_without_any_payments_other_ties_tell_who_is_near(tmp_path: Path) -> None:
    supplies = {"from_type": "company", "from_id": "K1", "to_type": "company", "to_id": "K2", "kind": "supplier"}
    rows = table(tmp_path, [company("K1", LONG_AGO), company("K2")], relations=[supplies])
    assert rows["K2"]["near"] == 1


def test_an_industry_is_known_by_its_clients_and_its_newest_ones(tmp_path: Path) -> None:
    old = [company(f"K{place}", LONG_AGO, "甲业") for place in range(4)]
    new = [company(f"N{place}", TODAY - timedelta(days=50), "乙业") for place in range(4)]
    rows = table(tmp_path, [*old, *new, company("A", None, "甲业"), company("B", None, "乙业")])
    assert rows["A"]["industry_share"] == rows["B"]["industry_share"]
    assert rows["B"]["industry_rate"] > rows["A"]["industry_rate"]
