"""How fast the openings of a line grow at a bank: month by month up to its day, and what is to be expected after it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import narwhals as nw
import numpy as np

from graph.features.bank import Bank, days_since
from graph.features.clients import corporate
from graph.learning.trend import MONTH, Counts, Trend

YEAR: Final = 365 / MONTH
MOST: Final = 3.0
"""Openings that more than treble from one horizon to the next soon run out of those who could make them."""
SPREAD: Final = 0.5
"""Standard deviation of a bank's growth, in logs: what is seen in few openings is drawn to none."""


@dataclass(frozen=True)
class Growth:
    """The openings of a line, by months before the day on which the bank stands."""

    as_of: date
    counts: Counts
    """of those who were with the bank when a month began"""
    trend: Trend | None
    """None where the past is too short or too quiet to tell"""

    @classmethod
    def of(cls, bank: Bank, line: str, as_of: date, first: date | None) -> "Growth":
        """Of the `retail` or `corporate` line of a bank that stands on `as_of`; its past begins on `first`."""
        counts = _counts(bank, line, as_of, 0 if first is None else (as_of - first).days // MONTH)
        return cls(as_of, counts, Trend.fitted(counts))

    def carried_forward(self, day: date, horizon: int) -> float:
        """Log of the rate of openings in the `horizon` after `day` over that in the year up to it.

        After a past day it is what came, drawn to none where that was little; after the bank's day what is expected.
        """
        back = (self.as_of - day).days / MONTH
        events, rate = self._seen(back, back + YEAR)
        if not events:
            return 0.0
        if back <= 0:
            return float(np.log(self.trend.expected(horizon) * MONTH / horizon / rate)) if self.trend else 0.0
        came, ahead = self._seen(back - horizon / MONTH, back)
        seen = SPREAD**2 / (SPREAD**2 + 1 / (came + 0.5) + 1 / events)
        return float(seen * np.log(ahead / rate)) if came else 0.0

    def ahead(self, horizon: int) -> float:
        """Openings a customer expected within the `horizon` over those of the last so many days; 1 where unknown."""
        rate = self._seen(0, horizon / MONTH)[1]
        return min(MOST, self.trend.expected(horizon) * MONTH / horizon / rate) if self.trend and rate else 1.0

    def _seen(self, newest: float, oldest: float) -> tuple[float, float]:
        """Openings between so many months ago, and how many a month and customer that is."""
        edges = np.arange(len(self.counts.events) + 1)
        sums = [np.r_[0.0, np.cumsum(column)] for column in (self.counts.events, self.counts.at_risk)]
        events, at_risk = (float(np.diff(np.interp([newest, oldest], edges, column))[0]) for column in sums)
        # a year that the past does not fill counts as one, as it does in the openings a year that rates start from
        filled = max(0.0, min(oldest, len(edges) - 1) - newest) / (oldest - newest)
        return events, events / at_risk * filled if at_risk else 0.0


def _counts(bank: Bank, line: str, as_of: date, months: int) -> Counts:
    """Openings of so many months, the newest first, and the customers who could make them."""
    if line == "corporate":
        side = corporate(bank)
        customers, holdings = side.customers.rename({"client_since": "since"}), side.holdings
    else:
        customers, holdings = bank.customers.rename({"came_on": "since"}), bank.people().holdings
    # a customer without a date was always there: longer than any month that is counted
    here = (days_since("since", as_of) // MONTH).fill_null(months).alias("here")
    known = customers.select("entity", here).group_by("entity").agg(nw.col("here").max())
    opened = holdings.select("entity", (days_since("opened_on", as_of) // MONTH).alias("ago")).join(
        known, on="entity", how="inner"
    )
    events = opened.filter((nw.col("here") > nw.col("ago")) & (nw.col("ago") < months)).select("ago").collect()
    whole = known.select(nw.col("here").clip(0, months)).collect()
    came, done = (frame.to_native().to_series().to_numpy() for frame in (whole, events))
    at_risk = np.bincount(came, minlength=months + 1)[::-1].cumsum()[::-1][1:]
    return Counts(at_risk.astype(np.float64), np.bincount(done, minlength=months).astype(np.float64))
