"""What is known of one party, against plain counts over the rows of the snapshot."""

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from graph.access import Access, profile
from graph.access.network import Key
from texts import UserError

if TYPE_CHECKING:
    from conftest import Opened

VIEWS = (profile.holdings, profile.relatives, profile.flows, profile.months)


def rows_of(access: Access, name: str) -> list[dict[str, Any]]:
    return access.snapshot.relationships(name).collect().to_dicts()


def busiest(access: Access, label: str) -> Key:
    """The party with most partners."""
    counts: dict[str, int] = defaultdict(int)
    for row in rows_of(access, "PAID"):
        for end in ("from", "to"):
            counts[row[f"{end}_id"]] += row[f"{end}_label"] == label
    return label, max(counts, key=lambda key: (counts[key], key))


def keys_of(access: Access, label: str, branch: str) -> list[str]:
    nodes = access.snapshot.nodes(label).filter(branch_id=branch)
    return nodes.collect()[f"{label.lower()}_id"].to_list()


@pytest.mark.parametrize("label", ["Customer", "Company"])
def test_a_party_of_another_branch_has_no_views(
    access: Access, sub_branches: list[str], of_branch: "Opened", label: str
) -> None:
    foreign = keys_of(access, label, sub_branches[1])[0]
    for view in VIEWS:
        view(access, (label, foreign))
        with pytest.raises(UserError, match="branch"):
            view(of_branch(sub_branches[0]), (label, foreign))


@pytest.mark.parametrize("view", [profile.employments, profile.contacts])
def test_nor_has_a_customer_of_another_branch(
    access: Access, sub_branches: list[str], of_branch: "Opened", view: Any
) -> None:
    with pytest.raises(UserError, match="branch"):
        view(of_branch(sub_branches[0]), keys_of(access, "Customer", sub_branches[1])[0])


@pytest.mark.parametrize("label", ["Customer", "Company"])
def test_the_named_partners_and_the_others_are_all_of_the_money(access: Access, label: str) -> None:
    party = busiest(access, label)
    flows = profile.flows(access, party)
    for outgoing, near, far in ((True, "from", "to"), (False, "to", "from")):
        paid = {
            (row[f"{far}_label"], row[f"{far}_id"]): row["amount"] for row in rows_of(access, "PAID")
            if (row[f"{near}_label"], row[f"{near}_id"]) == party
        }  # fmt: skip
        one_way = flows.filter(outgoing=outgoing)
        named = one_way.drop_nulls("id")
        assert one_way["amount"].sum() == pytest.approx(sum(paid.values()))
        assert len(named) == min(profile.PARTNERS, len(paid))
        assert named["amount"].to_list() == sorted(paid.values(), reverse=True)[: profile.PARTNERS]
        assert all(paid[row["label"], row["id"]] == row["amount"] for row in named.iter_rows(named=True))


def test_partners_of_another_branch_are_among_the_others(
    access: Access, sub_branches: list[str], of_branch: "Opened"
) -> None:
    one = of_branch(sub_branches[0])
    for company_id in keys_of(access, "Company", sub_branches[0]):
        whole, scoped = (profile.flows(each, ("Company", company_id)) for each in (access, one))
        named = set(scoped.drop_nulls("id").select("label", "id").iter_rows())
        assert named == one.visible(named)
        assert scoped["amount"].sum() == pytest.approx(whole["amount"].sum())


def test_the_names_of_partners_are_masked(access: Access) -> None:
    flows = profile.flows(access, busiest(access, "Company"))
    persons = flows.filter(pl.col("label").is_in(["Customer", "Employee"]))
    assert len(persons) > 0
    assert persons["name"].str.contains(r"\*").all()


def test_the_months_add_up_to_the_partners(access: Access) -> None:
    party = busiest(access, "Company")
    months, flows = profile.months(access, party), profile.flows(access, party)
    assert months["month"].is_sorted()
    for column, outgoing in (("money_in", False), ("money_out", True)):
        assert months[column].sum() == pytest.approx(flows.filter(outgoing=outgoing)["amount"].sum())


def test_holdings_are_the_contracts_newest_first(access: Access) -> None:
    holder = rows_of(access, "HOLDS")[0]
    party = (holder["from_label"], holder["from_id"])
    expected = [row["to_id"] for row in rows_of(access, "HOLDS") if (row["from_label"], row["from_id"]) == party]
    held = profile.holdings(access, party)
    assert sorted(held["product_id"]) == sorted(expected)
    assert held["opened_on"].drop_nulls().is_sorted(descending=True)
    assert held["product"].null_count() == 0


def test_relatives_stand_at_both_ends(access: Access) -> None:
    tie = next(row for row in rows_of(access, "RELATED_TO") if row["kind"] == "parent")
    for end, other, outgoing in (("from", "to", True), ("to", "from", False)):
        found = profile.relatives(access, (tie[f"{end}_label"], tie[f"{end}_id"]))
        assert found.filter(kind="parent", id=tie[f"{other}_id"])["outgoing"].to_list() == [outgoing]


def test_a_job_counts_the_colleagues_and_those_who_bank_here(access: Access) -> None:
    works = {row["from_id"]: row["to_id"] for row in rows_of(access, "WORKS_AT")}
    link = next(row for row in rows_of(access, "IS_CUSTOMER") if row["from_id"] in works)
    linked = {row["from_id"] for row in rows_of(access, "IS_CUSTOMER")}
    job = profile.employments(access, link["to_id"]).filter(employee_id=link["from_id"]).row(0, named=True)
    staff = [employee for employee, company in works.items() if company == works[link["from_id"]]]
    assert (job["colleagues"], job["here"]) == (len(staff), sum(employee in linked for employee in staff))


def test_a_job_at_a_company_of_another_branch_is_left_out(access: Access, of_branch: "Opened") -> None:
    places = {
        label: dict(access.snapshot.nodes(label).select(f"{label.lower()}_id", "branch_id").collect().iter_rows())
        for label in ("Customer", "Company")
    }
    works = {row["from_id"]: row["to_id"] for row in rows_of(access, "WORKS_AT")}
    across = next(
        (row["to_id"], works[row["from_id"]]) for row in rows_of(access, "IS_CUSTOMER")
        if places["Customer"][row["to_id"]] != places["Company"][works[row["from_id"]]]
    )  # fmt: skip
    customer_id, company_id = across
    own = of_branch(places["Customer"][customer_id])
    assert company_id in profile.employments(access, customer_id)["company_id"].to_list()
    assert company_id not in profile.employments(own, customer_id)["company_id"].to_list()
    both = of_branch(places["Customer"][customer_id], places["Company"][company_id])
    assert company_id in profile.employments(both, customer_id)["company_id"].to_list()


def test_contacts_are_those_of_the_customer(access: Access) -> None:
    customer_id = rows_of(access, "CONTACTED")[0]["from_id"]
    expected = [row["contacted_on"] for row in rows_of(access, "CONTACTED") if row["from_id"] == customer_id]
    assert profile.contacts(access, customer_id)["contacted_on"].to_list() == sorted(expected, reverse=True)
