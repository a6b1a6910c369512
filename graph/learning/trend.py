"""How often it will happen: the rate of past months, carried on.

A model that was calibrated on the newest known horizon says what was true half a year ago; where a bank grows, more
comes now. The number of outcomes in each past month, over those who were at risk then, is a Poisson count whose log
rate is a level, a trend that may bend, and a yearly season (McCullagh and Nelder 1989); recent months weigh more.
Where counts are few, trend and season are drawn to nothing, or to those of something like it that happens more often.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from graph.learning.rows import Floats

MONTH: Final = 30
MOST_MONTHS: Final = 36
LEAST_MONTHS: Final = 12
LEAST_EVENTS: Final = 30
HALF_LIFE: Final = 12.0
"""Months after which what was seen weighs half."""
YEAR: Final = 365.25 / MONTH
SPREADS: Final = (np.inf, 0.1, 0.002, 0.15, 0.15)
"""How far level, trend (a month), its bend and season are expected to be from nothing: of the log rate."""
LIKE: Final = (np.inf, 0.02, 0.001, 0.08, 0.08)
"""The same, from those of something like it."""


@dataclass(frozen=True)
class Counts:
    """By month of 30 days, newest first: how many were at risk when it began, and how many of them did it in it."""

    at_risk: Floats
    events: Floats

    @classmethod
    def of(cls, spells: pl.DataFrame, as_of: date, first: date) -> "Counts":
        """Count `spells`: at risk from `start` (null: always) until `end`, the day of the outcome (null: not yet).

        Months that began before `first` are not counted.
        """
        months = min(MOST_MONTHS, max(0, (as_of - first).days // MONTH))
        rows = [_month(spells, as_of - timedelta(days=MONTH * (back + 1))) for back in range(months)]
        return cls(*np.array(rows, np.float64).reshape(-1, 2).T)


def _month(spells: pl.DataFrame, begin: date) -> tuple[int, int]:
    """How many were at risk at the end of the day `begin`, and how many of them did it in the month after."""
    start, end = pl.col("start"), pl.col("end")
    at_risk = (start.is_null() | (start <= begin)) & (end.is_null() | (end > begin))
    done = at_risk & (end <= begin + timedelta(days=MONTH))
    return spells.select(at_risk.sum().alias("at_risk"), done.sum().alias("events")).row(0)


@dataclass(frozen=True)
class Trend:
    """A fitted log rate a month: level, trend, bend and season."""

    coefficients: Floats

    @classmethod
    def fitted(cls, counts: Counts, like: "Trend | None" = None) -> "Trend | None":
        """Fit to the newest of the counts, drawn to `like`; None where the past is too short or too quiet to tell."""
        back = np.flatnonzero(counts.at_risk[:MOST_MONTHS] > 0)
        if len(back) < LEAST_MONTHS or counts.events[back].sum() < LEAST_EVENTS:
            return None
        centre = np.zeros(len(SPREADS)) if like is None else np.r_[0.0, like.coefficients[1:]]
        spreads = SPREADS if like is None else LIKE
        terms, weight = _terms(-0.5 - back.astype(np.float64)), 0.5 ** (back / HALF_LIFE)
        return cls(_fitted(terms, counts.at_risk[back], counts.events[back], weight, centre, spreads))

    def expected(self, days: int) -> float:
        """How many outcomes are expected of each one at risk within the next `days`."""
        middles = np.arange(0.5, days / MONTH + 0.5)
        parts = np.minimum(1.0, days / MONTH - np.arange(len(middles)))
        return float(np.exp(_terms(middles) @ self.coefficients) @ parts)


def _terms(month: Floats) -> Floats:
    """Level, trend, bend and season at months from now."""
    turn = 2 * np.pi * month / YEAR
    return np.stack([np.ones(len(month)), month, np.square(month), np.sin(turn), np.cos(turn)], axis=1)


def _fitted(
    terms: Floats, at_risk: Floats, events: Floats, weight: Floats, centre: Floats, spreads: tuple[float, ...]
) -> Floats:
    """Weighted Poisson regression with normal priors, by Newton's method."""
    precision = np.diag(1.0 / np.square(spreads))
    coefficients = centre.copy()
    drawn = np.exp(terms @ centre)
    coefficients[0] = np.log((events @ weight) / (at_risk * drawn @ weight))
    for _ in range(50):
        mean = at_risk * np.exp(terms @ coefficients)
        slope = terms.T @ (weight * (events - mean)) - precision @ (coefficients - centre)
        curve = (terms * (weight * mean)[:, None]).T @ terms + precision
        step = np.linalg.solve(curve, slope)
        coefficients = coefficients + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-10:  # noqa: PLR2004
            break
    return coefficients
