"""Features of staff who do not bank here yet: their colleagues, their company, their pay, their family."""

from datetime import date, timedelta
from typing import Final

import narwhals as nw
import polars as pl

from graph.features import peers
from graph.features.bank import Bank, days_since, kept
from graph.people import Frame

FEATURES: Final = (
    "colleagues", "colleagues_banking", "banking_share", "banking_lift", "arrived_quarter", "arrived_half",
    "arrived_year", "arrived_share", "title_share", "colleague_value", "payroll_here", "paid_here", "client_days",
    "size", "industry", "registered_capital", "wage", "wage_ratio", "tenure", "age", "relatives", "relatives_banking",
)  # fmt: skip
CATEGORICAL: Final = ("industry",)
SIZES: Final = ("micro", "small", "medium", "large")
WEIGHT: Final = 4.0
SPANS: Final = {"arrived_quarter": 91, "arrived_half": 182, "arrived_year": 365}


def subjects(bank: Bank) -> Frame:
    """Staff of clients who are no customers under any record: one row per staff record."""
    clients = bank.companies.filter(~nw.col("client_since").is_null()).select(nw.col("entity").alias("company"))
    return bank.staff.join(clients, on="company", how="semi").join(bank.banking(), on="entity", how="anti")


def features(rows: Frame, bank: Bank, day: date) -> pl.DataFrame:
    """`rows` of `bank.staff` with `FEATURES`, sorted by party; spans in days, money in yuan."""
    banking = kept(bank.banking())
    joined = rows.join(_companies(bank, day, banking), on="company", how="left")
    joined = joined.join(_titles(bank, banking), on=["company", "title"], how="left")
    near = peers.family_pairs(bank).join(rows.select("entity").unique(), on="entity", how="semi")
    there = near.join(banking.rename({"entity": "other"}), on="other", how="semi")
    for name, pairs in (("relatives", near), ("relatives_banking", there)):
        joined = joined.join(peers.neighbours(pairs, name), on="entity", how="left")
    counts = (
        "colleagues_banking",
        *SPANS,
        "relatives",
        "relatives_banking",
        "titled",
        "titled_banking",
    )
    joined = joined.with_columns(nw.col(*counts).fill_null(0)).with_columns(nw.col("colleagues") - 1)
    return joined.with_columns(*_derived(day)).collect().to_native().sort("party")


def _derived(day: date) -> list[nw.Expr]:
    share = (nw.col("colleagues_banking") + WEIGHT * nw.col("base")) / (nw.col("colleagues") + WEIGHT)
    titled = (nw.col("titled_banking") + WEIGHT * share) / ((nw.col("titled") - 1).clip(0) + WEIGHT)
    born = nw.col("id_number").str.slice(6, 4)
    whole = nw.col("id_number").str.contains(r"^\d{6}(19|20)\d{9}[\dXx]$").fill_null(value=False)
    return [
        share.alias("banking_share"),
        (share / nw.col("base")).log().alias("banking_lift"),
        ((nw.col("arrived_half") + 0.5) / (nw.col("colleagues") - nw.col("colleagues_banking") + 5.0)).alias(
            "arrived_share"
        ),
        titled.alias("title_share"),
        nw.col("monthly_salary").alias("wage"),
        (nw.col("monthly_salary") / nw.col("company_wage")).alias("wage_ratio"),
        days_since("hired_on", day).alias("tenure"),
        (day.year - nw.when(whole).then(born).otherwise(None).cast(nw.Int32)).alias("age"),
    ]


def _companies(bank: Bank, day: date, banking: Frame) -> Frame:
    """What is known of each company and its staff."""
    belonging = kept(peers.members(bank))
    total = int(belonging.select(nw.len()).collect().item())
    here = belonging.join(banking, on="entity", how="semi")
    base = (int(here.select(nw.len()).collect().item()) + 1.0) / (total + 2.0)
    wages = bank.staff.group_by("company").agg(nw.col("monthly_salary").median().alias("company_wage"))
    table = (
        bank.companies.rename({"entity": "company"})
        .join(peers.hub_sizes(belonging, "colleagues"), on="company", how="left")
        .join(peers.hub_sizes(here, "colleagues_banking"), on="company", how="left")
        .join(_arrivals(bank, day), on="company", how="left")
        .join(customer_values(bank, belonging), on="company", how="left")
        .join(_payroll(bank, day), on="company", how="left")
        .join(wages, on="company", how="left")
    )  # fmt: skip
    return table.with_columns(
        nw.lit(base).alias("base"),
        nw.col("size").replace_strict(list(SIZES), list(range(4)), default=None, return_dtype=nw.Int8),
        nw.col("payroll_here").fill_null(0),
        nw.col("paid_here").fill_null(0),
        days_since("client_since", day).alias("client_days"),
    ).drop("name", "city", "client_since")


def _titles(bank: Bank, banking: Frame) -> Frame:
    """(company, title, titled, titled_banking): colleagues in the same position."""
    titled = bank.staff.filter(~nw.col("title").is_null()).select("company", "title", "entity").unique()
    here = (
        titled.join(banking, on="entity", how="semi")
        .group_by("company", "title")
        .agg(nw.len().cast(nw.Int32).alias("titled_banking"))
    )
    sizes = titled.group_by("company", "title").agg(nw.len().cast(nw.Int32).alias("titled"))
    return sizes.join(here, on=["company", "title"], how="left")


def _arrivals(bank: Bank, day: date) -> Frame:
    """How many of each company's staff became customers within each span before `day`."""
    arrived = (
        bank.customers.filter(nw.col("came_on") > day - timedelta(days=365))
        .group_by("entity")
        .agg(nw.col("came_on").min())
    )
    joined = peers.members(bank).join(arrived, on="entity", how="inner")
    return joined.group_by("company").agg(*(
        (nw.col("came_on") > day - timedelta(days=days)).sum().cast(nw.Int32).alias(name)
        for name, days in SPANS.items()
    ))  # fmt: skip


def customer_values(bank: Bank, belonging: Frame) -> Frame:
    """(company, colleague_value): yearly margin in yuan of its staff who bank here, each, drawn to the bank's mean."""
    fen = (nw.col("annual_value").fill_null(0.0) * 100).round().cast(nw.Int64)
    values = bank.products.filter(nw.col("line") == "retail").select("product", fen.alias("fen"))
    each = bank.held().join(bank.banking(), on="entity", how="semi").join(values, on="product", how="inner")
    people = kept(each.group_by("entity").agg(nw.col("fen").sum()))
    totals = people.select(nw.col("fen").sum().alias("fen"), nw.len().alias("people")).collect().to_native()
    mean = (totals["fen"][0] or 0) / max(1, totals["people"][0])
    sums = (
        belonging.join(people, on="entity", how="left")
        .group_by("company")
        .agg(nw.col("fen").fill_null(0).sum(), (~nw.col("fen").is_null()).sum().alias("people"))
    )
    value = (nw.col("fen") + WEIGHT * mean) / (nw.col("people") + WEIGHT) / 100
    return sums.select("company", value.round(2).alias("colleague_value"))


def _payroll(bank: Bank, day: date) -> Frame:
    """Whether the company holds a payroll product, and to how many customers it has paid something within a year."""
    payroll = bank.products.filter(nw.col("category") == "payroll").select("product")
    holders = bank.held().join(payroll, on="product", how="semi").select(nw.col("entity").alias("company")).unique()
    lately = bank.payments.filter(nw.col("paid_on") > day - timedelta(days=365)).select("payer", "payee").unique()
    paid = lately.join(bank.banking().rename({"entity": "payee"}), on="payee", how="semi")
    counts = paid.group_by("payer").agg(nw.len().cast(nw.Int32).alias("paid_here")).rename({"payer": "company"})
    marked = holders.with_columns(nw.lit(1).alias("payroll_here"))
    return (
        bank.companies.select(nw.col("entity").alias("company"))
        .join(marked, on="company", how="left")
        .join(counts, on="company", how="left")
    )
