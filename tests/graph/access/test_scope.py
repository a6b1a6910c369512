"""A sub-branch sees its own, whatever it asks for."""

from typing import TYPE_CHECKING

import polars as pl
import pytest

from graph.access import Access, Filter, StoreGate, User
from graph.decisions import Decision
from graph.home import Home
from texts import UserError

if TYPE_CHECKING:
    from conftest import Opened


def customers_of(access: Access, branch: str) -> list[str]:
    return access.snapshot.nodes("Customer").filter(branch_id=branch).collect()["customer_id"].to_list()


def test_it_sees_its_own_opportunities_only(access: Access, sub_branches: list[str], of_branch: "Opened") -> None:
    one = of_branch(sub_branches[0])
    page = one.opportunities(Filter(), size=10_000)
    assert page.total > 0
    assert set(page.rows["branch_id"]) == {sub_branches[0]}
    everything = access.opportunities(Filter(branches=(sub_branches[0],)), size=10_000)
    assert everything.rows["opportunity_id"].to_list() == page.rows["opportunity_id"].to_list()


def test_the_same_page_is_made_for_each_scope_and_mask(
    access: Access, sub_branches: list[str], of_branch: "Opened"
) -> None:
    masked = access.opportunities(Filter(kinds=("cross_sell",)))
    clear = access.unmasked("a test").opportunities(Filter(kinds=("cross_sell",)))
    assert masked.rows["subject_name"].str.contains(r"\*").all()
    assert not clear.rows["subject_name"].str.contains(r"\*").any()
    totals = [of_branch(branch).opportunities(Filter(kinds=("cross_sell",))).total for branch in sub_branches]
    assert 0 < max(totals) < masked.total
    assert access.opportunities(Filter(kinds=("cross_sell",))) is masked


def test_a_filter_cannot_widen_it(sub_branches: list[str], of_branch: "Opened") -> None:
    assert of_branch(sub_branches[0]).opportunities(Filter(branches=(sub_branches[1],))).total == 0


def test_a_link_to_anothers_opportunity_leads_nowhere(
    access: Access, sub_branches: list[str], of_branch: "Opened"
) -> None:
    foreign = access.opportunities(Filter(branches=(sub_branches[1],))).rows["opportunity_id"][0]
    for ask in (of_branch(sub_branches[0]).opportunity, of_branch(sub_branches[0]).history):
        with pytest.raises(UserError, match="branch"):
            ask(foreign)


def test_a_link_to_anothers_customer_leads_nowhere(
    access: Access, sub_branches: list[str], of_branch: "Opened"
) -> None:
    own, foreign = (customers_of(access, branch)[0] for branch in sub_branches)
    one = of_branch(sub_branches[0])
    assert one.party("Customer", own)["customer_id"] == own
    with pytest.raises(UserError):
        one.party("Customer", foreign)
    with pytest.raises(UserError):
        one.neighbours("Customer", foreign, chosen=("PAID",))


def test_a_search_finds_its_own_only(access: Access, sub_branches: list[str], of_branch: "Opened") -> None:
    foreign = customers_of(access, sub_branches[1])[0]
    assert access.search(foreign)["id"].to_list() == [foreign]
    assert of_branch(sub_branches[0]).search(foreign).is_empty()


def test_it_cannot_decide_about_anothers(own_home: Home, sub_branches: list[str]) -> None:
    everyone = Access(own_home, User("li"), StoreGate("none", own_home))
    foreign = everyone.opportunities(Filter(branches=(sub_branches[1],))).rows["opportunity_id"].to_list()
    user = User("wang", "manager", frozenset({"decide"}), (sub_branches[0],))
    Access(own_home, user, StoreGate("none", own_home)).decide(foreign, Decision("rejected"))
    assert everyone.opportunities(Filter(status="rejected")).total == 0


def test_a_branch_sees_what_is_below(access: Access, of_branch: "Opened") -> None:
    branches = access.branches()
    branch = branches.filter(level="branch")["branch_id"][0]
    below = branches.filter(pl.col("parent_id") == branch)["branch_id"].to_list()
    assert set(of_branch(branch).branches()["branch_id"]) == {branch, *below}


def test_the_counts_are_of_its_own(access: Access, sub_branches: list[str], of_branch: "Opened") -> None:
    one = of_branch(sub_branches[0])
    assert one.totals()["customers"].sum() == len(customers_of(access, sub_branches[0]))
    assert one.units()["customers"].sum() == len(customers_of(access, sub_branches[0]))


def test_a_reason_names_no_company_of_another_branch(access: Access, of_branch: "Opened") -> None:
    rows = access.opportunity_rows(Filter(kinds=("cross_sell",)))
    told = rows.filter(pl.col("reason_en").str.contains("colleagues at"))
    companies = access.snapshot.nodes("Company").select("company_id", "name", at="branch_id").collect()
    via = pl.col("evidence").str.extract(r'"Company","([^"]+)"').alias("company_id")
    across = told.with_columns(via).join(companies, on="company_id").filter(pl.col("at") != pl.col("branch_id"))
    row = across.row(0, named=True)
    shown = of_branch(row["branch_id"]).opportunity(row["opportunity_id"])
    assert row["name"] in row["reason_en"]
    assert shown["reason_en"] == row["reason_en"].replace(row["name"], "a company")
    assert row["company_id"] not in shown["evidence"]
    assert shown["via_id"] is None


def test_sums_that_are_kept_follow_the_user_and_every_decision(own_home: Home, sub_branches: list[str]) -> None:
    def number(user: User) -> int:
        kinds = Access(own_home, user, StoreGate("none", own_home)).opportunity_groups(Filter(), ["kind"])
        return sum(kinds["number"].to_list())

    everyone, one = User("li"), User("wang", branches=(sub_branches[0],))
    whole, own = number(everyone), number(one)
    assert 0 < own < whole
    access = Access(own_home, one, StoreGate("none", own_home))
    before = access.decide(
        access.opportunities(Filter(), size=3).rows["opportunity_id"].to_list(), Decision("rejected")
    )
    assert (number(everyone), number(one)) == (whole - 3, own - 3)
    access.undo(before)
    assert (number(everyone), number(one)) == (whole, own)


def test_names_are_masked_without_the_right(access: Access, sub_branches: list[str], of_branch: "Opened") -> None:
    one = of_branch(sub_branches[0])
    key = customers_of(access, sub_branches[0])[0]
    clear = access.snapshot.nodes("Customer").filter(customer_id=key).collect().row(0, named=True)
    assert one.party("Customer", key)["name"] != clear["name"]
    assert "*" in one.party("Customer", key)["phone"]
    with pytest.raises(UserError, match="unmask"):
        one.unmasked("curious")


def test_clear_text_is_written_into_the_audit_log(own_home: Home) -> None:
    access = Access(own_home, User("li"), StoreGate("none", own_home))
    clear = access.unmasked("complaint 17")
    row = clear.opportunities(Filter(kinds=("cross_sell",))).rows.row(0, named=True)
    assert "*" not in row["subject_name"]
    last = (own_home.path / "audit.jsonl").read_text(encoding="utf-8").splitlines()[-1]
    assert '"user": "li"' in last
    assert "complaint 17" in last


def test_rights_are_needed(found_home: Home, access: Access) -> None:
    viewer = Access(found_home, User("zhao", "viewer", frozenset()), StoreGate("none", found_home))
    some = access.opportunities(Filter()).rows["opportunity_id"].to_list()[:1]
    with pytest.raises(UserError, match="decide"):
        viewer.decide(some, Decision("accepted"))
    with pytest.raises(UserError, match="export"):
        viewer.exported("x", 1)
