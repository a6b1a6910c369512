"""What is known of one party, as tables: contracts, relatives, employers, money, offices, contacts.

Each reads the rows of that party only; an absent table gives no rows.
"""

from typing import Final

import polars as pl

from graph.access.access import Access
from graph.access.network import Key
from graph.snapshot import Snapshot

PARTNERS: Final = 10
"""Partners of each direction of money that are named; the others are added up."""


def holdings(access: Access, party: Key) -> pl.DataFrame:
    """`product_id`, `product`, `category`, `opened_on`, `closed_on`, `balance` by contract, newest first."""
    held = _from(access.snapshot, "HOLDS", access.seen(party))
    products = access.snapshot.nodes("Product").select("product_id", "category", product="name")
    rows = held.join(products, left_on="to_id", right_on="product_id", how="left")
    columns = ("product", "category", "opened_on", "closed_on", "balance")
    return rows.select(pl.col("to_id").alias("product_id"), *columns).sort(
        "opened_on", "product_id", descending=[True, False], nulls_last=True
    ).collect()  # fmt: skip


def relatives(access: Access, party: Key) -> pl.DataFrame:
    """`label`, `id`, `name`, `kind`, `outgoing` (the kind says what this party is to the other), `since`.

    Relatives in branches that the user does not see are left out.
    """
    snapshot = access.snapshot
    access.seen(party)
    out = _from(snapshot, "RELATED_TO", party).select(
        "kind", "since", label="to_label", id="to_id", outgoing=pl.lit(value=True)
    )
    into = _to(snapshot, "RELATED_TO", party).select(
        "kind", "since", label="from_label", id="from_id", outgoing=pl.lit(value=False)
    )
    return access.named(pl.concat([out, into]).sort("kind", "label", "id").collect())


def employments(access: Access, customer_id: str) -> pl.DataFrame:
    """`employee_id`, `company_id`, `company`, `title`, `hired_on`, `left_on`, `probability` of a customer's jobs.

    Beside them `colleagues`, the company's staff records, and `here`, those of them that are a customer's. Jobs at
    companies in branches that the user does not see are left out.
    """
    snapshot = access.snapshot
    links = _to(snapshot, "IS_CUSTOMER", access.seen(("Customer", customer_id))).select(
        "probability", employee_id="from_id"
    )
    staff = snapshot.nodes("Employee").select("employee_id", "company_id", "title", "hired_on", "left_on")
    companies = snapshot.nodes("Company").select("company_id", company="name")
    rows = links.join(staff, on="employee_id").join(companies, on="company_id", how="left")
    found = rows.sort("hired_on", "employee_id", descending=[True, False], nulls_last=True).collect()
    seen = [key for _, key in access.visible(("Company", key) for key in found["company_id"])]
    jobs = found.filter(pl.col("company_id").is_in(seen))
    counts = [_colleagues(snapshot, company_id) for company_id in jobs["company_id"]]
    numbers = {"colleagues": [staff for staff, _ in counts], "here": [here for _, here in counts]}
    return jobs.with_columns(pl.Series(name, values, dtype=pl.Int64) for name, values in numbers.items())


def _colleagues(snapshot: Snapshot, company_id: str) -> tuple[int, int]:
    staff = _to(snapshot, "WORKS_AT", ("Company", company_id)).select(employee_id="from_id")
    linked = snapshot.relationships("IS_CUSTOMER").select(employee_id="from_id").unique()
    here = staff.join(linked, on="employee_id", how="semi")
    numbers = [int(frame.select(pl.len()).collect().item()) for frame in (staff, here)]
    return numbers[0], numbers[1]


def flows(access: Access, party: Key) -> pl.DataFrame:
    """Whom a party pays and who pays it.

    `outgoing`, `label`, `id`, `name`, `amount`, `count`, `first_on`, `last_on`, `purpose`: the largest `PARTNERS` of
    each direction, then one row without `id` for all the others and those in branches that the user does not see.
    """
    access.seen(party)
    columns = ("amount", "count", "first_on", "last_on", "purpose")
    out = access.index.paid("from", *party).select(
        pl.lit(value=True).alias("outgoing"), pl.col("to_label").alias("label"), pl.col("to_id").alias("id"), *columns
    )
    into = access.index.paid("to", *party).select(
        pl.lit(value=False).alias("outgoing"), pl.col("from_label").alias("label"), pl.col("from_id").alias("id"),
        *columns,
    )  # fmt: skip
    found = pl.concat([out, into]).collect().sort("outgoing", "amount", "id", descending=[False, True, False])
    visible = access.named(found.select("label", "id").unique())
    rows = found.join(visible, on=["label", "id"], how="left", maintain_order="left")
    rows = rows.sort("outgoing", pl.col("name").is_null(), maintain_order=True)
    place = pl.int_range(pl.len()).over("outgoing")
    shown = (place < PARTNERS) & pl.col("name").is_not_null()
    named, rest = rows.filter(shown), rows.filter(~shown)
    others = rest.group_by("outgoing").agg(
        pl.col("amount").sum(), pl.col("count").sum(), pl.col("first_on").min(), pl.col("last_on").max()
    )
    return pl.concat([named, others], how="diagonal").sort("outgoing", maintain_order=True)


def months(access: Access, party: Key) -> pl.DataFrame:
    """`month` (a date), `money_in`, `money_out` in yuan."""
    access.seen(party)
    into = access.index.paid("to", *party).select("months", "amounts", way=pl.lit("money_in"))
    out = access.index.paid("from", *party).select("months", "amounts", way=pl.lit("money_out"))
    long = pl.concat([into, out]).explode("months", "amounts").drop_nulls("months")
    fen = (pl.col("amounts") * 100).round().cast(pl.Int64)
    sums = [
        (pl.when(pl.col("way") == way).then(fen).otherwise(0).sum() / 100).alias(way)
        for way in ("money_in", "money_out")
    ]
    month = pl.date(pl.col("months") // 100, pl.col("months") % 100, 1).alias("month")
    return long.group_by(month).agg(*sums).sort("month").collect()


def contacts(access: Access, customer_id: str) -> pl.DataFrame:
    """`contacted_on`, `campaign`, `arm`, `channel`, `outcome`, `outcome_on`, newest first."""
    campaigns = access.snapshot.nodes("Campaign").select("campaign_id", campaign="name")
    rows = _from(access.snapshot, "CONTACTED", access.seen(("Customer", customer_id))).join(
        campaigns, left_on="to_id", right_on="campaign_id", how="left"
    )
    chosen = rows.select("contacted_on", "campaign", "arm", "channel", "outcome", "outcome_on")
    return chosen.sort("contacted_on", "campaign", descending=[True, False]).collect()


def _from(snapshot: Snapshot, name: str, party: Key) -> pl.LazyFrame:
    label, key = party
    return snapshot.relationships(name).filter(pl.col("from_id") == key, pl.col("from_label") == label)


def _to(snapshot: Snapshot, name: str, party: Key) -> pl.LazyFrame:
    label, key = party
    return snapshot.relationships(name).filter(pl.col("to_id") == key, pl.col("to_label") == label)
