"""Households of valued customers: who lives beside whom, who of them is valued, and what they hold.

    (subject)─spouse / parent / child / sibling / joint account─(relative)─the same─(relative)
    (subject)─likely, though nobody told─(relative)─told, or likely─(relative)

A customer is valued by segment, or by assets among the highest tenth of the bank's own. Under-served beside them is
who is not valued, or holds fewer products than the best served of them, or than a valued customer usually holds.
Who is valued is as the source last says, also at past cut-offs: that marks the relatives, not the subject's own choice.
"""

from dataclasses import dataclass
from typing import Final

import narwhals as nw
import polars as pl

from graph.features import pairs, peers
from graph.features.bank import Bank, kept
from graph.features.items import Items
from graph.features.pairs import PairTables
from graph.features.relatives import LEAST_PROBABILITY
from graph.people import Frame

KINDS: Final = ("spouse", "parent", "child", "sibling", "joint_account")
"""What the other is to the subject."""
VALUED_SEGMENTS: Final = ("affluent", "private")
HIGHEST: Final = 0.9
"""The quantile of the bank's assets per customer from which a customer is valued."""
MOST_TIES: Final = 12
"""With more direct ties than this a record is no family's."""
OWN: Final = (
    "relatives", "valued", "likely_valued", "valued_direct", "served_most", "served_mean", "gap",
    "valued_hold", "valued_lift", *(f"{kind}_hold" for kind in KINDS), *(f"{kind}_valued" for kind in KINDS),
)  # fmt: skip
FEATURES: Final = (*pairs.OFFERED, *OWN)
"""What is learned of such relatives beyond what their rows start from, which goes by `pairs.FEATURES`."""
CATEGORICAL: Final = ("product", "category")


def direct_pairs(bank: Bank) -> Frame:
    """Unique (entity, other, kind) among customers, both ways: the other is the subject's spouse, parent, …."""
    ties = bank.ties.filter((nw.col("type") == "RELATED_TO") & nw.col("kind").is_in(list(KINDS)))
    seen = ties.select(nw.col("to").alias("entity"), nw.col("from").alias("other"), "kind")
    back = nw.when(nw.col("kind") == "parent").then(nw.lit("child")).otherwise(nw.col("kind")).alias("kind")
    turned = ties.select(nw.col("from").alias("entity"), nw.col("to").alias("other"), back)
    both = nw.concat([seen, turned]).unique()
    few = both.group_by("entity").agg(nw.len().alias("ties")).filter(nw.col("ties") <= MOST_TIES)
    people = kept(few.join(bank.banking(), on="entity", how="semi").select("entity"))
    return both.join(people, on="entity", how="semi").join(people.rename({"entity": "other"}), on="other", how="semi")


def household_pairs(direct: Frame) -> Frame:
    """Unique (entity, other): relatives, and their relatives."""
    one = direct.select("entity", "other").unique()
    two = one.join(one.rename({"entity": "other", "other": "far"}), on="other", how="inner")
    far = two.select("entity", nw.col("far").alias("other"))
    return nw.concat([one, far]).filter(nw.col("entity") != nw.col("other")).unique()


def likely_household_pairs(direct: Frame, likely: Frame) -> Frame:
    """Unique (entity, other, likely): as `household_pairs`, where of two ties one may be `likely` only, or both."""
    told = direct.select("entity", "other").unique().with_columns(nw.lit(1.0).alias("likely"))
    one = kept(nw.concat([told, likely.select("entity", "other", "likely")]))
    onward = one.rename({"entity": "other", "other": "far", "likely": "onward"})
    two = one.join(onward, on="other", how="inner").select(
        "entity", nw.col("far").alias("other"), nw.col("likely") * nw.col("onward")
    )
    every = nw.concat([one, two]).filter(nw.col("entity") != nw.col("other"))
    chances = every.group_by("entity", "other").agg(nw.col("likely").max())
    return chances.filter(nw.col("likely") >= LEAST_PROBABILITY)


def valued(bank: Bank) -> Frame:
    """The customers that are valued: unique `entity`."""
    assets = bank.customers.select(nw.col("aum").fill_null(0.0).quantile(HIGHEST, "lower")).collect().item()
    high = (nw.col("aum") >= assets) & (nw.col("aum") > 0)
    marked = nw.col("segment").is_in(list(VALUED_SEGMENTS)) | high
    return bank.customers.filter(marked.fill_null(value=False)).select("entity").unique()


@dataclass(frozen=True)
class HouseholdTables:
    """All that (customer, product) rows are joined with, as of one day."""

    held: Frame
    people: PairTables
    subjects: Frame
    """party, entity, draw, banks and the figures of each under-served customer's household"""
    near: Frame
    """entity, other: their households' valued members"""
    direct: Frame
    """entity, other, kind"""

    @classmethod
    def of(cls, bank: Bank, people: PairTables) -> "HouseholdTables":
        """The tables of a bank, with those of its customers at hand."""
        direct = kept(direct_pairs(bank))
        near, best = kept(household_pairs(direct)), kept(valued(bank))
        numbers = kept(people.held.group_by("entity").agg(nw.len().cast(nw.Int32).alias("number")))
        usual = best.join(numbers, on="entity", how="left").select(nw.col("number").fill_null(0).median())
        likely = kept(likely_household_pairs(direct, people.neighbours[pairs.LIKELY]))
        figures = _figures(near, likely, best, numbers, direct)
        usually = float(usual.collect().item() or 0.0)
        bar = nw.max_horizontal("valued_most", nw.lit(usually))
        lacking = nw.col("is_valued").is_null() | (nw.col("number") < bar)
        marked = figures.join(best.with_columns(nw.lit(1).alias("is_valued")), on="entity", how="left")
        beside = (nw.col("valued") + nw.col("likely_valued")) > 0
        under = marked.filter(beside & lacking).drop("number", "valued_most", "is_valued")
        records = bank.customers.select("party", "entity", "draw", nw.lit(value=True).alias("banks"))
        subjects = kept(records.join(under, on="entity", how="inner"))
        known = subjects.select("entity").unique()
        beside = near.join(best.rename({"entity": "other"}), on="other", how="semi")
        return cls(
            held=people.held,
            people=people,
            subjects=subjects,
            near=kept(beside.join(known, on="entity", how="semi")),
            direct=kept(direct.join(known, on="entity", how="semi")),
        )

    @property
    def items(self) -> Items:
        """Statistics of products."""
        return self.people.items

    def features(self, rows: Frame) -> pl.DataFrame:
        """`rows` (of `subjects`, with `product`) of products not held, with all features and evidence, sorted."""
        table = self.people.features(rows.with_columns(nw.lit(0).alias("own")), self.held)
        beside = peers.neighbour_holders(self.near, self.held, "valued_hold")
        joined = nw.from_native(table.lazy()).join(beside, on=["entity", "product"], how="left")
        held = self.direct.join(self.held.rename({"entity": "other"}), on="other", how="inner")
        each = [(nw.col("kind") == kind).sum().cast(nw.Int32).alias(f"{kind}_hold") for kind in KINDS]
        by_kind = held.group_by("entity", "product").agg(*each)
        joined = joined.join(by_kind, on=["entity", "product"], how="left")
        counts = ("valued_hold", *(f"{kind}_hold" for kind in KINDS))
        joined = joined.with_columns(nw.col(*counts).fill_null(0)).with_columns(pairs.lift("valued"))
        return joined.collect().to_native().sort("party", "product")


def _figures(near: Frame, likely: Frame, best: Frame, numbers: Frame, direct: Frame) -> Frame:
    """By entity: the household's size, its valued members, how sure a likely one is, how many products each holds."""
    marked = best.select(nw.col("entity").alias("other"), nw.lit(1).alias("is_valued"))
    told = near.with_columns(nw.lit(1).alias("told"), nw.lit(0.0).alias("likely"))
    guessed = likely.join(near, on=["entity", "other"], how="anti")
    every = nw.concat([told, guessed.select("entity", "other", nw.lit(0).alias("told"), "likely")])
    rows = every.join(marked, on="other", how="left").join(numbers.rename({"entity": "other"}), on="other", how="left")
    rows = rows.with_columns(nw.col("is_valued", "number").fill_null(0))
    beside = rows.group_by("entity").agg(
        nw.col("told").sum().alias("relatives"), (nw.col("is_valued") * nw.col("told")).sum().alias("valued"),
        (nw.col("is_valued") * (1 - nw.col("told"))).sum().alias("likely_valued"),
        (nw.col("is_valued") * nw.col("likely")).max().alias("sureness"),
        nw.col("number").max().alias("served_most"), nw.col("number").mean().alias("served_mean"),
        (nw.col("number") * nw.col("is_valued")).max().alias("valued_most"),
    )  # fmt: skip
    each = [(nw.col("kind") == kind).sum().cast(nw.Int32).alias(f"{kind}_valued") for kind in KINDS]
    of_kinds = direct.join(marked, on="other", how="inner").group_by("entity").agg(
        nw.col("other").n_unique().cast(nw.Int32).alias("valued_direct"), *each
    )  # fmt: skip
    joined = beside.join(of_kinds, on="entity", how="left").join(numbers, on="entity", how="left")
    counts = ("number", "valued_direct", *(f"{kind}_valued" for kind in KINDS))
    joined = joined.with_columns(nw.col(*counts).fill_null(0))
    return joined.with_columns((nw.col("served_most") - nw.col("number")).alias("gap"))
