"""owner_to_private and household, as examples: who is offered what for their company, or for their family."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from helpers.families import UNTOLD, family_bank
from helpers.payouts import paying_bank
from helpers.snapshots import TODAY, offered, pairs, snapshot
from helpers.tables import Rows

from graph.snapshot import Snapshot

ACCOUNT, WEALTH, GOLD = "P1", "P2", "P3"
PRODUCTS: Rows = [
    {"product_id": ACCOUNT, "name": "活期", "category": "deposit", "line": "retail"},
    {"product_id": WEALTH, "name": "理财", "category": "wealth", "line": "retail", "risk_level": 2,
     "prerequisite_id": ACCOUNT},
    {"product_id": GOLD, "name": "积存金", "category": "gold", "line": "retail"},
]  # fmt: skip
COMPANY = {"company_id": "K1", "name": "远山科技", "client_since": date(2020, 1, 1)}
BOLD: dict[str, Any] = {"risk_tolerance": 5, "risk_assessed_on": date(2026, 1, 1), "marketing_consent": True}
SAME = {"name": "张伟", "id_number": "11010119900307123X"}


def tie(kind: str, one: str, other: str, **more: Any) -> dict[str, Any]:
    label = {"C": "customer", "E": "employee", "K": "company"}
    ends = {"from_type": label[one[0]], "from_id": one, "to_type": label[other[0]], "to_id": other}
    return {**ends, "kind": kind, **more}


def holds(customer: str, *products: str) -> Rows:
    return [{"holder_type": "customer", "holder_id": customer, "product_id": product} for product in products]


def bank(folder: Path, *customers: dict[str, Any], **tables: Rows) -> Snapshot:
    """Customers C1, C2, … with an account, and the client K1."""
    rows = [{"customer_id": f"C{place}", **BOLD, **row} for place, row in enumerate(customers, 1)]
    held = [row for customer in rows for row in holds(str(customer["customer_id"]), ACCOUNT)]
    default: dict[str, Rows] = {"products": PRODUCTS, "customers": rows, "companies": [COMPANY], "holdings": held}
    return snapshot(folder, **(default | tables))


def owners(made: Snapshot) -> set[tuple[str, str]]:
    return pairs(made, "owner_to_private")


@pytest.mark.parametrize("kind", ["shareholder", "legal_representative", "director"])
def test_who_stands_behind_a_client_is_offered_wealth(tmp_path: Path, kind: str) -> None:
    made = bank(tmp_path, {}, {}, relations=[tie(kind, "C1", "K1")])
    assert owners(made) == {("C1", WEALTH), ("C1", GOLD)}


@pytest.mark.parametrize(
    "tables",
    [
        {"relations": [tie("shareholder", "C1", "K1", since=date(2026, 7, 1))]},
        {"relations": [tie("guarantor", "C1", "K1")]},
        {"relations": [tie("director", "C1", "K1")], "companies": [{"company_id": "K1", "name": "远山科技"}]},
    ],
    ids=["an owner later", "a guarantor", "of no client"],
)
def test_who_is_no_owner_of_a_client(tmp_path: Path, tables: dict[str, Rows]) -> None:
    assert owners(bank(tmp_path, {}, **tables)) == set()


@pytest.mark.parametrize(
    "change",
    [{"do_not_contact": True}, {"marketing_consent": None}, {"birth_date": date(2009, 1, 1)}],
    ids=["do not contact", "no consent", "a minor"],
)
def test_an_owner_is_a_person_whom_the_gates_protect(tmp_path: Path, change: dict[str, Any]) -> None:
    made = bank(tmp_path, change, {}, relations=[tie("director", "C1", "K1"), tie("director", "C2", "K1")])
    assert {subject for subject, _ in owners(made)} == {"C2"}


def test_an_owner_who_refused_is_left_in_peace(tmp_path: Path) -> None:
    refusals = [{"customer_id": "C1", "channel": "all", "refused_on": date(2026, 1, 1)}]
    assert owners(bank(tmp_path, {}, relations=[tie("director", "C1", "K1")], refusals=refusals)) == set()


def test_a_director_who_holds_it_under_another_record_is_one_person(tmp_path: Path) -> None:
    staff = [{"employee_id": "E1", "company_id": "K1", "title": "总经理", **SAME}]
    relations, held = [tie("director", "E1", "K1")], holds("C1", ACCOUNT) + holds("C2", WEALTH)
    made = bank(tmp_path, SAME, SAME, relations=relations, employees=staff, holdings=held)
    assert owners(made) == {("C1", GOLD)}


def test_a_director_who_is_no_customer_is_offered_what_needs_nothing(tmp_path: Path) -> None:
    staff = [{"employee_id": "E1", "company_id": "K1", "name": "李娜"}]
    made = bank(tmp_path, {}, relations=[tie("director", "E1", "K1")], employees=staff)
    rows = offered(made, "owner_to_private")
    assert rows.select("subject_type", "subject_id", "product_id").rows() == [("employee", "E1", GOLD)]
    assert rows["reason_en"][0].startswith("Owner or executive of the client 远山科技")
    assert '["Employee","E1","OFFICER_OF","Company","K1"]' in rows["evidence"][0]


def test_executives_are_known_by_the_titles_that_pay_best(tmp_path: Path) -> None:
    titles = ["Chief"] + ["Clerk"] * 11
    staff = [
        {"employee_id": f"E{i:02}", "company_id": "K1", "title": title, "name": "某",
         "monthly_salary": 40_000.0 if title == "Chief" else 8_000.0 + i}
        for i, title in enumerate(titles)
    ]  # fmt: skip
    assert {subject for subject, _ in owners(bank(tmp_path, {}, employees=staff))} == {"E00"}


def test_one_row_for_each_person_and_product_however_many_companies(tmp_path: Path) -> None:
    second = {**COMPANY, "company_id": "K2"}
    relations = [tie("shareholder", "C1", "K1"), tie("director", "C1", "K1"), tie("director", "C1", "K2")]
    rows = offered(bank(tmp_path, {}, relations=relations, companies=[COMPANY, second]), "owner_to_private")
    assert sorted(rows["product_id"]) == [WEALTH, GOLD]


def test_an_owner_of_whom_nobody_told_is_offered_wealth_with_what_the_guess_is_worth(tmp_path: Path) -> None:
    rows = offered(paying_bank(tmp_path), "owner_to_private").filter(subject_id="O0")
    assert rows["product_id"].to_list() == ["P1"]
    assert re.fullmatch(
        r"Likely owner of the client 公司0, though no record says so: it pays them .* \(\d\d % sure\)",
        rows["reason_en"][0],
    )
    evidence = json.loads(rows["evidence"][0])
    assert ["Company", "K0", "PAID", "Customer", "O0"] in evidence["relationships"]
    assert evidence["counts"] == {"peers": 0, "holders": 0}
    assert f"({100 * evidence['sureness']:.0f} % sure)" in rows["reason_en"][0]


FAMILY = tie("spouse", "C1", "C2")
VALUED = {"segment": "private"}


def household(made: Snapshot) -> set[tuple[str, str]]:
    return pairs(made, "household")


def test_the_family_of_a_valued_customer_is_offered_what_it_lacks(tmp_path: Path) -> None:
    held = holds("C1", ACCOUNT, WEALTH, GOLD) + [row for i in range(2, 12) for row in holds(f"C{i}", ACCOUNT)]
    made = bank(tmp_path, VALUED, *([{}] * 10), relations=[FAMILY], holdings=held)
    assert household(made) == {("C2", WEALTH), ("C2", GOLD)}
    rows = offered(made, "household")
    assert set(rows["reason_en"]) == {
        "1 of 1 main customers in the household hold 理财",
        "1 of 1 main customers in the household hold 积存金",
    }


def test_relatives_of_relatives_are_of_the_household(tmp_path: Path) -> None:
    made = bank(tmp_path, VALUED, {}, {}, {}, relations=[FAMILY, tie("parent", "C2", "C3"), tie("parent", "C3", "C4")])
    assert {subject for subject, _ in household(made)} == {"C2", "C3"}


@pytest.mark.parametrize(
    ("change", "relations"),
    [
        ({}, []),
        ({}, [tie("referrer", "C1", "C2")]),
        ({}, [{**FAMILY, "since": date(2026, 7, 1)}]),
        ({"birth_date": date(2010, 1, 1)}, [FAMILY]),
        ({"marketing_consent": False}, [FAMILY]),
    ],
    ids=["nobody", "referred", "married later", "a minor", "no consent"],
)
def test_who_is_not_offered_for_the_family(tmp_path: Path, change: dict[str, Any], relations: Rows) -> None:
    assert household(bank(tmp_path, VALUED, change, relations=relations)) == set()


def test_assets_among_the_highest_tenth_make_a_customer_valued(tmp_path: Path) -> None:
    rich = [{"aum": 1_000.0 * (i + 1)} for i in range(12)]
    relations = [tie("spouse", "C12", "C1"), tie("spouse", "C5", "C2")]
    assert {subject for subject, _ in household(bank(tmp_path, *rich, relations=relations))} == {"C1"}


def test_a_valued_customer_who_is_served_best_is_not_under_served(tmp_path: Path) -> None:
    held = holds("C1", ACCOUNT, WEALTH) + holds("C2", ACCOUNT, WEALTH, GOLD)
    made = bank(tmp_path, VALUED, VALUED, relations=[FAMILY], holdings=held)
    assert household(made) == {("C1", GOLD)}
    assert TODAY.isoformat() in str(offered(made, "household")["as_of"][0])


def test_a_household_that_is_only_likely_is_said_to_be_that(tmp_path: Path) -> None:
    rows = offered(family_bank(tmp_path), "household")
    likely = {f"B{place}" for place in UNTOLD}
    guessed = rows.filter(rows["subject_id"].is_in(likely))
    assert set(guessed["subject_id"]) == likely
    said = re.compile(r"Likely in the household of a main customer, though no record says so: .+ \(\d+ % sure\)")
    assert all(said.fullmatch(reason) for reason in guessed["reason_en"])
    for text in guessed["evidence"]:
        evidence = json.loads(text)
        assert evidence["counts"] == {"peers": 0, "holders": 0}
        assert 0.5 <= evidence["sureness"] <= 1
        assert not any(label == "Customer" and key.startswith("A") for label, key in evidence["nodes"])
