"""Identity resolution on a few rows."""

from typing import Any

import polars as pl

from graph.snapshot import relationship_schema
from helpers.tables import Rows, reader
from loaders.identity import Identities, Sources, resolve

COMPANY = {"company_id": "K1", "name": "杭州云帆精密机械有限公司", "city": "杭州"}


def resolved(
    customers: Rows, employees: Rows, paid: Rows | None = None, decided: pl.DataFrame | None = None
) -> Identities:
    """Who is who among the rows; every employee works at K1 unless the row says otherwise."""
    read = reader(customers=customers, employees=[{"company_id": "K1"} | row for row in employees], companies=[COMPANY])
    payments = pl.LazyFrame(paid or [], schema=relationship_schema("PAID"))
    return resolve(Sources(read("customers"), read("employees"), read("companies"), payments), decided)


def links(customers: Rows, employees: Rows, **more: Any) -> dict[str, tuple[str, str]]:
    """Customer and method by employee."""
    found = resolved(customers, employees, **more).is_customer.collect()
    return {row["employee_id"]: (row["customer_id"], row["method"]) for row in found.iter_rows(named=True)}
