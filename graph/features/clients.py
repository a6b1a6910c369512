"""Features of client companies: what they are, their staff and its pay, their money flows, what they hold."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import narwhals as nw

from graph.features import companies, peers
from graph.features.bank import Bank, days_since, kept
from graph.features.pairs import CATEGORIES
from graph.features.staff import SIZES
from graph.people import Frame

HELD: Final = tuple(f"holds_{category}" for category in CATEGORIES)
FEATURES: Final = (
    "size", "industry", "registered_capital", "client_days", "staff", "staff_banking", "staff_share", "staff_lift",
    "staff_wage", "paid_here", "paid_elsewhere", "paid_elsewhere_share", "inflow", "inflow_growth", "inflow_change",
    "outflow", "outflow_growth", "outflow_change", "held_number", "since_opening", "opened_year", *HELD,
)  # fmt: skip
CATEGORICAL: Final = ("industry",)
WEIGHT: Final = 4.0
YEAR: Final = 365
QUARTER: Final = 91
LEAST_PAYMENTS: Final = 3
"""From so many payments within a year on, somebody is paid regularly."""


def corporate(bank: Bank) -> Bank:
    """The bank's corporate side: its customers are the client companies, its holdings those of corporate products."""
    products = bank.products.filter(nw.col("line") == "corporate").select("product")
    clients = bank.companies.filter(~nw.col("client_since").is_null())
    held = bank.holdings.join(products, on="product", how="semi").join(clients, on="entity", how="semi")
    return replace(bank, customers=clients, holdings=kept(held))


def features(bank: Bank, day: date, side: Bank) -> Frame:
    """(entity, `FEATURES`, …) of every client, where `side` is `corporate(bank)`; spans in days, money in yuan."""
    tables = (
        _staff(bank), _pay(bank, day), _flow(bank, day, "payee", "inflow"), _flow(bank, day, "payer", "outflow"),
        _held(side), _activity(side, day),
    )  # fmt: skip
    joined = side.customers.select(
        "entity", "industry", "registered_capital", days_since("client_since", day).alias("client_days"),
        nw.col("size").replace_strict(list(SIZES), list(range(len(SIZES))), default=None, return_dtype=nw.Int8),
    )  # fmt: skip
    for table in tables:
        joined = joined.join(table, on="entity", how="left")
    counts = ("staff", "staff_banking", "paid_here", "paid_elsewhere", "held_number", "opened_year", *HELD)
    joined = joined.with_columns(nw.col(*counts).fill_null(0))
    base = _ratio(joined, "staff_banking", "staff")
    share = (nw.col("staff_banking") + WEIGHT * base) / (nw.col("staff") + WEIGHT)
    elsewhere = (nw.col("paid_elsewhere") / (nw.col("staff_banking") + 1.0)).alias("paid_elsewhere_share")
    return joined.with_columns(share.alias("staff_share"), (share / base).log().alias("staff_lift"), elsewhere)


def listed(bank: Bank, least: int) -> Frame:
    """The clients with at least so many records on their staff list: `entity`."""
    sizes = bank.staff.group_by("company").agg(nw.len().alias("records")).filter(nw.col("records") >= least)
    return companies.clients(bank).join(sizes.rename({"company": "entity"}), on="entity", how="semi")


def _ratio(frame: Frame, part: str, whole: str) -> float:
    sums = frame.select(nw.col(part, whole).sum()).collect()
    return (float(sums.item(0, part) or 0) + 1.0) / (float(sums.item(0, whole) or 0) + 2.0)


def _staff(bank: Bank) -> Frame:
    """How many are on the staff, how many of them bank here, and the middle wage in yuan."""
    belonging = kept(peers.members(bank))
    here = belonging.join(bank.banking(), on="entity", how="semi")
    wages = bank.staff.group_by("company").agg(nw.col("monthly_salary").median().alias("staff_wage"))
    sizes = peers.hub_sizes(belonging, "staff").join(peers.hub_sizes(here, "staff_banking"), on="company", how="left")
    return sizes.join(wages, on="company", how="left").rename({"company": "entity"})


def _pay(bank: Bank, day: date) -> Frame:
    """(entity, paid_here, paid_elsewhere): staff whom it, or another organisation, paid regularly within a year."""
    belonging = kept(peers.members(bank))
    people = nw.concat([bank.banking(), belonging.select("entity")]).unique().rename({"entity": "payer"})
    lately = bank.payments.filter(nw.col("paid_on") > day - timedelta(days=YEAR))
    to_staff = lately.join(belonging.rename({"entity": "payee"}), on="payee", how="semi")
    streams = to_staff.join(people, on="payer", how="anti").group_by("payer", "payee").agg(nw.col("count").sum())
    regular = streams.filter(nw.col("count") >= LEAST_PAYMENTS).rename({"payee": "entity"})
    joined = belonging.join(regular, on="entity", how="inner")
    paid = (
        joined.with_columns((nw.col("payer") == nw.col("company")).alias("own"))
        .group_by("company", "entity")
        .agg(nw.col("own").any().alias("here"), (~nw.col("own")).any().alias("elsewhere"))
    )
    counts = [nw.col(name).sum().cast(nw.Int32).alias(f"paid_{name}") for name in ("here", "elsewhere")]
    return paid.group_by("company").agg(*counts).rename({"company": "entity"})


def _flow(bank: Bank, day: date, end: str, name: str) -> Frame:
    """Money received (`end` payee) or paid within a year; its last quarter, and the year before, against it."""
    start, quarter, before = (day - timedelta(days=days) for days in (YEAR, QUARTER, 2 * YEAR))
    firms = bank.companies.select(nw.col("entity").alias(end))
    rows = bank.payments.filter(nw.col("paid_on") > before).join(firms, on=end, how="semi")
    lately = nw.col("paid_on") > start
    sums = rows.group_by(end).agg(
        nw.col("fen").filter(lately).sum().alias("year"),
        nw.col("fen").filter(nw.col("paid_on") > quarter).sum().alias("quarter"),
        nw.col("fen").filter(~lately).sum().alias("before"),
    )
    ratio = [((nw.col(a) * times + 100.0) / (nw.col(b) + 100.0)).log() for a, times, b in
             (("quarter", 4, "year"), ("year", 1, "before"))]  # fmt: skip
    return sums.select(
        nw.col(end).alias("entity"), (nw.col("year") / 100).alias(name), ratio[0].alias(f"{name}_growth"),
        nw.when(nw.col("before") > 0).then(ratio[1]).otherwise(None).alias(f"{name}_change"),
    )  # fmt: skip


def _held(side: Bank) -> Frame:
    """How many corporate products it holds, in all and by category."""
    held = side.held().join(side.products.select("product", "category"), on="product", how="left")
    each = [(nw.col("category") == category).sum().cast(nw.Int32).alias(f"holds_{category}") for category in CATEGORIES]
    return held.group_by("entity").agg(nw.len().cast(nw.Int32).alias("held_number"), *each)


def _activity(side: Bank, day: date) -> Frame:
    age = days_since("opened_on", day)
    return side.holdings.group_by("entity").agg(
        age.min().alias("since_opening"), (age < YEAR).sum().cast(nw.Int32).alias("opened_year")
    )
