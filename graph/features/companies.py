"""Features of organisations that are no clients yet: how they stand to clients, and what they are."""

from datetime import date, timedelta
from typing import Final

import narwhals as nw
import polars as pl

from graph.features import peers
from graph.features.bank import Bank, kept
from graph.features.proximity import closeness
from graph.features.staff import SIZES
from graph.people import Frame

FEATURES: Final = (
    "near", "near_share", "closeness", "related", "customers_here", "paid_to", "paid_by", "size", "registered_capital",
    "industry_share", "industry_rate",
)  # fmt: skip
CATEGORICAL: Final[tuple[str, ...]] = ()
"""The industry is no feature of its own: its share of clients and its rate of new ones say it with far fewer cases."""
RISING: Final = (
    "near", "near_share", "closeness", "related", "customers_here", "paid_to", "paid_by", "industry_share",
    "industry_rate",
)  # fmt: skip
"""More of these is never a reason to come less."""
WEIGHT: Final = 5.0
DAYS: Final = 182
"""Payments are looked at as far back as this: short, because sources hold few years of them."""
LIKE_DAYS: Final = 730


def clients(bank: Bank) -> Frame:
    """The organisations that are clients: `entity`."""
    return bank.companies.filter(~nw.col("client_since").is_null()).select("entity")


def subjects(bank: Bank) -> Frame:
    """Companies that are no clients, and organisations known from payments only: `entity`."""
    outside = bank.outside.join(bank.companies.select("entity"), on="entity", how="anti")
    return nw.concat([bank.companies.filter(nw.col("client_since").is_null()).select("entity"), outside])


def spells(bank: Bank) -> pl.DataFrame:
    """By company of the source: it could always become a client; and when it did, if so."""
    return bank.companies.select(
        nw.lit(None).cast(nw.Date).alias("start"), nw.col("client_since").alias("end")
    ).collect().to_native()  # fmt: skip


def features(rows: Frame, bank: Bank, day: date) -> pl.DataFrame:
    """`rows` (entity, …) with `FEATURES`, `partners`, `*_via`, sorted by entity; spans in days, money in yuan."""
    known = kept(clients(bank))
    sides = _sides(bank, day)
    tables = (
        _closeness(bank, day, known), _payments(sides, known), _near(bank, sides, known), _owners(bank, known),
        _suppliers(bank, known), _staff(bank), _customers_here(bank, sides), profile(bank, day),
    )  # fmt: skip
    joined = rows
    for table in tables:
        joined = joined.join(table, on="entity", how="left")
    counts = ("owners", "related", "suppliers", "staff_banking", "partners")
    seen, paid = nw.lit(value=covers(bank, day, DAYS)), ("paid_to", "paid_by")
    told, beside = seen | nw.lit(value=bank.first_payment is None), ("near", "near_share", "customers_here")
    base, rate = _usual(_like(bank, day))
    return (
        joined.with_columns(
            nw.col(*counts).fill_null(0),
            nw.col("industry_share").fill_null(base), nw.col("industry_rate").fill_null(rate),
            *(nw.when(seen).then(nw.col(name).fill_null(0)).otherwise(None).alias(name) for name in paid),
            # other ties tell, too, but days on which payments are not known yet would tell of fewer
            *(nw.when(told).then(nw.col(name).fill_null(0)).otherwise(None).alias(name) for name in beside),
        )
        .collect().to_native().sort("entity")
        .with_columns((pl.col("closeness").fill_null(-20.0).rank("average") / pl.len().clip(1)).round(9))
    )  # fmt: skip


def covers(bank: Bank, day: date, days: int) -> bool:
    """Whether the payments of the source reach back over all of the `days` before `day`."""
    first = bank.first_payment
    return first is not None and first <= day - timedelta(days=days - 7)


def _sides(bank: Bank, day: date) -> Frame:
    """Payments of `DAYS` seen from both ends: entity, other, side, fen."""
    lately = bank.payments.filter(nw.col("paid_on") > day - timedelta(days=DAYS))
    flows = [
        lately.select(
            nw.col(own).alias("entity"), nw.col(other).alias("other"), "fen", nw.lit(own).alias("side")
        )
        for own, other in (("payer", "payee"), ("payee", "payer"))
    ]  # fmt: skip
    organisations = nw.concat([bank.companies.select("entity"), bank.outside]).unique()
    return kept(nw.concat(flows).join(organisations, on="entity", how="semi"))


def _closeness(bank: Bank, day: date, known: Frame) -> Frame:
    return closeness(bank, day, known, DAYS)


def _payments(sides: Frame, known: Frame) -> Frame:
    """What passed between each organisation and clients."""
    paid = nw.col("side") == "payer"
    with_clients = sides.join(known.rename({"entity": "other"}), on="other", how="semi")
    return with_clients.group_by("entity").agg(
        nw.col("other").n_unique().alias("partners"),
        nw.col("other").min().alias("partners_via"),
        (nw.col("fen").filter(paid).sum() / 100).alias("paid_to"),
        (nw.col("fen").filter(~paid).sum() / 100).alias("paid_by"),
    )


def _customers_here(bank: Bank, sides: Frame) -> Frame:
    """(entity, customers_here): log of one more than the customers who work there.

    Its staff list says so, or they do themselves, or it pays them as an employer elsewhere does.
    """
    people = bank.banking().rename({"entity": "other"})
    listed = peers.members(bank).select(nw.col("company").alias("entity"), nw.col("entity").alias("other"))
    paid = sides.filter(nw.col("side") == "payer").select("entity", "other")
    there = nw.concat([nw.concat([listed, paid]).join(people, on="other", how="semi"), _declared(bank)]).unique()
    count = (nw.len().cast(nw.Float64) + 1.0).log().alias("customers_here")
    return there.group_by("entity").agg(count)


def _declared(bank: Bank) -> Frame:
    """(entity, other): organisations and the customers who name them as employer; one of a name alone is meant."""
    outside = bank.counterparties.filter(nw.col("kind") == "company").select("entity", "name")
    names = nw.concat([bank.companies.select("entity", "name"), outside]).unique().group_by("name")
    known = names.agg(nw.col("entity").min(), nw.len().alias("bearers")).filter(nw.col("bearers") == 1)
    people = bank.customers.select(nw.col("entity").alias("other"), nw.col("employer_name").alias("name"))
    return people.join(known, on="name", how="inner").select("entity", "other")


def _near(bank: Bank, sides: Frame, known: Frame) -> Frame:
    """(entity, near, near_share): clients beside it by payments, supply or ownership, each counted once."""
    ties = peers.both_ways(bank.ties.filter(nw.col("type").is_in(["OWNS", "SUPPLIES"])), "from", "to")
    organisations = nw.concat([bank.companies.select("entity"), bank.outside]).unique()
    beside = nw.concat([sides.select("entity", "other"), ties]).unique()
    beside = kept(beside.join(organisations.rename({"entity": "other"}), on="other", how="semi"))
    number = beside.group_by("entity").agg(nw.len().cast(nw.Int32).alias("number"))
    there = beside.join(known.rename({"entity": "other"}), on="other", how="semi")
    counts = number.join(peers.neighbours(there, "near"), on="entity", how="left")
    return counts.with_columns((nw.col("near").fill_null(0) / (nw.col("number") + 1.0)).alias("near_share"))


def _owners(bank: Bank, known: Frame) -> Frame:
    """(entity, owners, owners_via, owners_holder, related): clients of the same owners or officers, or of its group.

    `owners_holder` stands behind it and the client `owners_via`. `related` counts those that guarantee for each other,
    too: firms do for their group, told of or not.
    """
    pairs = kept(peers.group_pairs(bank))
    owners = pairs.select("entity", "other")
    vouching = peers.both_ways(bank.ties.filter(nw.col("type") == "GUARANTEES"), "from", "to")
    related = nw.concat([owners, vouching]).unique().join(known.rename({"entity": "other"}), on="other", how="semi")
    counted = peers.neighbours(related.filter(nw.col("entity") != nw.col("other")), "related")
    behind = pairs.rename({"other": "owners_via", "holder": "owners_holder"})
    via = _counted(owners, known, "owners").join(behind, on=["entity", "owners_via"], how="left")
    return counted.join(via, on="entity", how="left")


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


def profile(bank: Bank, day: date) -> Frame:
    """What the company is, how many of its like are clients (oneself is none), and how many became so lately.

    Shares are null where the industry is unknown; `features` puts those of all companies in their place, as they are on
    the day: a mean over past days would be that of a smaller bank.
    """
    table = _like(bank, day)
    base, rate = _usual(table)
    like = table.group_by("industry").agg(nw.col("client", "new", "free").sum(), nw.len().alias("number"))
    share = (nw.col("client") + WEIGHT * base) / (nw.col("number") - 1 + WEIGHT)
    lately = (nw.col("new") + 4 * WEIGHT * rate) / (nw.col("free") + 4 * WEIGHT)
    shares = like.select("industry", share.alias("industry_share"), lately.alias("industry_rate"))
    size = nw.col("size").replace_strict(list(SIZES), list(range(len(SIZES))), default=None, return_dtype=nw.Int8)
    return table.join(shares, on="industry", how="left").select(
        "entity", size, "industry_share", "industry_rate", "registered_capital"
    )


def _like(bank: Bank, day: date) -> Frame:
    """The companies of the source, each with 1 or 0: a client, a new one, one that was free to become it."""
    client = ~nw.col("client_since").is_null()
    new = (nw.col("client_since") > day - timedelta(days=LIKE_DAYS)).fill_null(value=False)
    marks = {"client": client, "new": new, "free": ~client | new}
    return kept(bank.companies.with_columns(*(mark.cast(nw.Float64).alias(name) for name, mark in marks.items())))


def _usual(table: Frame) -> tuple[float, float]:
    """The share of clients among all companies, and of new ones among those that were free."""
    sums = table.select(nw.col("client", "new", "free").sum(), nw.len().alias("number")).collect().to_native()
    every = sums.row(0, named=True)
    return (every["client"] or 0.0) / max(1, every["number"]), (every["new"] or 0.0) / max(1.0, every["free"] or 0.0)
