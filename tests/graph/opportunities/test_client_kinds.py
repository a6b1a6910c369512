"""payroll_mandate and corporate_cross_sell, as examples: one small bank, one change, and what is offered."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from helpers.snapshots import TODAY, found, offered, pairs, snapshot, suppressed
from helpers.tables import Rows

from graph.snapshot import Snapshot

ACCOUNT, PAYROLL, LOAN = "B1", "B2", "B3"
PRODUCTS: Rows = [
    {"product_id": ACCOUNT, "name": "账户", "category": "cash_management", "line": "corporate", "annual_value": 9.0},
    {"product_id": PAYROLL, "name": "代发", "category": "payroll", "line": "corporate", "prerequisite_id": ACCOUNT},
    {"product_id": LOAN, "name": "贷款", "category": "loan", "line": "corporate", "prerequisite_id": ACCOUNT},
]
CLIENT = {"name": "远山科技", "client_since": date(2020, 1, 1)}


def held(company: str, *products: str) -> Rows:
    return [{"holder_type": "company", "holder_id": company, "product_id": product} for product in products]


def staff(company: str, number: int, **change: Any) -> Rows:
    return [{"employee_id": f"E{company}{i}", "company_id": company, **change} for i in range(number)]


def bank(folder: Path, *companies: dict[str, Any], **tables: Rows) -> Snapshot:
    """Clients K1, K2, … with an account and three on their staff, one of whom banks here."""
    rows = [{"company_id": f"K{place}", **CLIENT, **row} for place, row in enumerate(companies, 1)]
    names = [str(row["company_id"]) for row in rows]
    default = {
        "products": PRODUCTS, "companies": rows, "customers": [{"customer_id": "C1"}],
        "employees": [row for name in names for row in staff(name, 3)],
        "holdings": [row for name in names for row in held(name, ACCOUNT)],
    }  # fmt: skip
    return snapshot(folder, **(default | tables))


def mandates(made: Snapshot) -> set[tuple[str, str]]:
    return pairs(made, "payroll_mandate")


def corporate(made: Snapshot) -> set[tuple[str, str]]:
    return pairs(made, "corporate_cross_sell")


def test_a_client_with_staff_and_without_payroll_may_give_the_mandate(tmp_path: Path) -> None:
    assert mandates(bank(tmp_path, {})) == {("K1", PAYROLL)}


@pytest.mark.parametrize(
    "tables",
    [
        {"employees": staff("K1", 2)},
        {"employees": staff("K1", 3, left_on=TODAY)},
        {"employees": staff("K1", 3, hired_on=date(2026, 7, 1))},
        {"holdings": held("K1", ACCOUNT, PAYROLL)},
        {"holdings": []},
        {"companies": [{"company_id": "K1", "name": "远山科技"}]},
    ],
    ids=["two staff", "staff that left", "staff not hired yet", "payroll here", "no account", "no client"],
)
def test_who_is_not_asked_for_the_mandate(tmp_path: Path, tables: dict[str, Rows]) -> None:
    assert mandates(bank(tmp_path, {}, **tables)) == set()


def test_a_client_with_any_payroll_product_is_not_asked_for_another(tmp_path: Path) -> None:
    second = {"product_id": "B4", "name": "代发二", "category": "payroll", "line": "corporate"}
    made = bank(tmp_path, {}, {}, products=[*PRODUCTS, second], holdings=held("K1", "B4") + held("K2", ACCOUNT))
    assert mandates(made) == {("K2", PAYROLL), ("K2", "B4")}


def test_a_payroll_that_ended_may_be_won_again(tmp_path: Path) -> None:
    ended = {**held("K1", PAYROLL)[0], "opened_on": date(2021, 1, 1), "closed_on": date(2024, 1, 1)}
    assert mandates(bank(tmp_path, {}, holdings=[*held("K1", ACCOUNT), ended])) == {("K1", PAYROLL)}


def test_where_no_payroll_is_sold_the_mandate_has_no_product_and_goes_by_the_staff(tmp_path: Path) -> None:
    known = staff("K1", 3) + staff("K2", 3, customer_id=None)
    known[0]["customer_id"] = "C1"
    rows = offered(bank(tmp_path, {}, {}, products=[PRODUCTS[0]], employees=known), "payroll_mandate")
    assert rows["product_id"].null_count() == 2
    chance = dict(rows.select("subject_id", "probability").iter_rows())
    assert chance["K1"] > chance["K2"]
    assert "-prior-" in rows["model_version"][0]
    reasons = dict(rows.select("subject_id", "reason_en").iter_rows())
    assert reasons["K1"] == "1 of 3 on its staff bank here, its payroll does not run here"


def test_a_client_is_offered_what_it_does_not_hold_but_never_payroll(tmp_path: Path) -> None:
    assert corporate(bank(tmp_path, {})) == {("K1", LOAN)}
    findings = found(bank(tmp_path / "again", {}), kinds=["corporate_cross_sell"])
    assert suppressed(findings, "corporate_cross_sell") == {"held": 1}


def test_a_product_is_offered_only_where_its_prerequisite_is_held(tmp_path: Path) -> None:
    assert corporate(bank(tmp_path, {}, holdings=[])) == {("K1", ACCOUNT)}


def test_who_is_no_client_yet_is_offered_nothing(tmp_path: Path) -> None:
    customers = [{"customer_id": "C1", "since": date(2026, 1, 1)}]
    assert corporate(bank(tmp_path, {"client_since": date(2026, 7, 1)}, customers=customers, holdings=[])) == set()


def test_a_person_who_refused_does_not_speak_for_the_company(tmp_path: Path) -> None:
    refused = [{"customer_id": "C1", "channel": "all", "refused_on": date(2026, 1, 1)}]
    tied = {"from_type": "customer", "from_id": "C1", "to_type": "company", "to_id": "K1", "kind": "director"}
    assert corporate(bank(tmp_path, {}, refusals=refused, relations=[tied])) == {("K1", LOAN)}


def test_suppliers_who_hold_it_are_the_reason_and_are_not_named(tmp_path: Path) -> None:
    supplies = [
        {"from_type": "company", "from_id": other, "to_type": "company", "to_id": "K1", "kind": "supplier"}
        for other in ("K2", "K3")
    ]
    others = [{"name": f"某某{i}公司"} for i in range(12)]
    holdings = [row for i in range(1, 13) for row in held(f"K{i}", ACCOUNT)] + held("K2", LOAN)
    rows = offered(bank(tmp_path, *others, relations=supplies, holdings=holdings), "corporate_cross_sell")
    row = rows.filter(subject_id="K1").row(0, named=True)
    assert row["reason_en"] == "1 of 2 clients that supply it hold 贷款"
    assert row["reason_zh"] == "其 2 家供应商客户中有 1 家持有贷款"
    assert '["Company","K2","SUPPLIES","Company","K1"]' in row["evidence"]
    assert row["channel"] == "call"


def behind(*companies: str) -> Rows:
    """C1 owns the first and leads the others."""
    kinds = ["shareholder", *["director"] * (len(companies) - 1)]
    return [
        {"from_type": "customer", "from_id": "C1", "to_type": "company", "to_id": company, "kind": kind}
        for company, kind in zip(companies, kinds, strict=True)
    ]


def test_the_path_to_a_client_of_the_same_owner_goes_through_the_owner(tmp_path: Path) -> None:
    others = [{"name": f"某某{i}公司"} for i in range(12)]
    holdings = [row for i in range(1, 13) for row in held(f"K{i}", ACCOUNT)] + held("K2", LOAN)
    rows = offered(bank(tmp_path, *others, relations=behind("K2", "K1"), holdings=holdings), "corporate_cross_sell")
    row = rows.filter(subject_id="K1").row(0, named=True)
    assert row["reason_en"] == "1 of 1 clients of its group or owners hold 贷款"
    assert json.loads(row["evidence"])["relationships"] == [
        ["Customer", "C1", "OWNS", "Company", "K2"],
        ["Customer", "C1", "OFFICER_OF", "Company", "K1"],
        ["Company", "K2", "HOLDS", "Product", LOAN],
    ]


def test_a_prospect_of_a_clients_owner_is_reached_through_the_owner(tmp_path: Path) -> None:
    prospect = {"client_since": None, "name": "某某公司"}
    rows = offered(bank(tmp_path, {}, prospect, relations=behind("K1", "K2")), "company_prospect")
    row = rows.row(0, named=True)
    assert row["reason_en"] == "Shares owners or officers with 1 of our clients"
    assert json.loads(row["evidence"])["relationships"] == [
        ["Customer", "C1", "OWNS", "Company", "K1"], ["Customer", "C1", "OFFICER_OF", "Company", "K2"],
    ]  # fmt: skip


def test_the_client_that_owns_a_prospect_needs_nobody_between(tmp_path: Path) -> None:
    owns = {"from_type": "company", "from_id": "K1", "to_type": "company", "to_id": "K2", "kind": "shareholder"}
    made = bank(tmp_path, {}, {"client_since": None}, relations=[owns, *behind("K1", "K2")])
    row = offered(made, "company_prospect").row(0, named=True)
    assert json.loads(row["evidence"])["relationships"] == [["Company", "K1", "OWNS", "Company", "K2"]]
