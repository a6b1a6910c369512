"""What is there, by branch and manager: the counts of the overview, small enough to add up for any part of the bank."""

from datetime import date
from typing import Final

import polars as pl

from graph.people import parties
from graph.snapshot import Snapshot, Tables

PLACE: Final = ["branch_id", "manager_id"]
COUNTS: Final = ("customers", "companies", "clients", "staff", "staff_here", "employers", "payrolls_here")
"""Customers; companies known; those that are clients; staff of clients now, and those of them who bank here; clients
with staff, and those of them whose payroll is seen here."""


def persons(findings: Tables, snapshot: Snapshot) -> pl.DataFrame:
    """`label`, `id`, `entity` (a code) of the records that are one party with other records, on the findings' day."""
    people = (
        parties(snapshot, date.fromisoformat(findings.manifest["as_of"])).to_native().select("label", "id", "entity")
    )
    return people.filter(pl.len().over("entity") > 1).sort("label", "id").collect()


def totals(findings: Tables, snapshot: Snapshot, people: pl.LazyFrame) -> pl.DataFrame:
    """`PLACE` and `COUNTS`, as they stood on the day of the findings; a party without a branch counts under null.

    Args:
        findings: know the day.
        snapshot: what was there.
        people: of `persons`.
    """
    as_of = date.fromisoformat(findings.manifest["as_of"])
    companies = _companies(findings, snapshot, people, as_of)
    customers = snapshot.nodes("Customer").select(*PLACE, customers=pl.lit(1, pl.Int64))
    both = pl.concat([customers, companies], how="diagonal")
    return both.group_by(PLACE).agg(pl.col(COUNTS).sum()).sort(PLACE).collect()


def _companies(findings: Tables, snapshot: Snapshot, people: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """One row per company with its branch, manager and what it adds to each count."""
    companies = snapshot.nodes("Company").select("company_id", *PLACE, "client_since")
    joined = companies.join(_staff(snapshot, people, as_of), on="company_id", how="left").join(
        _payrolls(findings), on="company_id", how="left"
    )
    client = pl.col("client_since").is_not_null()
    employer = client & (pl.col("staff").fill_null(0) > 0)
    return joined.select(
        *PLACE,
        companies=pl.lit(1, pl.Int64),
        clients=client.cast(pl.Int64),
        staff=pl.when(client).then("staff").fill_null(0).cast(pl.Int64),
        staff_here=pl.when(client).then("staff_here").fill_null(0).cast(pl.Int64),
        employers=employer.cast(pl.Int64),
        payrolls_here=(employer & pl.col("payroll").is_not_null()).cast(pl.Int64),
    )


def _staff(snapshot: Snapshot, people: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """(company_id, staff, staff_here): records of staff who have not left."""
    customers = people.filter(pl.col("label") == "Customer").select("entity", here=pl.lit(1)).unique("entity")
    known = (
        people.filter(pl.col("label") == "Employee").join(customers, on="entity").select(employee_id="id", here="here")
    )
    there = snapshot.nodes("Employee").filter(pl.col("left_on").is_null() | (pl.col("left_on") > as_of))
    begun = there.filter(pl.col("hired_on").is_null() | (pl.col("hired_on") <= as_of))
    joined = begun.join(known, on="employee_id", how="left")
    return joined.group_by("company_id").agg(staff=pl.len(), staff_here=pl.col("here").sum())


def _payrolls(findings: Tables) -> pl.LazyFrame:
    """(company_id, payroll): companies that are seen to pay wages into accounts here."""
    file = findings.path / "facts" / "pays_salary.parquet"
    if not file.exists():
        return pl.LazyFrame(schema={"company_id": pl.String, "payroll": pl.Int32})
    here = pl.scan_parquet(file).filter(pl.col("from_type") == "company", pl.col("to_type") == "customer")
    return here.select(company_id="from_id", payroll=pl.lit(1)).unique("company_id")
