"""What is known of one company, against plain counts over the rows of the snapshot."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import networkx as nx
import polars as pl
import pytest

from graph.access import Access, company
from texts import UserError

if TYPE_CHECKING:
    from conftest import Opened

VIEWS = (
    company.funnel, company.payroll_months, company.ownership, company.supply, company.candidates, company.gaps,
    company.staff_gaps,
)  # fmt: skip


def rows_of(access: Access, name: str) -> list[dict[str, Any]]:
    return access.snapshot.relationships(name).collect().to_dicts()


def companies(access: Access) -> list[str]:
    return access.snapshot.nodes("Company").select("company_id").collect().to_series().sort().to_list()


def as_of(access: Access) -> date:
    return date.fromisoformat(access.findings.manifest["as_of"])


def held_now(access: Access) -> dict[str, set[str]]:
    """Products by holder."""
    held: dict[str, set[str]] = defaultdict(set)
    for row in rows_of(access, "HOLDS"):
        if row["closed_on"] is None or row["closed_on"] > as_of(access):
            held[row["from_id"]].add(row["to_id"])
    return held


def staff_of(access: Access, company_id: str) -> Iterator[tuple[str, str | None]]:
    """The people on the list who have not left, each with the own customer record."""
    linked = {row["from_id"]: row["to_id"] for row in rows_of(access, "IS_CUSTOMER")}
    for row in access.snapshot.nodes("Employee").collect().iter_rows(named=True):
        if row["company_id"] == company_id and (row["left_on"] is None or row["left_on"] > as_of(access)):
            yield row["employee_id"], linked.get(row["employee_id"])


def paid_here(access: Access, company_id: str) -> set[str]:
    found = pl.read_parquet(access.findings.path / "facts" / "pays_salary.parquet").iter_rows(named=True)
    return {row["to_id"] for row in found if (row["from_id"], row["to_type"]) == (company_id, "customer")}


def test_a_company_of_another_branch_has_no_views(access: Access, sub_branches: list[str], of_branch: "Opened") -> None:
    nodes = access.snapshot.nodes("Company").filter(branch_id=sub_branches[1])
    foreign = nodes.collect()["company_id"][0]
    for view in VIEWS:
        view(access, foreign)
        with pytest.raises(UserError, match="branch"):
            view(of_branch(sub_branches[0]), foreign)


def test_the_funnel_counts_the_staff(access: Access) -> None:
    held = held_now(access)
    for company_id in companies(access)[:12]:
        staff, paid = list(staff_of(access, company_id)), paid_here(access, company_id)
        products = [len(held[customer]) if customer else 0 for _, customer in staff]
        assert company.funnel(access, company_id) == {
            "staff": len(staff), "identified": sum(customer is not None for _, customer in staff),
            "banking": sum(number > 0 for number in products),
            "paid_here": sum(customer in paid for _, customer in staff),
            "two_products": sum(number > 1 for number in products),
        }  # fmt: skip


@pytest.mark.parametrize("step", company.STEPS[1:])
def test_some_funnel_loses_some_of_the_staff_at_each_step(access: Access, step: str) -> None:
    counts = [company.funnel(access, company_id) for company_id in companies(access)]
    assert any(0 < one[step] < one["staff"] for one in counts)


def test_gaps_are_the_corporate_products_not_held(access: Access) -> None:
    products = access.snapshot.nodes("Product").filter(line="corporate").collect()["product_id"].to_list()
    held = held_now(access)
    for company_id in companies(access)[:12]:
        gaps = company.gaps(access, company_id)
        assert set(gaps["product_id"]) == set(products) - held[company_id]
        assert gaps["annual_value"].drop_nulls().is_sorted(descending=True)


def test_staff_gaps_count_persons(access: Access) -> None:
    held, persons = held_now(access), nx.Graph()
    for name in ("IS_CUSTOMER", "SAME_AS"):
        persons.add_edges_from((row["from_id"], row["to_id"]) for row in rows_of(access, name))
    for company_id in companies(access)[:6]:
        records = [nx.node_connected_component(persons, staff) for staff, _ in staff_of(access, company_id)
                   if staff in persons]  # fmt: skip
        customers = {frozenset(one) for one in records if any(record.startswith("C") for record in one)}
        for row in company.staff_gaps(access, company_id).iter_rows(named=True):
            holders = sum(any(row["product_id"] in held[record] for record in one) for one in customers)
            assert (row["customers"], row["holders"]) == (len(customers), holders)
            assert row["lacking"] == len(customers) - holders


def test_salaries_by_month_are_what_was_paid_to_the_payees(access: Access) -> None:
    streams = pl.read_parquet(access.findings.path / "facts" / "pays_salary.parquet")
    company_id = streams.filter(from_type="company").group_by("from_id").len().sort("len", "from_id")["from_id"][-1]
    payees = set(streams.filter(from_id=company_id)["to_id"])
    amounts: dict[int, float] = defaultdict(float)
    for row in rows_of(access, "PAID"):
        if row["from_id"] == company_id and row["to_id"] in payees:
            for month, amount in zip(row["months"], row["amounts"], strict=True):
                amounts[month] += amount
    found = company.payroll_months(access, company_id)
    assert {day.year * 100 + day.month: amount for day, amount in found.select("month", "amount").iter_rows()} == {
        month: pytest.approx(amount) for month, amount in amounts.items()
    }


def test_owners_are_found_level_by_level(access: Access) -> None:
    ties = {(row["from_id"], row["to_id"]) for row in rows_of(access, "OWNS")}
    for company_id in sorted({owned for _, owned in ties})[:12]:
        found = company.ownership(access, company_id)
        reached, at = set[tuple[str, str]](), {company_id}
        for _ in range(company.LEVELS):
            level = {tie for tie in ties if tie[1] in at}
            reached, at = reached | level, {owner for owner, _ in level}
        assert reached <= set(found.select("from_id", "to_id").iter_rows()) <= ties


def test_ties_of_another_branch_are_left_out(access: Access, sub_branches: list[str], of_branch: "Opened") -> None:
    one = of_branch(sub_branches[0])
    nodes = access.snapshot.nodes("Company").filter(branch_id=sub_branches[0]).collect()
    for company_id in nodes["company_id"]:
        for view in (company.ownership, company.supply):
            found = view(one, company_id)
            for end in ("from", "to"):
                ends = set(found.select(f"{end}_label", f"{end}_id").iter_rows())
                assert ends == one.visible(ends)
