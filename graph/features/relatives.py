"""Who is likely of one family, though nobody told: by the home, and by how and under which words they pay each other.

    (customer)─(home)─(customer)      few at one address
    (person)─PAID─(person)            as husbands, wives, parents and children pay

What such pairs look like is learned from those that the bank was told of. Some of the others are true as well, so what
is learned is the chance to have been told; over the share of true pairs that were told it is the chance to be one
(Elkan and Noto 2008, "Learning classifiers from only positive and unlabeled data").
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import narwhals as nw
import numpy as np
import polars as pl

from graph.features import peers
from graph.features.bank import Bank, kept
from graph.learning.model import LEAST_POSITIVES, Model, fit
from graph.learning.rows import Floats, Rows, logit, matrix
from graph.learning.sampling import held_out
from graph.people import Frame

FEATURES: Final = (
    "home", "surname", "age_gap", "sexes", "colleagues", "payments", "months", "both_ways", "yuan", "words",
)  # fmt: skip
PERSONAL: Final = FEATURES[:5]
"""What is known of customers only."""
RISING: Final = ("home", "words")
PAIR: Final = ("low", "high")
TOLD: Final = (*peers.FAMILY, "joint_account")
WEIGHT: Final = 5.0
"""Pairs' weight against all pairs in what a word tells."""
LEAST_PROBABILITY: Final = 0.5
"""From here on a pair is taken for likely relatives."""
MOST_RELATIVES: Final = 6
"""Who has more likely relatives than this is no relative of any of them."""


@dataclass(frozen=True)
class Relatives:
    """A learned eye for pairs of relatives."""

    model: Model
    start: float
    told: float
    """the share of true pairs that the bank was told of"""
    words: pl.DataFrame
    """purpose, telling: log-odds that payments under it add"""

    @classmethod
    def learn(cls, bank: Bank, seed: int) -> "Relatives | None":
        """Learn from the relatives that the bank knows on its day; None where they are too few."""
        pairs, purposes = _pairs(bank, bank.day)
        told = _told(bank).with_columns(nw.lit(value=True).alias("told")).collect().to_native()
        label = pairs.join(told, on=PAIR, how="left", maintain_order="left")["told"].is_not_null()
        half, related = held_out(pairs["draw"].to_numpy()), label.to_numpy()
        if min(related[half].sum(), related[~half].sum()) < LEAST_POSITIVES:
            return None
        words = _telling(purposes, pairs.select(*PAIR, label=label).filter(~half))
        table, start = _worded(pairs, purposes, words), float(logit(related.mean()))
        learned, calibrating = (_rows(table.filter(side), related[side], start) for side in (~half, half))
        model = fit(learned, calibrating, FEATURES, (), seed, rising=RISING)
        sure = model.probability(matrix(table, FEATURES), np.full(len(table), start))[half & related].mean()
        return cls(model, start, float(sure), words)

    def likely(self, bank: Bank, day: date) -> Frame:
        """Unique (entity, other, likely), both ways: likely relatives on `day` whom nobody told of; one banks here."""
        pairs, purposes = _pairs(bank, day)
        table = _worded(pairs, purposes, self.words)
        chance = self._probability(table)
        found = table.select(*PAIR, likely=chance).filter(pl.col("likely") >= LEAST_PROBABILITY)
        strangers = nw.from_native(found.lazy()).join(_told(bank), on=list(PAIR), how="anti")
        one, other = (
            strangers.select(nw.col(a).alias("entity"), nw.col(b).alias("other"), "likely")
            for a, b in (PAIR, PAIR[::-1])
        )
        both = kept(nw.concat([one, other]))
        few = both.group_by("entity").agg(nw.len().alias("ties")).filter(nw.col("ties") <= MOST_RELATIVES)
        known = kept(few.select("entity"))
        return both.join(known, on="entity", how="semi").join(known.rename({"entity": "other"}), on="other", how="semi")

    def _probability(self, table: pl.DataFrame) -> Floats:
        told = self.model.probability(matrix(table, FEATURES), np.full(len(table), self.start))
        return np.minimum(told / self.told, 1.0).round(6)


def _rows(table: pl.DataFrame, label: np.ndarray, start: float) -> Rows:
    """Every pair twice: as it is known, and as if one of the two banked elsewhere."""
    outside = table.with_columns(pl.lit(None).alias(name) for name in PERSONAL if name != "surname")
    values = np.concatenate([matrix(table, FEATURES), matrix(outside, FEATURES)])
    return Rows(values, np.full(len(values), start), np.tile(label, 2), np.ones(len(values), np.float32))


def _told(bank: Bank) -> Frame:
    """Unique `PAIR` of the relatives that the bank was told of."""
    ties = bank.ties.filter((nw.col("type") == "RELATED_TO") & nw.col("kind").is_in(list(TOLD)))
    return ties.select(*_ordered("from", "to")).unique()


def _ordered(one: str, other: str) -> tuple[nw.Expr, nw.Expr]:
    return nw.min_horizontal(one, other).alias("low"), nw.max_horizontal(one, other).alias("high")


def _pairs(bank: Bank, day: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Persons at one home, or with payments between them: `PAIR`, draw, `FEATURES` but words; and `PAIR`, purpose."""
    persons = kept(_persons(bank))
    paid = kept(_paid(bank, day, persons))
    sums = paid.group_by(*PAIR).agg(
        nw.col("count").sum().alias("payments"), nw.col("month").n_unique().alias("months"),
        (nw.col("forward").n_unique() - 1).alias("both_ways"), nw.col("fen").sum(),
    )  # fmt: skip
    found = nw.concat([_at_home(bank).select(*PAIR), sums.select(*PAIR)]).unique().join(sums, on=list(PAIR), how="left")
    for end in PAIR:
        theirs = persons.rename({name: f"{end}_{name}" for name in ("home", "name", "born", "female", "company")})
        found = found.join(theirs.rename({"entity": end}), on=end, how="inner", suffix=f"_{end}")
    same = {"home": "home", "surname": "name", "colleagues": "company"}
    rows = found.with_columns(
        *((nw.col(f"low_{of}") == nw.col(f"high_{of}")).cast(nw.Int8).alias(name) for name, of in same.items()),
        (nw.col("low_born") - nw.col("high_born")).abs().alias("age_gap"),
        (nw.col("low_female") != nw.col("high_female")).cast(nw.Int8).alias("sexes"),
        (nw.col("fen") / nw.col("payments")).log().alias("yuan"),
    )
    table = rows.select(*PAIR, "draw", *FEATURES[:-1]).collect().to_native().sort(*PAIR)
    purposes = paid.filter(~nw.col("purpose").is_null()).select(*PAIR, "purpose").unique()
    return table, purposes.collect().to_native()


def _persons(bank: Bank) -> Frame:
    """(entity, draw, home, name, born, female, company) of customers, staff and persons outside; unknown is null."""
    work = bank.staff.group_by("entity").agg(nw.col("company").max())
    first = bank.customers.unique(subset="entity", keep="first", order_by=["party"])
    customers = first.select(
        "entity", "draw", "home", nw.col("surname").alias("name"), nw.col("birth_date").dt.year().alias("born"),
        (nw.col("gender") == "F").alias("female"),
    )  # fmt: skip
    parts = (bank.staff, bank.counterparties.filter(nw.col("kind").fill_null("") != "company"))
    others = nw.concat([part.select("entity", "draw", nw.col("surname").alias("name")) for part in parts])
    strangers = others.group_by("entity", "draw").agg(nw.col("name").max()).join(customers, on="entity", how="anti")
    unknown = strangers.select(
        "entity", "draw", nw.lit(None).cast(nw.UInt32).alias("home"), "name",
        nw.lit(None).cast(nw.Int32).alias("born"), nw.lit(None).cast(nw.Boolean).alias("female"),
    )  # fmt: skip
    every = nw.concat([customers, unknown])
    return every.join(work, on="entity", how="left")


def _at_home(bank: Bank) -> Frame:
    """Unique `PAIR` of customers at one home."""
    homes = bank.customers.filter(~nw.col("home").is_null()).select("home", "entity").unique()
    pairs = homes.join(homes.rename({"entity": "other"}), on="home", how="inner")
    return pairs.filter(nw.col("entity") < nw.col("other")).select(*_ordered("entity", "other")).unique()


def _paid(bank: Bank, day: date, persons: Frame) -> Frame:
    """Payments within a year between persons one of whom banks here: `PAIR`, forward, month, fen, count, purpose."""
    lately = bank.payments.filter(nw.col("paid_on") > day - timedelta(days=peers.PAYMENT_DAYS))
    known = persons.select("entity")
    for end in ("payer", "payee"):
        lately = lately.join(known.rename({"entity": end}), on=end, how="semi")
    here = bank.banking().with_columns(nw.lit(1).alias("here"))
    for end in ("payer", "payee"):
        lately = lately.join(here.rename({"entity": end, "here": f"{end}_here"}), on=end, how="left")
    rows = kept(
        lately.filter(~nw.col("payer_here").is_null() | ~nw.col("payee_here").is_null()).select(
            *_ordered("payer", "payee"), (nw.col("payer") < nw.col("payee")).alias("forward"),
            (nw.col("paid_on").dt.year() * 12 + nw.col("paid_on").dt.month()).alias("month"), "fen", "count", "purpose",
        )
    )  # fmt: skip
    pairs = kept(rows.select(*PAIR).unique())
    ends = nw.concat([pairs.select(nw.col(end).alias("entity")) for end in PAIR])
    few = kept(ends.group_by("entity").agg(nw.len().alias("n")).filter(nw.col("n") <= peers.MOST_PARTNERS))
    for end in PAIR:
        rows = rows.join(few.select(nw.col("entity").alias(end)), on=end, how="semi")
    return rows


def _telling(purposes: pl.DataFrame, labelled: pl.DataFrame) -> pl.DataFrame:
    """(purpose, telling): log-odds that a pair was told of which pays so, above those of all pairs, shrunk."""
    base = float(labelled["label"].mean() or 0.0)  # pyright: ignore[reportArgumentType]
    rows = purposes.join(labelled, on=PAIR, how="inner")
    counts = rows.group_by("purpose").agg(pl.len().alias("n"), pl.col("label").sum().alias("told")).sort("purpose")
    share = (counts["told"].to_numpy() + WEIGHT * base) / (counts["n"].to_numpy() + WEIGHT)
    return counts.select("purpose", telling=logit(share) - float(logit(base)))


def _worded(pairs: pl.DataFrame, purposes: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """`pairs` with `words`: the most telling of those that they pay under."""
    best = purposes.join(words, on="purpose", how="inner").group_by(PAIR).agg(words=pl.col("telling").max())
    return pairs.join(best, on=PAIR, how="left", maintain_order="left")
