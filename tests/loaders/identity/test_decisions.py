"""What people decide stands: straight, in either order, for every kind of pair, and through a third record."""

from datetime import date
from typing import Any

import pytest
from helpers.people import COMPANY, resolved, same

from graph.home import Home
from graph.identity_decisions import decide, decisions

NUMBER = "110101199003078515"
WANG: dict[str, Any] = {"name": "王晓芳", "birth_date": date(1990, 3, 7), "phone": "13800001111"}
PAIRS = [
    ("Customer", "C2", "Customer", "C1"),
    ("Customer", "C1", "Employee", "E1"),
    ("Employee", "E2", "Employee", "E1"),
    ("Company", "K1", "Counterparty", "X1"),
    ("Counterparty", "X1", "Customer", "C1"),
    ("Counterparty", "X1", "Employee", "E1"),
]
ROWS: dict[str, Any] = {
    "customers": [{"customer_id": "C1"}, {"customer_id": "C2"}],
    "employees": [{"employee_id": "E1"}, {"employee_id": "E2"}],
    "companies": [COMPANY],
    "counterparties": [{"counterparty_id": "X1"}],
}


@pytest.mark.parametrize("pair", PAIRS)
def test_a_confirmed_pair_is_linked_whatever_its_kind_and_order(home: Home, pair: tuple[str, str, str, str]) -> None:
    decide(home, pair, confirmed=True, by="审核员")
    link = resolved(**ROWS, decided=decisions(home)).links.collect().row(0, named=True)
    assert {link["from_id"], link["to_id"]} == {pair[1], pair[3]}
    assert (link["probability"], link["method"], link["decided_by"]) == (1.0, "decision", "审核员")


def test_records_that_are_never_one_cannot_be_decided(home: Home) -> None:
    with pytest.raises(ValueError, match="may be one"):
        decide(home, ("Customer", "C1", "Company", "K1"), confirmed=True, by="审核员")


def test_a_rejected_duplicate_is_not_linked_again(home: Home) -> None:
    customers = [{"customer_id": key, "id_number": NUMBER} for key in ("C1", "C2")]
    assert same(customers) == {("C2", "C1")}
    decide(home, ("Customer", "C1", "Customer", "C2"), confirmed=False, by="审核员")
    assert same(customers, decided=decisions(home)) == set()


def test_nor_through_a_third_record(home: Home) -> None:
    """C1 and C3 resemble C2; that C3 is not C1 leaves C2 with the one or the other."""
    customers = [
        {"customer_id": "C1", "id_number": NUMBER, **WANG},
        {"customer_id": "C2", **WANG},
        {"customer_id": "C3", "id_number": "110101********8515", **WANG},
    ]
    assert same(customers) == {("C2", "C1"), ("C3", "C1")}
    decide(home, ("Customer", "C3", "Customer", "C1"), confirmed=False, by="审核员")
    assert len(same(customers, decided=decisions(home))) == 1


def test_nor_through_an_employee(home: Home) -> None:
    """E1 is C1 by the number, and C2 is not E1: so C2 is not C1 either, though they have one number."""
    customers = [{"customer_id": key, "id_number": NUMBER} for key in ("C1", "C2")]
    decide(home, ("Employee", "E1", "Customer", "C2"), confirmed=False, by="审核员")
    staff = [{"employee_id": "E1", "id_number": NUMBER, "customer_id": "C1"}]
    found = resolved(customers, staff, decided=decisions(home)).links.select("from_id", "to_id").collect()
    assert found.rows() == [("E1", "C1")]


def test_a_confirmed_pair_keeps_the_evidence(home: Home) -> None:
    customers = [{"customer_id": "C1", "id_number": NUMBER, **WANG}, {"customer_id": "C2", **WANG}]
    decide(home, ("Customer", "C2", "Customer", "C1"), confirmed=True, by="审核员")
    link = resolved(customers, decided=decisions(home)).same_as.collect().row(0, named=True)
    assert link["method"] == "decision"
    assert '"birth"' in link["evidence"]
