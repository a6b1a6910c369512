"""Who is paid by a company as its owners are: few payments a year, large against what it pays to others.

    (client)─PAID─(person), a few times a year, as those who are known as its owners are paid

What such payments look like is learned from the owners that the bank was told of: which words stand beside them, how
large, how often, whether the payee is on the staff list. Owners of whom nobody told count among the others when it is
learned, so the probability is the least that it could be.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import narwhals as nw
import numpy as np
import polars as pl

from graph.features import companies, peers
from graph.features.bank import Bank, days_since, kept
from graph.learning.model import LEAST_POSITIVES, Model, fit
from graph.learning.rows import Rows, logit, matrix
from graph.learning.sampling import held_out
from graph.people import Frame

FEATURES: Final = ("purpose", "ratio", "payments", "months", "gap", "regular", "wages", "listed")
"""`regular`: it pays them monthly, too; `wages`: it pays others monthly under this purpose."""
DAYS: Final = 365
MOST_MONTHS: Final = 4
"""Who is paid in more months of a year than this is paid wages, rent or goods."""
LEAST_STREAMS: Final = 20
"""A purpose that fewer streams bear is none that recurs."""
LEAST_PROBABILITY: Final = 0.5
"""From here on somebody is taken for a likely owner."""


@dataclass(frozen=True)
class Payouts:
    """A learned eye for what owners are paid."""

    model: Model
    start: float
    purposes: pl.Series
    """the purposes that recur; a purpose's code is its place"""

    @classmethod
    def learn(cls, bank: Bank, day: date, seed: int) -> "Payouts | None":
        """Learn from the known owners of clients as of `day`; None where too few of them are paid."""
        streams = _streams(bank, day)
        counts = streams.group_by("purpose").len("streams").filter(pl.col("streams") >= LEAST_STREAMS)
        purposes = counts["purpose"].sort()
        table = _coded(streams, purposes)
        owners = _owners(bank).with_columns(nw.lit(value=True).alias("owner")).collect().to_native()
        label = table.join(owners, on=["company", "entity"], how="left", maintain_order="left")["owner"].is_not_null()
        half = held_out(table["draw"].to_numpy())
        taken = label.to_numpy()
        if min(taken[half].sum(), taken[~half].sum()) < LEAST_POSITIVES:
            return None
        start = float(logit(taken.mean()))
        rows = Rows(matrix(table, FEATURES), np.full(len(table), start), taken, np.ones(len(table), np.float32))
        model = fit(rows.where(half), rows.where(~half), FEATURES, FEATURES[:1], seed, rising=("ratio",))
        return cls(model, start, purposes)

    def likely(self, bank: Bank, day: date) -> Frame:
        """Persons whom a client pays as it pays owners, and who are not known as such: (company, entity, likely)."""
        table = _coded(_streams(bank, day), self.purposes)
        chance = self.model.probability(matrix(table, FEATURES), np.full(len(table), self.start))
        found = table.select("company", "entity", likely=chance.round(6)).group_by("company", "entity").max()
        strangers = nw.from_native(found.filter(pl.col("likely") >= LEAST_PROBABILITY).lazy())
        return strangers.join(_owners(bank), on=["company", "entity"], how="anti")


def _owners(bank: Bank) -> Frame:
    """Unique (company, entity) of owners and legal representatives."""
    told = bank.ties.filter((nw.col("type") == "OWNS") | (nw.col("kind") == "legal_representative"))
    return told.select(nw.col("to").alias("company"), nw.col("from").alias("entity")).unique()


def _coded(streams: pl.DataFrame, purposes: pl.Series) -> pl.DataFrame:
    codes = pl.DataFrame({"purpose": purposes, "code": np.arange(len(purposes), dtype=np.float32)})
    coded = streams.join(codes, on="purpose", how="left", maintain_order="left")
    return coded.with_columns(purpose="code")


def _streams(bank: Bank, day: date) -> pl.DataFrame:
    """What clients paid to each person under each purpose within `DAYS`, if in few months: the features, sorted."""
    persons = bank.parties.filter(nw.col("label").is_in(["Customer", "Employee"])).select("entity", "draw").unique()
    streams = kept(_paid(bank, day, persons))
    usual = streams.group_by("company").agg(nw.col("yuan").median().alias("usual"))
    most = MOST_MONTHS * min(1.0, _reach(bank, day) / DAYS)
    often = streams.filter(nw.col("months") > most)
    few = streams.filter(nw.col("months") <= most).join(usual, on="company", how="left")
    listed = peers.members(bank)
    for name, rows, key in (("regular", often, "entity"), ("wages", often, "purpose"), ("listed", listed, "entity")):
        marked = rows.select("company", key).unique().with_columns(nw.lit(1).alias(name))
        few = few.join(marked, on=["company", key], how="left").with_columns(nw.col(name).fill_null(0))
    gap = ((nw.col("first") - nw.col("last")) / (nw.col("payments") - 1).clip(1)).alias("gap")
    ratio = (nw.col("yuan") / nw.col("usual")).log().alias("ratio")
    rows = few.join(persons, on="entity", how="left").with_columns(gap, ratio)
    return rows.collect().to_native().sort("company", "entity", "purpose")


def _paid(bank: Bank, day: date, persons: Frame) -> Frame:
    """By client, person and purpose: payments, months in which there were any, days since `first` and `last`, yuan."""
    lately = bank.payments.filter((nw.col("paid_on") > day - timedelta(days=DAYS)) & (nw.col("fen") > 0))
    rows = lately.rename({"payer": "company", "payee": "entity"}).with_columns(
        nw.col("purpose").fill_null(""), days_since("paid_on", day).alias("ago"),
        (nw.col("paid_on").dt.year() * 12 + nw.col("paid_on").dt.month()).alias("month"),
    )  # fmt: skip
    clients = companies.clients(bank).rename({"entity": "company"})
    between = rows.join(clients, on="company", how="semi").join(persons, on="entity", how="semi")
    sums = between.group_by("company", "entity", "purpose").agg(
        nw.col("fen").sum(), nw.col("count").sum().alias("payments"), nw.col("month").n_unique().alias("months"),
        nw.col("ago").min().alias("last"), nw.col("ago").max().alias("first"),
    )  # fmt: skip
    return sums.with_columns((nw.col("fen") / 100 / nw.col("payments")).alias("yuan"))


def _reach(bank: Bank, day: date) -> int:
    """How many days the payments of the source reach back before `day`."""
    first = bank.payments.select(nw.col("paid_on").min()).collect().item()
    return 0 if first is None else (day - first).days
