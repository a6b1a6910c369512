"""Every suppression, as an example: one customer, one change, and what is still offered."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from helpers.snapshots import TODAY, found, offered, pairs, snapshot, suppressed
from helpers.tables import Rows

from graph.snapshot import Snapshot

ACCOUNT, FUND, STOCKS = "P1", "P2", "P4"
PRODUCTS: Rows = [
    {"product_id": ACCOUNT, "name": "活期", "category": "deposit", "line": "retail", "annual_value": 10.0},
    {
        "product_id": FUND,
        "name": "货币基金",
        "category": "fund",
        "line": "retail",
        "risk_level": 1,
        "annual_value": 50.0,
    },
    {
        "product_id": STOCKS,
        "name": "股票基金",
        "category": "fund",
        "line": "retail",
        "risk_level": 4,
        "annual_value": 90.0,
    },
]
BOLD: dict[str, Any] = {"risk_tolerance": 5, "risk_assessed_on": date(2026, 1, 1), "marketing_consent": True}


def bank(folder: Path, *customers: dict[str, Any], **tables: Rows) -> Snapshot:
    """A bank whose customers C1, C2, … all hold the account and would take anything else."""
    rows = [{"customer_id": f"C{place}", **BOLD, **row} for place, row in enumerate(customers, 1)]
    holdings = [
        {
            "holder_type": "customer",
            "holder_id": row["customer_id"],
            "product_id": ACCOUNT,
            "opened_on": date(2020, 1, 1),
        }
        for row in rows
    ]
    return snapshot(folder, **({"products": PRODUCTS, "customers": rows, "holdings": holdings} | tables))


def refusal(customer: str, channel: str, on: date = date(2026, 5, 1)) -> dict[str, Any]:
    return {"customer_id": customer, "channel": channel, "refused_on": on}


def test_a_willing_customer_is_offered_what_they_do_not_hold(tmp_path: Path) -> None:
    assert pairs(bank(tmp_path, {})) == {("C1", FUND), ("C1", STOCKS)}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"do_not_contact": True}, "do_not_contact"),
        ({"marketing_consent": False}, "no_consent"),
        ({"marketing_consent": None}, "no_consent"),
        ({"birth_date": date(2008, 7, 1)}, "minor"),
        ({"id_number": "110101200807011237"}, "minor"),
    ],
)
def test_nothing_is_offered(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    findings = found(bank(tmp_path, change))
    assert suppressed(findings) == {reason: 3}
    assert findings.manifest["opportunities"]["cross_sell"] == 0


@pytest.mark.parametrize(
    "change",
    [
        {"risk_tolerance": 3},
        {"risk_tolerance": None},
        {"risk_assessed_on": date(2025, 6, 29)},
        {"risk_assessed_on": date(2026, 7, 1)},
    ],
    ids=["below the product", "unknown", "assessed over a year ago", "assessed after the day"],
)
def test_only_the_lowest_grade_is_offered(tmp_path: Path, change: dict[str, Any]) -> None:
    assert pairs(bank(tmp_path, change)) == {("C1", FUND)}


@pytest.mark.parametrize(
    "change",
    [{"birth_date": date(2008, 6, 30)}, {"risk_assessed_on": date(2025, 6, 30)}, {"risk_assessed_on": None}],
    ids=["18 today", "assessed a year ago today", "assessed on an unknown day"],
)
def test_the_last_day_still_counts(tmp_path: Path, change: dict[str, Any]) -> None:
    assert ("C1", STOCKS) in pairs(bank(tmp_path, change))


def test_consent_is_not_asked_where_the_source_has_no_such_column(tmp_path: Path) -> None:
    holding = {"holder_type": "customer", "holder_id": "C1", "product_id": ACCOUNT}
    made = snapshot(tmp_path, products=PRODUCTS, customers=[{"customer_id": "C1"}], holdings=[holding])
    assert pairs(made) == {("C1", FUND)}


def test_a_product_needs_what_it_builds_on(tmp_path: Path) -> None:
    needing = [*PRODUCTS, {**PRODUCTS[1], "product_id": "P5", "prerequisite_id": FUND}]
    assert ("C1", "P5") not in pairs(bank(tmp_path, {}, products=needing))


def test_elders_are_offered_high_risk_by_a_person_only(tmp_path: Path) -> None:
    rows = offered(bank(tmp_path, {"birth_date": date(1961, 6, 30), "preferred_channel": "app"}), "cross_sell")
    assert dict(rows.select("product_id", "channel").iter_rows()) == {FUND: "app", STOCKS: "call"}


def test_a_refused_channel_gives_way_to_the_next(tmp_path: Path) -> None:
    made = bank(tmp_path, {"preferred_channel": "app"}, refusals=[refusal("C1", "app")])
    assert set(offered(made, "cross_sell")["channel"]) == {"wechat"}


@pytest.mark.parametrize(
    ("channels", "reason"),
    [(["all"], "refused"), (["app", "wechat", "wecom", "sms", "call", "branch"], "no_channel")],
)
def test_who_refused_every_means_is_left_in_peace(tmp_path: Path, channels: list[str], reason: str) -> None:
    findings = found(bank(tmp_path, {}, refusals=[refusal("C1", channel) for channel in channels]))
    assert findings.manifest["opportunities"]["cross_sell"] == 0
    assert reason in suppressed(findings)


def test_an_elder_without_a_personal_channel_is_not_offered_high_risk(tmp_path: Path) -> None:
    refusals = [refusal("C1", "call"), refusal("C1", "branch")]
    assert pairs(bank(tmp_path, {"birth_date": date(1950, 1, 1)}, refusals=refusals)) == {("C1", FUND)}


def test_a_refusal_made_later_is_not_known_yet(tmp_path: Path) -> None:
    made = bank(tmp_path, {}, refusals=[refusal("C1", "all", date(2026, 7, 1))])
    assert pairs(made) == {("C1", FUND), ("C1", STOCKS)}


SAME = {"name": "张伟", "id_number": "11010119900307123X"}


@pytest.mark.parametrize(
    ("change", "refusals"),
    [({"do_not_contact": True}, []), ({}, [refusal("C1", "all")]), ({"marketing_consent": False}, [])],
    ids=["do not contact", "refusal", "withdrawn consent"],
)
def test_it_holds_for_every_record_of_the_person(tmp_path: Path, change: dict[str, Any], refusals: Rows) -> None:
    made = bank(tmp_path, SAME | change, SAME, {}, refusals=refusals)
    assert {subject for subject, _ in pairs(made)} == {"C3"}


def test_it_holds_for_a_record_that_was_found_by_weight(tmp_path: Path) -> None:
    alike = {"name": "张晓伟", "phone": "13800001111", "birth_date": date(1990, 3, 7)}
    first = {**alike, "id_number": "11010119900307123X"}
    made = bank(tmp_path, first, {**alike, "name": "張曉偉"}, {}, refusals=[refusal("C1", "all")])
    assert {subject for subject, _ in pairs(made)} == {"C3"}


def test_and_for_the_persons_place_on_a_staff_list(tmp_path: Path) -> None:
    """E1, who refused as the customer C1, is found by a masked number: no account is offered to E1."""
    row = {"name": "张晓伟", "id_number": "110101********123X", "phone": "13800001111"}
    whole = {"name": "张晓伟", "id_number": "11010119900307123X", "phone": "13800001111"}
    made = bank(tmp_path, whole, refusals=[refusal("C1", "all")], **staff({**row, "name": "Zhang Xiaowei"}, {}))
    assert subjects(made) == {"E2"}


def test_what_is_held_under_another_record_is_held(tmp_path: Path) -> None:
    held = [
        {"holder_type": "customer", "holder_id": "C1", "product_id": ACCOUNT},
        {"holder_type": "customer", "holder_id": "C2", "product_id": FUND},
    ]
    assert pairs(bank(tmp_path, SAME, SAME, holdings=held)) == {("C1", STOCKS), ("C2", STOCKS)}


COMPANY = {"company_id": "K1", "name": "远山科技", "client_since": date(2020, 1, 1)}


def staff(*rows: dict[str, Any]) -> dict[str, Rows]:
    listed = [{"employee_id": f"E{place}", "company_id": "K1", **row} for place, row in enumerate(rows, 1)]
    return {"companies": [COMPANY], "employees": listed}


def subjects(made: Snapshot) -> set[str]:
    return {subject for subject, _ in pairs(made, "payroll_to_retail")}


def test_staff_who_are_no_customers_are_offered_an_account(tmp_path: Path) -> None:
    made = bank(tmp_path, SAME, **staff({"customer_id": "C1"}, SAME, {"name": "李娜"}))
    assert pairs(made, "payroll_to_retail") == {("E3", ACCOUNT)}


@pytest.mark.parametrize(
    "change",
    [{"left_on": date(2026, 6, 30)}, {"hired_on": date(2026, 7, 1)}, {"id_number": "110101200908011236"}],
    ids=["left", "not hired yet", "a minor"],
)
def test_staff_who_are_not_asked(tmp_path: Path, change: dict[str, Any]) -> None:
    assert subjects(bank(tmp_path, {}, **staff(change, {}))) == {"E2"}


def test_staff_of_a_company_that_is_no_client_are_not_asked(tmp_path: Path) -> None:
    tables = staff({}) | {"companies": [{**COMPANY, "client_since": date(2026, 7, 1)}]}
    assert subjects(bank(tmp_path, {}, **tables)) == set()


def test_who_becomes_a_customer_later_is_none_yet(tmp_path: Path) -> None:
    made = bank(tmp_path, {"since": date(2026, 7, 5)}, holdings=[], **staff({"customer_id": "C1"}))
    assert subjects(made) == {"E1"}
    assert pairs(made) == set()


def test_the_funnel_adds_up(tmp_path: Path) -> None:
    changes: list[dict[str, Any]] = [{}, {"do_not_contact": True}, {"marketing_consent": None}, {"risk_tolerance": 2}]
    manifest = found(bank(tmp_path, *changes)).manifest
    for kind, candidates in manifest["candidates"].items():
        assert candidates == manifest["opportunities"][kind] + sum(manifest["suppressed"][kind].values())
    assert manifest["suppressed"]["cross_sell"] == {
        "above_tolerance": 1,
        "do_not_contact": 3,
        "held": 2,
        "no_consent": 3,
    }
    assert TODAY.isoformat() == manifest["as_of"]
