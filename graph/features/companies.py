"""Features of organisations that are no clients yet: how they stand to clients, and what they are."""

from datetime import date, timedelta
from typing import Final

import narwhals as nw
import polars as pl

from graph.features import peers
from graph.features.bank import Bank, days_since, kept
from graph.features.proximity import closeness
from graph.features.staff import SIZES
from graph.people import Frame

FEATURES: Final = (
    "closeness", "clients_paid", "clients_paying", "paid_to", "paid_by", "months", "since_payment", "parties",
    "client_share", "owners", "owners_share", "suppliers", "suppliers_share", "staff", "staff_banking", "staff_share",
    "size", "industry", "industry_share", "city_share", "registered_capital",
)  # fmt: skip
CATEGORICAL: Final = ("industry",)
WEIGHT: Final = 5.0
DAYS: Final = 365


def clients(bank: Bank) -> Frame:
    """The organisations that are clients: `entity`."""
    return bank.companies.filter(~nw.col("client_since").is_null()).select("entity")


def subjects(bank: Bank) -> Frame:
    """Companies that are no clients, and organisations known from payments only: `entity`."""
    outside = bank.outside.join(bank.companies.select("entity"), on="entity", how="anti")
    return nw.concat([bank.companies.filter(nw.col("client_since").is_null()).select("entity"), outside])


def features(rows: Frame, bank: Bank, day: date) -> pl.DataFrame:
    """`rows` (entity, …) with `FEATURES`, `partners`, `*_via`, sorted by entity; spans in days, money in yuan."""
    known = kept(clients(bank))
    tables = (
        closeness(bank, day, known), _payments(bank, day, known), _owners(bank, known), _suppliers(bank, known),
        _staff(bank), profile(bank),
    )  # fmt: skip
    joined = rows
    for table in tables:
        joined = joined.join(table, on="entity", how="left")
    counts = ("clients_paid", "clients_paying", "partners", "parties", "owners", "suppliers", "staff", "staff_banking")
    joined = joined.with_columns(nw.col(*counts).fill_null(0), nw.col("closeness").fill_null(-20.0))
    return (
        joined.with_columns(
            ((nw.col("staff_banking") + 1.0) / (nw.col("staff") + 4.0)).alias("staff_share"),
            (nw.col("partners") / (nw.col("parties") + 1.0)).alias("client_share"),
        )
        .collect().to_native().sort("entity")
    )  # fmt: skip


def _payments(bank: Bank, day: date, known: Frame) -> Frame:
    """Payments with clients within a year, and with how many parties at all."""
    lately = kept(bank.payments.filter(nw.col("paid_on") > day - timedelta(days=DAYS)))
    flows = [
        lately.select(
            nw.col(own).alias("entity"), nw.col(other).alias("other"), "paid_on", "fen", nw.lit(own).alias("side")
        )
        for own, other in (("payer", "payee"), ("payee", "payer"))
    ]
    both = nw.concat(flows)
    parties = both.group_by("entity").agg(nw.col("other").n_unique().alias("parties"))
    paid = nw.col("side") == "payer"
    with_clients = both.join(known.rename({"entity": "other"}), on="other", how="semi")
    return with_clients.group_by("entity").agg(
        nw.col("other").n_unique().alias("partners"),
        nw.col("other").min().alias("partners_via"),
        nw.col("other").filter(paid).n_unique().alias("clients_paid"),
        nw.col("other").filter(~paid).n_unique().alias("clients_paying"),
        (nw.col("fen").filter(paid).sum() / 100).alias("paid_to"),
        (nw.col("fen").filter(~paid).sum() / 100).alias("paid_by"),
        (nw.col("paid_on").dt.year() * 12 + nw.col("paid_on").dt.month()).n_unique().alias("months"),
        days_since("paid_on", day).min().alias("since_payment"),
    ).join(parties, on="entity", how="left")  # fmt: skip


def _owners(bank: Bank, known: Frame) -> Frame:
    """(entity, owners, owners_via): clients with an owner or officer in common, or that own it or are owned by it."""
    shared = (
        bank.ties.filter(nw.col("type").is_in(["OWNS", "OFFICER_OF"]))
        .select(nw.col("from").alias("holder"), nw.col("to").alias("entity"))
        .unique()
    )
    few = shared.group_by("holder").agg(nw.len().alias("degree")).filter(nw.col("degree") <= peers.MOST_PARTNERS)
    shared = shared.join(few.select("holder"), on="holder", how="semi")
    through = shared.join(shared.rename({"entity": "other"}), on="holder", how="inner").select("entity", "other")
    direct = peers.both_ways(bank.ties.filter(nw.col("type") == "OWNS"), "from", "to")
    return _counted(nw.concat([through, direct]), known, "owners")


def _suppliers(bank: Bank, known: Frame) -> Frame:
    """(entity, suppliers, suppliers_via): clients that it supplies or is supplied by."""
    return _counted(peers.both_ways(bank.ties.filter(nw.col("type") == "SUPPLIES"), "from", "to"), known, "suppliers")


def _counted(pairs: Frame, known: Frame, name: str) -> Frame:
    """How many different clients stand beside each organisation, and their share of all that do."""
    beside = kept(pairs.filter(nw.col("entity") != nw.col("other")).unique())
    every = beside.group_by("entity").agg(nw.len().alias("number"))
    of_clients = beside.join(known.rename({"entity": "other"}), on="other", how="semi")
    counts = of_clients.group_by("entity").agg(nw.len().alias(name), nw.col("other").min().alias(f"{name}_via"))
    share = ((nw.col(name).fill_null(0) + 1.0) / (nw.col("number") + 2.0)).alias(f"{name}_share")
    return every.join(counts, on="entity", how="left").with_columns(share).drop("number")


def _staff(bank: Bank) -> Frame:
    belonging = kept(peers.members(bank))
    here = belonging.join(bank.banking(), on="entity", how="semi")
    sizes = peers.hub_sizes(belonging, "staff").join(peers.hub_sizes(here, "staff_banking"), on="company", how="left")
    return sizes.rename({"company": "entity"})


def profile(bank: Bank) -> Frame:
    """What the company is, and how many of its like are clients (oneself is none)."""
    is_client = (~nw.col("client_since").is_null()).cast(nw.Float64).alias("client")
    table = kept(bank.companies.with_columns(is_client))
    base = float(table.select(nw.col("client").mean()).collect().item() or 0.0)
    for name in ("industry", "city"):
        like = table.group_by(name).agg(nw.col("client").sum().alias("sum"), nw.len().alias("number"))
        share = (nw.col("sum") + WEIGHT * base) / (nw.col("number") - 1 + WEIGHT)
        table = table.join(like.select(name, share.alias(f"{name}_share")), on=name, how="left")
    size = nw.col("size").replace_strict(list(SIZES), list(range(len(SIZES))), default=None, return_dtype=nw.Int8)
    return table.select("entity", size, "industry", "industry_share", "city_share", "registered_capital")
