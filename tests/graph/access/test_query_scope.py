"""Queries keep to the user's branches: what they may name, and which rows come back."""

from typing import TYPE_CHECKING, Any

import pytest

from graph.access import Access, StoreGate, User
from graph.access.queries import asked_for, run_free, run_saved, spoken_of, walks, within_scope
from graph.home import Home
from graph.queries import QueryResult, load_query
from texts import UserError

if TYPE_CHECKING:
    from conftest import Opened


def node(label: str, key: str) -> dict[str, Any]:
    return {"label": label, "key": key, "properties": {}}


@pytest.mark.parametrize(
    ("parameters", "parties"),
    [
        ({"company_id": "K1", "top": 5}, {("Company", "K1")}),
        ({"party_type": "customer", "party_id": "C1"}, {("Customer", "C1")}),
        ({"from_type": "Company", "from_id": "K1", "to_type": "employee", "to_id": "E1"},
         {("Company", "K1"), ("Employee", "E1")}),
        ({"branch_id": "B1", "customer_id": None}, set()),
        ({"party_type": "planet", "party_id": "C1"}, set()),
    ],
)  # fmt: skip
def test_parameters_ask_for_parties(parameters: dict[str, Any], parties: set[tuple[str, str]]) -> None:
    assert asked_for(parameters) == parties


@pytest.mark.parametrize(
    ("row", "parties"),
    [
        ({"owner": node("Customer", "C1"), "share": 0.5}, {("Customer", "C1")}),
        ({"product": node("Product", "P1")}, set()),
        ({"chain": [node("Company", "K1"), {"type": "OWNS"}, node("Company", "K2")]},
         {("Company", "K1"), ("Company", "K2")}),
        ({"names": [{"party": node("Employee", "E1"), "party_name": "*"}]}, {("Employee", "E1")}),
        ({"customer_id": "C1", "customer_ids": ["C2"], "given_customer_id": "C3", "employee_id": None},
         {("Customer", "C1"), ("Customer", "C2"), ("Customer", "C3")}),
        ({"segment": "C1", "customers": 7}, set()),
    ],
)  # fmt: skip
def test_rows_speak_of_parties(row: dict[str, Any], parties: set[tuple[str, str]]) -> None:
    assert spoken_of(row) == parties


def test_steps_of_a_path_are_drawn() -> None:
    one, other, third = node("Company", "K1"), node("Company", "K2"), node("Company", "K3")
    path, chain = [one, {"type": "OWNS"}, other], [other, third]
    assert list(walks([{"path": path, "chain": chain, "n": 1}])) == [(one, "OWNS", other), (other, "", third)]


def two_companies(access: Access, sub_branches: list[str]) -> list[str]:
    nodes = access.snapshot.nodes("Company")
    return [nodes.filter(branch_id=branch).collect()["company_id"][0] for branch in sub_branches]


def test_rows_about_others_are_left_out(access: Access, sub_branches: list[str], of_branch: "Opened") -> None:
    own, foreign = two_companies(access, sub_branches)
    rows = [{"company_id": own}, {"company_id": foreign}, {"chain": [node("Company", own), node("Company", foreign)]},
            {"staff": 4}]  # fmt: skip
    result = QueryResult(["company_id"], rows)
    assert within_scope(access, result).rows == rows
    assert within_scope(of_branch(sub_branches[0]), result).rows == [rows[0], rows[3]]


@pytest.mark.parametrize("name", ["company_staff", "group_members"])
def test_a_query_about_another_branchs_company_is_refused(
    access: Access, sub_branches: list[str], of_branch: "Opened", name: str
) -> None:
    _, foreign = two_companies(access, sub_branches)
    with pytest.raises(UserError, match="belongs to a branch"):
        run_saved(of_branch(sub_branches[0]), load_query(name), {"company_id": foreign})


def test_so_is_one_about_another_branch(sub_branches: list[str], of_branch: "Opened") -> None:
    with pytest.raises(UserError, match="belongs to a branch"):
        run_saved(of_branch(sub_branches[0]), load_query("branch_portfolio"), {"branch_id": sub_branches[1]})


def test_free_cypher_needs_the_right_and_every_branch(found_home: Home, sub_branches: list[str]) -> None:
    without = User("zhao", "analyst", frozenset({"decide"}))
    scoped = User("wang", branches=(sub_branches[0],))
    for user in (without, scoped):
        with pytest.raises(UserError, match="cypher"):
            run_free(Access(found_home, user, StoreGate("none", found_home)), "RETURN 1 AS one")
