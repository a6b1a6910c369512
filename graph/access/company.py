"""What is known of one company: its staff and how far they bank here, its payroll, owners, supply chain and gaps."""

from datetime import date
from typing import Final

import polars as pl

from graph.access.access import Access
from graph.access.network import Key
from graph.snapshot import Snapshot, Tables

STEPS: Final = ("staff", "identified", "banking", "paid_here", "two_products")
LEVELS: Final = 4
MOST: Final = 60
"""Parties of one tree at most: beyond that a picture says nothing."""
_LINK: Final = {
    "from_label": pl.String, "from_id": pl.String, "to_label": pl.String, "to_id": pl.String, "share": pl.Float64,
}  # fmt: skip


def funnel(access: Access, company_id: str) -> dict[str, int]:
    """How many of the staff who have not left are known as customers, hold something, are paid here, hold two or more.

    `identified` have a customer record; `banking` hold an open contract; `paid_here` get their salary into an account
    here; `two_products` hold two or more.
    """
    snapshot, as_of = _seen(access, company_id)
    staff = snapshot.nodes("Employee").filter(pl.col("company_id") == company_id)
    staff = staff.filter(pl.col("left_on").is_null() | (pl.col("left_on") > as_of)).select("employee_id")
    links = snapshot.relationships("IS_CUSTOMER").select("to_id", employee_id="from_id")
    linked = staff.join(links, on="employee_id", how="left").select("employee_id", customer_id="to_id").collect()
    ids = linked["customer_id"].drop_nulls().unique()
    held = _held(snapshot, ids, as_of)
    paid = _paid_here(access.findings, company_id)
    rows = linked.join(held, on="customer_id", how="left").with_columns(
        paid=pl.col("customer_id").is_in(paid.implode()), products=pl.col("products").fill_null(0)
    )
    known = pl.col("customer_id").is_not_null()
    counts = (pl.len(), known.sum(), (pl.col("products") > 0).sum(), (known & pl.col("paid")).sum(),
              (pl.col("products") > 1).sum())  # fmt: skip
    found = rows.select(**dict(zip(STEPS, counts, strict=True))).row(0, named=True)
    return {name: int(value or 0) for name, value in found.items()}


def _held(snapshot: Snapshot, customers: pl.Series, as_of: date) -> pl.DataFrame:
    """(customer_id, products): how many products each holds now."""
    open_now = pl.col("closed_on").is_null() | (pl.col("closed_on") > as_of)
    held = snapshot.relationships("HOLDS").filter(pl.col("from_id").is_in(customers.implode()), open_now)
    return held.group_by(customer_id="from_id").agg(products=pl.col("to_id").n_unique()).collect()


def _paid_here(findings: Tables, company_id: str) -> pl.Series:
    return _salaries(findings, company_id).filter(pl.col("to_type") == "customer").collect()["to_id"]


def _salaries(findings: Tables, company_id: str) -> pl.LazyFrame:
    file = findings.path / "facts" / "pays_salary.parquet"
    if not file.exists():
        return pl.LazyFrame(schema={"to_type": pl.String, "to_id": pl.String})
    return pl.scan_parquet(file).filter(pl.col("from_type") == "company", pl.col("from_id") == company_id)


def payroll_months(access: Access, company_id: str) -> pl.DataFrame:
    """`month`, `amount`, `payees` of the salaries that were found."""
    access.seen(("Company", company_id))
    payees = _salaries(access.findings, company_id).select(to_id="to_id", to_label=pl.col("to_type").str.to_titlecase())
    paid = access.index.paid("from", "Company", company_id)
    long = paid.join(payees, on=["to_id", "to_label"], how="semi").select("to_id", "months", "amounts")
    rows = long.explode("months", "amounts").drop_nulls("months")
    fen = (pl.col("amounts") * 100).round().cast(pl.Int64)
    month = pl.date(pl.col("months") // 100, pl.col("months") % 100, 1).alias("month")
    return rows.group_by(month).agg(amount=fen.sum() / 100, payees=pl.col("to_id").n_unique()).sort("month").collect()


def ownership(access: Access, company_id: str) -> pl.DataFrame:
    """Who owns a company and whom it owns, `LEVELS` each way: the ends of each tie with names, and its `share`."""
    return _both_ways(access, "OWNS", company_id, LEVELS)


def supply(access: Access, company_id: str) -> pl.DataFrame:
    """Who supplies whom around a company, two tiers each way, in the same form."""
    return _both_ways(access, "SUPPLIES", company_id, 2)


def candidates(access: Access, company_id: str) -> pl.DataFrame:
    """`label`, `id`, `name`, `share` of the candidate beneficial owners, where the facts of the graph are there."""
    snapshot, _ = _seen(access, company_id)
    if "BENEFICIAL_OWNER_CANDIDATE" not in snapshot.types():
        return pl.DataFrame(schema={"label": pl.String, "id": pl.String, "share": pl.Float64, "name": pl.String})
    found = snapshot.relationships("BENEFICIAL_OWNER_CANDIDATE").filter(pl.col("to_id") == company_id)
    rows = found.select("share", label="from_label", id="from_id")
    return access.named(rows.sort("share", "id", descending=[True, False]).collect())


def _both_ways(access: Access, name: str, company_id: str, levels: int) -> pl.DataFrame:
    snapshot, _ = _seen(access, company_id)
    ties = pl.concat([_tree(snapshot, name, ("Company", company_id), up=up, levels=levels) for up in (True, False)])
    ties = ties.unique(maintain_order=True)
    for end in ("from", "to"):
        named = access.named(ties.rename({f"{end}_label": "label", f"{end}_id": "id"}))
        ties = named.rename({"label": f"{end}_label", "id": f"{end}_id", "name": f"{end}_name"})
    return ties


def _seen(access: Access, company_id: str) -> tuple[Snapshot, date]:
    """The snapshot and the day of the findings, for a company that the user sees."""
    access.seen(("Company", company_id))
    return access.snapshot, date.fromisoformat(access.findings.manifest["as_of"])


def _tree(snapshot: Snapshot, name: str, party: Key, *, up: bool, levels: int) -> pl.DataFrame:
    """Level by level; a party is passed once, so a ring ends where it began."""
    ties = snapshot.relationships(name)
    ties = ties.select(*_LINK) if name == "OWNS" else ties.select(*list(_LINK)[:4], share=pl.lit(None, pl.Float64))
    near, far = ("to", "from") if up else ("from", "to")
    passed, at = {party}, [party]
    found: list[pl.DataFrame] = []
    for _ in range(levels):
        here = pl.DataFrame(at, schema=[f"{near}_label", f"{near}_id"], orient="row").lazy()
        level = ties.join(here, on=[f"{near}_label", f"{near}_id"], how="semi").sort(*list(_LINK)[:4]).collect()
        found.append(level)
        ends = list(dict.fromkeys(level.select(f"{far}_label", f"{far}_id").iter_rows()))
        at = [(str(label), str(key)) for label, key in ends if (label, key) not in passed]
        passed |= set(at)
        if not at or len(passed) > MOST:
            break
    return pl.concat([pl.DataFrame(schema=_LINK), *found]).head(MOST)


def gaps(access: Access, company_id: str) -> pl.DataFrame:
    """Corporate products that the company does not hold: `product_id`, `product`, `category`, `annual_value`."""
    snapshot, as_of = _seen(access, company_id)
    open_now = pl.col("closed_on").is_null() | (pl.col("closed_on") > as_of)
    held = snapshot.relationships("HOLDS").filter(
        pl.col("from_id") == company_id, pl.col("from_label") == "Company", open_now
    )
    offered = snapshot.nodes("Product").filter(pl.col("line") == "corporate")
    lacking = offered.join(held.select(product_id="to_id"), on="product_id", how="anti")
    return lacking.select("product_id", "category", "annual_value", product="name").sort(
        "annual_value", "product_id", descending=[True, False], nulls_last=True
    ).collect()  # fmt: skip


def staff_gaps(access: Access, company_id: str) -> pl.DataFrame:
    """Retail `product` by how many of the staff who are `customers` hold it (`holders`) or not (`lacking`)."""
    snapshot, as_of = _seen(access, company_id)
    people = access.index.persons()
    staff = snapshot.nodes("Employee").filter(
        pl.col("company_id") == company_id, pl.col("left_on").is_null() | (pl.col("left_on") > as_of)
    )
    entities = people.filter(pl.col("label") == "Employee").join(staff.select(id="employee_id"), on="id", how="semi")
    customers = people.filter(pl.col("label") == "Customer").join(entities, on="entity", how="semi").collect()
    open_now = pl.col("closed_on").is_null() | (pl.col("closed_on") > as_of)
    held = snapshot.relationships("HOLDS").filter(pl.col("from_id").is_in(customers["id"].implode()), open_now)
    persons = held.join(customers.lazy().select("entity", from_id="id"), on="from_id")
    counts = persons.group_by(product_id="to_id").agg(holders=pl.col("entity").n_unique())
    products = snapshot.nodes("Product").filter(pl.col("line") == "retail")
    rows = products.select("product_id", "category", "annual_value", product="name").join(
        counts, on="product_id", how="left"
    )
    number = customers["entity"].n_unique()
    filled = rows.with_columns(customers=pl.lit(number), holders=pl.col("holders").fill_null(0))
    lacking = filled.with_columns(lacking=pl.col("customers") - pl.col("holders"))
    return lacking.sort("lacking", "product_id", descending=[True, False]).collect()
