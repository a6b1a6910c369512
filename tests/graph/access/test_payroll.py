"""Payroll within the user's branches, and reviews of who is who."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from helpers import bank
from helpers.found_bank import find_again

from graph import identity_decisions
from graph.access import Access, StoreGate, User, payroll
from graph.home import Home
from loaders.load import Request, load_source
from texts import UserError
from texts.progress import Silent

if TYPE_CHECKING:
    from conftest import Opened


def branches_of(access: Access) -> dict[str, str | None]:
    nodes = access.snapshot.nodes("Company").select("company_id", "branch_id").collect()
    return dict(nodes.iter_rows())


def test_employers_are_the_clients_with_staff(access: Access) -> None:
    clients = access.snapshot.nodes("Company").filter(pl.col("client_since").is_not_null()).collect()
    expected = {row["company_id"]: row["staff"] for row in clients.iter_rows(named=True)
                if (row["staff"] or 0) >= payroll.LEAST_STAFF}  # fmt: skip
    found = payroll.employers(access)
    assert dict(found.select("company_id", "staff").iter_rows()) == expected
    assert found["staff"].is_sorted(descending=True)


def test_employers_of_other_branches_are_left_out(access: Access, sub_branches: list[str], of_branch: "Opened") -> None:
    of = branches_of(access)
    own = {key for key in payroll.employers(access)["company_id"] if of[key] == sub_branches[0]}
    assert set(payroll.employers(of_branch(sub_branches[0]))["company_id"]) == own


def test_the_monthly_amount_is_that_of_the_salaries(access: Access) -> None:
    paid = payroll.employers(access).drop_nulls("monthly_amount")
    for row in paid.iter_rows(named=True):
        streams = payroll.streams(access, row["company_id"])
        assert row["monthly_amount"] == pytest.approx(streams["monthly_amount"].sum())
        assert row["stopped"] == streams["stopped"].sum()
        assert streams["name"].str.contains(r"\*").all()


def test_salaries_of_another_branch_are_not_shown(access: Access, sub_branches: list[str], of_branch: "Opened") -> None:
    of, one = branches_of(access), of_branch(sub_branches[0])
    paying = payroll.employers(access).drop_nulls("monthly_amount")["company_id"]
    foreign = next(key for key in paying if of[key] != sub_branches[0])
    with pytest.raises(UserError, match="branch"):
        payroll.streams(one, foreign)


@pytest.fixture
def pair(own_home: Home) -> dict[str, Any]:
    """Two records, of two branches, that wait for a review."""
    access = Access(own_home, User("li"), StoreGate("none", own_home))
    employee = access.snapshot.nodes("Employee").collect().row(0, named=True)
    branch = branches_of(access)[employee["company_id"]]
    others = access.snapshot.nodes("Customer").filter(pl.col("branch_id").is_not_null(), pl.col("branch_id") != branch)
    found = {
        "from_label": "Employee", "from_id": employee["employee_id"], "to_label": "Customer",
        "to_id": others.collect()["customer_id"][0], "probability": 0.6, "evidence": '{"name":5.0}',
    }  # fmt: skip
    pl.DataFrame([found]).write_parquet(access.snapshot.path / "identity" / "review.parquet")
    return found


def test_a_decision_is_kept_and_takes_the_pair_from_the_list(own_home: Home, pair: dict[str, Any]) -> None:
    access = Access(own_home, User("li", "analyst"), StoreGate("none", own_home))
    waiting = payroll.to_review(access).row(0, named=True)
    names = {name: waiting.pop(name) for name in ("from_name", "to_name")}
    assert waiting == pair | dict.fromkeys(("confirmed", "decided_by", "decided_at"))
    assert all("*" in name for name in names.values())
    payroll.review(access, pair, confirmed=True)
    kept = identity_decisions.decisions(own_home).row(0, named=True)
    assert (kept["from_id"], kept["to_id"], kept["confirmed"]) == (pair["from_id"], pair["to_id"], True)
    assert kept["decided_by"] == "li"
    assert payroll.to_review(access).is_empty()


def test_the_records_of_a_pair_are_masked(own_home: Home, pair: dict[str, Any]) -> None:
    access = Access(own_home, User("li"), StoreGate("none", own_home))
    assert all("*" in side["name"] for side in payroll.sides(access, pair))


def test_a_pair_with_a_foreign_record_is_neither_shown_nor_decided(own_home: Home, pair: dict[str, Any]) -> None:
    everyone = Access(own_home, User("li"), StoreGate("none", own_home))
    branch = everyone.party("Customer", pair["to_id"])["branch_id"]
    one = Access(own_home, User("wang", branches=(branch,)), StoreGate("none", own_home))
    assert payroll.to_review(one).is_empty()
    with pytest.raises(UserError, match="branch"):
        payroll.review(one, pair, confirmed=True)
    assert identity_decisions.decisions(own_home).is_empty()


def test_a_review_needs_the_right(own_home: Home, pair: dict[str, Any]) -> None:
    manager = Access(own_home, User("zhao", "manager", frozenset({"decide"})), StoreGate("none", own_home))
    with pytest.raises(UserError, match="identities"):
        payroll.review(manager, pair, confirmed=True)


def test_a_confirmed_pair_is_one_after_the_next_load(home: Home, tmp_path: Path) -> None:
    source = bank.write_csv(tmp_path / "source", bank.good())
    find_again(home, load_source(home, Request(str(source)), Silent()).snapshot)
    access = Access(home, User("li"), StoreGate("none", home))
    pair = {"from_label": "Employee", "from_id": "E2", "to_label": "Customer", "to_id": "C2"}
    payroll.review(access, pair, confirmed=True)
    links = load_source(home, Request(str(source)), Silent()).snapshot.relationships("IS_CUSTOMER")
    assert ("E2", "C2") in links.select("from_id", "to_id").collect().rows()
