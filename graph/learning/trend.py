"""How often it will happen: the rate of past months, carried on.

A model that was calibrated on the newest known horizon says what was true half a year ago; where a bank grows, more
comes now. The number of outcomes in each past month, over those who were at risk then, is a Poisson count whose log
rate is a level, a trend that may bend, and a yearly season (McCullagh and Nelder 1989); recent months weigh more,
trend and season are drawn to nothing where counts are few.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from graph.learning.model import Floats

MONTH: Final = 30
MOST_MONTHS: Final = 36
LEAST_MONTHS: Final = 12
LEAST_EVENTS: Final = 30
HALF_LIFE: Final = 12.0
"""Months after which what was seen weighs half."""
YEAR: Final = 365.25 / MONTH
SPREADS: Final = (np.inf, 0.1, 0.002, 0.15, 0.15)
"""How far level, trend (a month), its bend and season are expected to be from nothing: of the log rate."""


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


def expected_share(counts: Counts, horizon: int, before: Floats | None = None, now: float = 1.0) -> float | None:
    """The share of those at risk who do it within `horizon` days; None where the past is too short to tell.

    `before` (by month) and `now` say how likely a model finds it of those at risk then and now. It takes some of time's
    doing for that of its features, so only the root of what it says is believed; the rest is trend and season.
    """
    expected = np.ones(len(counts.at_risk)) if before is None else np.sqrt(before)
    known = (counts.at_risk > 0)[: len(expected)]
    if known.sum() < LEAST_MONTHS or counts.events.sum() < LEAST_EVENTS:
        return None
    back = np.flatnonzero(known)
    weight = 0.5 ** (back / HALF_LIFE)
    exposure = (counts.at_risk[: len(expected)] * expected)[known]
    coefficients = _fitted(
        _terms(-0.5 - back.astype(np.float64)), exposure, counts.events[: len(expected)][known], weight
    )
    ahead = horizon / MONTH
    middles = np.arange(0.5, ahead + 0.5)
    parts = np.minimum(1.0, ahead - np.arange(len(middles)))
    return float(1.0 - np.exp(-np.sqrt(now) * (np.exp(_terms(middles) @ coefficients) * parts).sum()))


def _terms(month: Floats) -> Floats:
    """Level, trend, bend and season at months from now."""
    turn = 2 * np.pi * month / YEAR
    return np.stack([np.ones(len(month)), month, np.square(month), np.sin(turn), np.cos(turn)], axis=1)


def _fitted(terms: Floats, at_risk: Floats, events: Floats, weight: Floats) -> Floats:
    """Weighted Poisson regression with normal priors, by Newton's method."""
    precision = np.diag(1.0 / np.square(SPREADS))
    coefficients = np.zeros(terms.shape[1])
    coefficients[0] = np.log((events @ weight) / (at_risk @ weight))
    for _ in range(50):
        mean = at_risk * np.exp(terms @ coefficients)
        slope = terms.T @ (weight * (events - mean)) - precision @ coefficients
        curve = (terms * (weight * mean)[:, None]).T @ terms + precision
        step = np.linalg.solve(curve, slope)
        coefficients = coefficients + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-10:  # noqa: PLR2004
            break
    return coefficients
