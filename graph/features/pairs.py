"""Features of (subject, product) rows: peers who hold it, the product itself, and what the subject holds beside it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graph.features import peers, persons
from graph.features.bank import Bank, kept
from graph.features.items import Items, from_held, items, person_products
from graph.features.ladder import Ladder, ladder, recently
from graph.features.relatives import Relatives
from graph.people import Frame

RECENT_DAYS: Final = 180
FAMILIES: Final = ("colleagues", "household", "joint", "partners")
"""Who a subject's peers are: by employer, by family, by joint account, by payments."""
LIKELY: Final = "likely"
"""Who is likely of the family though nobody told: learned from, but no reason that can be counted."""
HUBS: Final = ("position", "band")
"""Colleagues nearer to the subject: of the same title, of the same fifth of wages."""
FEATURES: Final = (
    "product", "category", "log_value", "grade", "base", "opening", "growth",
    "colleagues", "colleagues_banking", "banking_share",
    *(f"{family}_{count}" for family in (*FAMILIES, LIKELY) for count in ("hold", "recent", "lift")),
    "household", "joint", "partners", LIKELY,
    *(f"{hub}_{count}" for hub in HUBS for count in ("peers", "recent", "lift")),
    "together_mean", "together_best", "next_mean", "next_best", "fresh_mean", "fresh_best", "ladder", "product_answer",
    *persons.FEATURES,
)  # fmt: skip
CATEGORICAL: Final = ("product", "category", "last_product")
OFFERED: Final = ("product", "category", "base", "opening")
"""What is offered, for kinds whose rows start from what is learned of all customers."""
OF_PRODUCT: Final = ("product", "category", "log_value", "grade", "base", "opening", "growth", "last_product")
"""Features that are codes, or the same for all rows of a product: nothing for a line of each product."""
CATEGORIES: Final = (
    "deposit", "card", "loan", "mortgage", "wealth", "fund", "insurance", "gold", "payment", "payroll",
    "cash_management", "trade_finance", "other",
)  # fmt: skip


@dataclass(frozen=True)
class Circle:
    """The nearer colleagues of each person, counted by hub and product."""

    name: str
    members: Frame
    """entity, NAME (the hub's code, one for each person), NAME_peers (how many belong to it)"""
    holders: Frame
    """NAME, product, NAME_hold, NAME_recent"""

    @classmethod
    def counted(cls, belonging: Frame, name: str, held: Frame) -> "Circle":
        """Counts over `belonging` (NAME, entity); `held` (entity, product, recent)."""
        belonging = kept(belonging)
        sizes = belonging.group_by(name).agg(nw.len().cast(nw.Int32).alias(f"{name}_peers"))
        members = belonging.group_by("entity").agg(nw.col(name).max())
        return cls(
            name,
            kept(members.join(sizes, on=name, how="left")),
            kept(peers.holders_of_hubs(belonging, held, name, name)),
        )

    def of(self, people: Frame) -> "Circle":
        """What concerns these `people` (entity)."""
        members = kept(self.members.join(people, on="entity", how="semi"))
        hubs = members.select(self.name).unique()
        return replace(self, members=members, holders=kept(self.holders.join(hubs, on=self.name, how="semi")))

    def joined(self, rows: Frame) -> Frame:
        """`rows` (product, own, NAME, NAME_peers) with the counts of the others in the subject's hub."""
        joined = rows.join(self.holders, on=[self.name, "product"], how="left")
        counts = [f"{self.name}_{count}" for count in ("peers", "hold", "recent")]
        inside = (~nw.col(self.name).is_null()).cast(nw.Int32)
        return joined.with_columns(nw.col(*counts).fill_null(0)).with_columns(
            nw.col(counts[0]) - inside, nw.col(counts[1]) - nw.col("own") * inside
        )


@dataclass(frozen=True)
class PairTables:
    """All that (subject, product) rows are joined with, as of one day."""

    held: Frame
    """unique (entity, product)"""
    marked: Frame
    """the same with `recent`: 1 where it was opened within `RECENT_DAYS`, else 0"""
    employers: Frame
    staff: Frame
    """company, colleagues, colleagues_banking"""
    staff_holders: Frame
    """company, product, colleagues_hold, colleagues_recent"""
    circles: dict[str, Circle]
    neighbours: dict[str, Frame]
    ladder: Ladder
    lately: Frame
    """what was opened within half a year: unique (entity, product)"""
    answers: Frame
    """entity, product, product_answer"""
    items: Items
    products: Frame
    persons: Frame
    """party and the features of `graph.features.persons`"""

    @classmethod
    def of(cls, bank: Bank, day: date, relatives: Relatives | None = None) -> "PairTables":
        """The tables of a bank cut at `day`; `relatives` tells likely ones."""
        marked = kept(_marked(bank, day))
        held = marked.select("entity", "product")
        belonging = kept(peers.members(bank))
        banking = peers.hub_sizes(belonging.join(bank.banking(), on="entity", how="semi"), "colleagues_banking")
        statistics = items(bank, day, held)
        return cls(
            held=held,
            marked=marked,
            employers=kept(peers.employers(bank)),
            staff=kept(peers.hub_sizes(belonging, "colleagues").join(banking, on="company", how="left")),
            staff_holders=kept(peers.holders_of_hubs(belonging, marked, "company", "colleagues")),
            circles={
                "position": Circle.counted(peers.positions(bank), "position", marked),
                "band": Circle.counted(peers.bands(bank), "band", marked),
            },
            ladder=ladder(bank, day, len(statistics.holders)),
            lately=kept(recently(bank, day)),
            answers=kept(persons.answers(bank)),
            neighbours={
                "household": kept(peers.family_pairs(bank)),
                "joint": kept(peers.family_pairs(bank, ("joint_account",))),
                "partners": kept(peers.payment_pairs(bank, day)),
                LIKELY: kept(likely_pairs(relatives, bank, day)),
            },
            items=statistics,
            products=kept(product_features(bank, statistics)),
            persons=kept(persons.features(bank, day, held)),
        )

    def features(self, rows: Frame, held: Frame) -> pl.DataFrame:
        """`rows` (party, entity, banks, product, own, …) with `FEATURES`, `*_via` and `because`, sorted by key.

        `own` is 1 where the subject's own holding of the product is counted among those of its peers (a holding
        that is hidden to learn from it), else 0. `held` is what the subjects themselves are seen to hold.
        """
        people = kept(rows.select("party", "entity", "banks").unique())
        subjects = people.select("entity").unique()
        return self.narrowed(people, subjects).joined(rows, people, held)

    def narrowed(self, people: Frame, subjects: Frame) -> "PairTables":
        """What concerns these `people` (party) and `subjects` (entity): joins go faster by few rows than by all."""
        near = {name: kept(pairs.join(subjects, on="entity", how="semi")) for name, pairs in self.neighbours.items()}
        others = nw.concat([pairs.select(nw.col("other").alias("entity")) for pairs in near.values()]).unique()
        return replace(
            self,
            marked=kept(self.marked.join(others, on="entity", how="semi")),
            employers=kept(self.employers.join(subjects, on="entity", how="semi")),
            circles={name: circle.of(subjects) for name, circle in self.circles.items()},
            neighbours=near,
            answers=kept(self.answers.join(subjects, on="entity", how="semi")),
            persons=kept(self.persons.join(people, on="party", how="semi")),
        )

    def joined(self, rows: Frame, people: Frame, held: Frame) -> pl.DataFrame:
        """What `features` gives, from tables narrowed to these `people` (party, entity, banks)."""
        joined = rows.join(self._of_people(people).drop("entity", "banks"), on="party", how="left")
        joined = joined.join(self.staff_holders, on=["company", "product"], how="left")
        for name, pairs in self.neighbours.items():
            beside = peers.holders_beside(pairs, self.marked, name)
            joined = joined.join(beside, on=["entity", "product"], how="left")
        for circle in self.circles.values():
            joined = circle.joined(joined)
        joined = (
            joined.join(self.products, on="product", how="left")
            .join(self.answers, on=["entity", "product"], how="left")
            .with_columns(_filled_counts())
            .with_columns(nw.col("colleagues_hold") - nw.col("own") * nw.col("member"))
        )
        joined = joined.with_columns(_banking_share(), *(lift(family) for family in (*FAMILIES, LIKELY)))
        joined = joined.with_columns(*(_lift_in_company(name) for name in HUBS))
        table = joined.collect().to_native().sort("party", "product")
        owned = Owned.of(table, held, len(self.items.holders))
        return self._with_ladder(owned, with_items(table, owned, self.items))

    def _of_people(self, people: Frame) -> Frame:
        """`people` (party, entity, banks) with all that is the same for every product.

        A declared employer's staff are colleagues too, but the subject is not one of those counted.
        """
        joined = people.join(self.employers, on="entity", how="left").join(self.staff, on="company", how="left")
        counts = ("colleagues", "colleagues_banking", "member")
        joined = joined.with_columns(nw.col(*counts).fill_null(0))
        banking = nw.when(nw.col("banks")).then(nw.col("member")).otherwise(0)
        joined = joined.with_columns(nw.col("colleagues") - nw.col("member"), nw.col("colleagues_banking") - banking)
        for name, pairs in self.neighbours.items():
            joined = joined.join(peers.neighbours(pairs, name), on="entity", how="left")
        for circle in self.circles.values():
            joined = joined.join(circle.members, on="entity", how="left")
        return joined.join(self.persons, on="party", how="left")

    def _with_ladder(self, owned: "Owned", table: pl.DataFrame) -> pl.DataFrame:
        """What the subject holds and opened lately, as the rate of what follows."""
        lately = Owned.of(table, self.lately, len(self.items.holders))
        ((mean, best, _),) = from_held(lately.products, self.items.fresh)
        place = owned.place
        return table.with_columns(
            ladder=self.ladder.rates(owned.products, lately.products)[place],
            fresh_mean=mean[place], fresh_best=best[place],
        )  # fmt: skip


@dataclass(frozen=True)
class Owned:
    """What the entities of some rows own: `products` (entities, products), and where each row finds its own."""

    products: csr_array
    place: tuple[NDArray[np.intp], NDArray[np.integer]]

    @classmethod
    def of(cls, table: pl.DataFrame, held: Frame, products: int) -> "Owned":
        """Of `table` (entity, product, …), what `held` (unique entity, product) says."""
        people = table["entity"].unique().sort()
        theirs = held.join(nw.from_native(people.to_frame().lazy()), on="entity", how="semi")
        place = np.searchsorted(people.to_numpy(), table["entity"].to_numpy()), table["product"].to_numpy()
        return cls(person_products(theirs, people.to_numpy(), products), place)


def with_items(table: pl.DataFrame, owned: Owned, items: Items) -> pl.DataFrame:
    """What each row's entity holds, through the two product-by-product matrices."""
    together, following = from_held(owned.products, items.together, items.next)
    place = owned.place
    return table.with_columns(
        together_mean=together[0][place], together_best=together[1][place], because=together[2][place],
        next_mean=following[0][place], next_best=following[1][place],
    )  # fmt: skip


def likely_pairs(relatives: Relatives | None, bank: Bank, day: date) -> Frame:
    """Likely relatives who both bank here: unique (entity, other), and how likely."""
    if relatives is None:
        return peers.family_pairs(bank, ()).with_columns(nw.lit(1.0).alias("likely"))
    people, found = bank.banking(), relatives.likely(bank, day)
    return found.join(people, on="entity", how="semi").join(people.rename({"entity": "other"}), on="other", how="semi")


def _marked(bank: Bank, day: date) -> Frame:
    """What is held on the bank's day, with `recent`: unique (entity, product, recent)."""
    new = (nw.col("opened_on") > day - timedelta(days=RECENT_DAYS)).fill_null(value=False).cast(nw.Int8)
    held = bank.holdings.filter(nw.col("closed_on").is_null()).with_columns(new.alias("recent"))
    return held.group_by("entity", "product").agg(nw.col("recent").max())


def product_features(bank: Bank, statistics: Items) -> Frame:
    """(product, category, log_value, grade, base, opening, growth) of every product."""
    rates = pl.LazyFrame({
        "product": np.arange(len(statistics.holders), dtype=np.uint16),
        "base": statistics.holders,
        "opening": statistics.opening,
        "growth": np.log((statistics.lately + 1e-6) / (statistics.opening + 1e-6)),
    })  # fmt: skip
    value = nw.col("annual_value").fill_null(0.0)
    listed = bank.products.select(
        "product",
        nw.col("category").replace_strict(list(CATEGORIES), list(range(len(CATEGORIES))), return_dtype=nw.Int8),
        (nw.when(value > 0).then(value).otherwise(0.0) + 1.0).log().alias("log_value"),
        nw.col("risk_level").alias("grade"),
    )
    return listed.join(nw.from_native(rates), on="product", how="left")


def _filled_counts() -> list[nw.Expr]:
    counts = [f"{family}_{count}" for family in (*FAMILIES, LIKELY) for count in ("hold", "recent")]
    return [nw.col(name).fill_null(0) for name in (*counts, *FAMILIES[1:], LIKELY)]


def _banking_share() -> nw.Expr:
    return ((nw.col("colleagues_banking") + 1.0) / (nw.col("colleagues") + 2.0)).alias("banking_share")


def lift(family: str) -> nw.Expr:
    """Log of the peers' share over the base rate; 0 where there are no peers."""
    lift = (peers.shrunk_share(f"{family}_hold", family, "base") / nw.col("base")).log()
    return lift.alias(f"{family}_lift")


def _lift_in_company(hub: str) -> nw.Expr:
    """Log of the share of nearer colleagues over the base rate, drawn towards the share of all colleagues."""
    company = peers.shrunk_share("colleagues_hold", "colleagues", "base")
    share = (nw.col(f"{hub}_hold") + peers.SHRINKAGE * company) / (nw.col(f"{hub}_peers") + peers.SHRINKAGE)
    return (share / nw.col("base")).log().alias(f"{hub}_lift")
