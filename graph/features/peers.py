"""Peers as counts: how many of a subject's colleagues, relatives or payment partners hold a product.

    (subject)─(hub)─(peers)      hub_holders: count per (hub, product), joined back, oneself taken out
    (subject)─(neighbour)        neighbour_holders: over pairs that the data gives, never pairs made from a hub

`held` is any unique (entity, product) table: all holdings, or only those opened lately.
"""

from datetime import date, timedelta
from typing import Final

import narwhals as nw

from graph.features.bank import Bank
from graph.people import Frame

FAMILY: Final = ("spouse", "parent", "sibling")
MOST_PARTNERS: Final = 50
"""A party that pays or is paid by more than this many others is a hub, not somebody's acquaintance."""
PAYMENT_DAYS: Final = 365
CUTS: Final = (0.2, 0.4, 0.6, 0.8)
SHRINKAGE: Final = 4.0
"""Peers' weight against the base rate: four peers count as much as what is known of everybody."""


def members(bank: Bank) -> Frame:
    """Who is on whose staff: unique (company, entity)."""
    return bank.staff.select("company", "entity").unique()


def positions(bank: Bank) -> Frame:
    """(company, title, position, entity): staff of one title at one company; `position` codes the two."""
    titled = bank.staff.filter(~nw.col("title").is_null()).select("company", "title", "entity").unique()
    return _coded(titled, ["company", "title"], "position")


def bands(bank: Bank) -> Frame:
    """(company, band, entity): staff of one company in the same fifth of all wages; `band` codes the two."""
    known = bank.staff.group_by("company", "entity").agg(nw.col("monthly_salary").max()).filter(
        ~nw.col("monthly_salary").is_null()
    )  # fmt: skip
    wages = known.select(*(nw.col("monthly_salary").quantile(cut, "lower").alias(str(cut)) for cut in CUTS)).collect()
    fifth = nw.lit(0)
    for cut in CUTS:
        fifth = fifth + (nw.col("monthly_salary") > (wages.get_column(str(cut)).item() or 0.0)).cast(nw.Int32)
    return _coded(known.with_columns(fifth.alias("fifth")), ["company", "fifth"], "band")


def _coded(frame: Frame, keys: list[str], name: str) -> Frame:
    codes = frame.select(*keys).unique().with_row_index(name, order_by=keys)
    return frame.join(codes, on=keys, how="left").select(name, "entity")


def employers(bank: Bank) -> Frame:
    """One employer for each person: `entity`, `company`, `staff_party`, `monthly_salary`, `member` (1).

    The last one hired by; where no staff list names a person, the company of exactly the name that they declared,
    with `member` 0: they are not among those counted there.
    """
    listed = bank.staff.unique(subset="entity", keep="last", order_by=["hired_on", "party"]).select(
        "entity", "company", nw.col("party").alias("staff_party"), "monthly_salary", nw.lit(1).alias("member")
    )
    named = bank.companies.group_by("name").agg(nw.col("entity").min().alias("company"))
    declared = (
        bank.customers.filter(~nw.col("employer_name").is_null())
        .join(named, left_on="employer_name", right_on="name", how="inner")
        .join(bank.staff, on="entity", how="anti")
        .group_by("entity")
        .agg(nw.col("company").min())
        .select(
            "entity", "company", nw.lit(None).cast(nw.UInt32).alias("staff_party"),
            nw.lit(None).cast(nw.Float64).alias("monthly_salary"), nw.lit(0).alias("member"),
        )
    )  # fmt: skip
    return nw.concat([listed, declared])


def family_pairs(bank: Bank, kinds: tuple[str, ...] = FAMILY) -> Frame:
    """Relatives, both ways: unique (entity, other)."""
    ties = bank.ties.filter((nw.col("type") == "RELATED_TO") & nw.col("kind").is_in(list(kinds)))
    return both_ways(ties, "from", "to")


def payment_pairs(bank: Bank, day: date) -> Frame:
    """People who paid each other within a year, both ways: unique (entity, other); hubs on either side left out."""
    lately = bank.payments.filter(nw.col("paid_on") > day - timedelta(days=PAYMENT_DAYS))
    people = bank.banking()
    for end in ("payer", "payee"):
        lately = lately.join(people.rename({"entity": end}), on=end, how="semi")
    pairs = both_ways(lately, "payer", "payee").collect().lazy()
    few = pairs.group_by("entity").agg(nw.len().alias("degree")).filter(nw.col("degree") <= MOST_PARTNERS)
    few = few.select("entity")
    return pairs.join(few, on="entity", how="semi").join(few.rename({"entity": "other"}), on="other", how="semi")


def group_pairs(bank: Bank) -> Frame:
    """Organisations that own one another, or have an owner or officer in common: unique (entity, other, holder).

    `holder` is the smallest of those who stand behind both, null where one owns the other. Who stands behind more than
    `MOST_PARTNERS` ties nobody.
    """
    behind = bank.ties.filter(nw.col("type").is_in(["OWNS", "OFFICER_OF"]))
    shared = behind.select(nw.col("from").alias("holder"), nw.col("to").alias("entity")).unique()
    few = shared.group_by("holder").agg(nw.len().alias("degree")).filter(nw.col("degree") <= MOST_PARTNERS)
    shared = shared.join(few.select("holder"), on="holder", how="semi")
    both = shared.join(shared.rename({"entity": "other"}), on="holder", how="inner")
    through = both.group_by("entity", "other").agg(nw.col("holder").min())
    direct = both_ways(bank.ties.filter(nw.col("type") == "OWNS"), "from", "to")
    through = through.join(direct, on=["entity", "other"], how="anti").select("entity", "other", "holder")
    alone = direct.with_columns(nw.lit(None).cast(nw.UInt32).alias("holder"))
    return nw.concat([through, alone]).filter(nw.col("entity") != nw.col("other"))


def both_ways(frame: Frame, left: str, right: str) -> Frame:
    """Unique (entity, other) in both directions."""
    one = frame.select(nw.col(left).alias("entity"), nw.col(right).alias("other"))
    other = frame.select(nw.col(right).alias("entity"), nw.col(left).alias("other"))
    return nw.concat([one, other]).unique()


def holders_of_hubs(belonging: Frame, held: Frame, hub: str, name: str) -> Frame:
    """(hub, product, NAME_hold, NAME_recent): how many members of each hub hold each product, or opened it lately.

    `held` (entity, product, recent) says of each holding by 1 or 0 whether it is new.
    """
    joined = belonging.join(held, on="entity", how="inner")
    return joined.group_by(hub, "product").agg(*_held_and_recent(name))


def holders_beside(pairs: Frame, held: Frame, name: str) -> Frame:
    """(entity, product, NAME_hold, NAME_recent, NAME_hold_via): the same of neighbours; via is the smallest of them."""
    joined = pairs.join(held.rename({"entity": "other"}), on="other", how="inner")
    via = nw.col("other").min().alias(f"{name}_hold_via")
    return joined.group_by("entity", "product").agg(*_held_and_recent(name), via)


def _held_and_recent(name: str) -> tuple[nw.Expr, nw.Expr]:
    return nw.len().cast(nw.Int32).alias(f"{name}_hold"), nw.col("recent").sum().cast(nw.Int32).alias(f"{name}_recent")


def hub_holders(belonging: Frame, held: Frame, name: str) -> Frame:
    """(company, product, `name`): how many members of each hub hold each product."""
    joined = belonging.join(held, on="entity", how="inner")
    return joined.group_by("company", "product").agg(nw.len().cast(nw.Int32).alias(name))


def hub_sizes(belonging: Frame, name: str) -> Frame:
    """(company, `name`): how many members each hub has."""
    return belonging.group_by("company").agg(nw.len().cast(nw.Int32).alias(name))


def neighbour_holders(pairs: Frame, held: Frame, name: str) -> Frame:
    """(entity, product, `name`): how many neighbours hold each product; `name`_via is the smallest of them."""
    joined = pairs.join(held.rename({"entity": "other"}), on="other", how="inner")
    return joined.group_by("entity", "product").agg(
        nw.len().cast(nw.Int32).alias(name), nw.col("other").min().alias(f"{name}_via")
    )


def neighbours(pairs: Frame, name: str) -> Frame:
    """(entity, `name`): how many neighbours each has."""
    return pairs.group_by("entity").agg(nw.len().cast(nw.Int32).alias(name))


def shrunk_share(holders: str, peers: str, base: str) -> nw.Expr:
    """The share of peers who hold, drawn towards the base rate where peers are few."""
    return (nw.col(holders) + SHRINKAGE * nw.col(base)) / (nw.col(peers) + SHRINKAGE)
