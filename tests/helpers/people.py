"""Identity resolution on a few rows."""

from typing import Any

import polars as pl

from graph.snapshot import relationship_schema
from helpers.tables import Rows, reader
from loaders.identity import Identities, Sources, resolve

COMPANY = {"company_id": "K1", "name": "杭州云帆精密机械有限公司", "city": "杭州"}


def resolved(
    customers: Rows,
    employees: Rows | None = None,
    paid: Rows | None = None,
    decided: pl.DataFrame | None = None,
    *,
    companies: Rows | None = None,
    counterparties: Rows | None = None,
) -> Identities:
    """Who is who among the rows; every employee works at K1 unless the row says otherwise."""
    staff = [{"company_id": "K1"} | row for row in employees or []]
    tables = {"customers": customers, "employees": staff, "companies": companies or [COMPANY]}
    read = reader(**tables, counterparties=counterparties or [])
    payments = pl.LazyFrame(paid or [], schema=relationship_schema("PAID"))
    return resolve(Sources(*(read(name) for name in (*tables, "counterparties")), paid=payments), decided)


def links(customers: Rows, employees: Rows, **more: Any) -> dict[str, tuple[str, str]]:
    """Customer and method by employee."""
    found = resolved(customers, employees, **more).is_customer.collect()
    return {row["from_id"]: (row["to_id"], row["method"]) for row in found.iter_rows(named=True)}


def same(customers: Rows, employees: Rows | None = None, **more: Any) -> set[tuple[str, str]]:
    """The keys of the other links."""
    return set(resolved(customers, employees, **more).same_as.select("from_id", "to_id").collect().iter_rows())
