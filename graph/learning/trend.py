"""How often it will happen: the rate of past months, carried on.

A model that was calibrated on the newest known horizon says what was true half a year ago; where a bank grows, more
comes now. The number of outcomes in each past month, over those who were at risk then, is a Poisson count whose log
rate is a level, a trend whose slope may turn every quarter, and a yearly season (a local linear trend, Harvey 1989).
How much of a turn is believed depends on the counts: many outcomes show the last year's growth, few that of all years.
Where counts are few, trend and season are drawn to nothing, or to those of something like it that happens more often.
Ahead of the last month the trend flattens (Gardner and McKenzie 1985): growth runs out of those who could still do it.
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
YEAR: Final = 365.25 / MONTH
QUARTER: Final = 3
"""Months after which the slope may turn."""
TURNS: Final = -np.arange(QUARTER, MOST_MONTHS, QUARTER).astype(np.float64)
DAMPING: Final = 0.95
"""What is left of the slope a month further ahead."""
NEAR: Final = 1e-10


def _spreads(slope: float, season: float, turn: float) -> Floats:
    """How far each coefficient is expected to be from its centre: of the log rate, and by month."""
    return np.r_[np.inf, slope, season, season, np.full(len(TURNS), turn * np.sqrt(QUARTER))]


SPREADS: Final = _spreads(0.1, 0.15, 0.008)
"""From nothing."""
LIKE: Final = _spreads(0.02, 0.08, 0.005)
"""From those of something like it."""


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
    """A fitted log rate a month: level, slope now, season, and how much the slope fell at each of `TURNS`."""

    coefficients: Floats

    @classmethod
    def fitted(cls, counts: Counts, like: "Trend | None" = None) -> "Trend | None":
        """Fit to the newest of the counts, drawn to `like`; None where the past is too short or too quiet to tell."""
        back = np.flatnonzero(counts.at_risk[:MOST_MONTHS] > 0)
        if len(back) < LEAST_MONTHS or counts.events[back].sum() < LEAST_EVENTS:
            return None
        centre = np.zeros(len(SPREADS)) if like is None else np.r_[0.0, like.coefficients[1:]]
        spreads = SPREADS if like is None else LIKE
        terms = _terms(-0.5 - back.astype(np.float64))
        return cls(_fitted(terms, counts.at_risk[back], counts.events[back], centre, spreads))

    def expected(self, days: int) -> float:
        """How many outcomes are expected of each one at risk within the next `days`."""
        middles = np.arange(0.5, days / MONTH + 0.5)
        parts = np.minimum(1.0, days / MONTH - np.arange(len(middles)))
        return float(np.exp(_terms(middles) @ self.coefficients) @ parts)


def _terms(month: Floats) -> Floats:
    """What each coefficient is multiplied with at months from now."""
    season = 2 * np.pi * month / YEAR
    flattened = (1 - DAMPING ** np.maximum(month, 0.0)) / -np.log(DAMPING)
    ahead = np.where(month > 0, flattened, month)
    turned = np.maximum(TURNS - month[:, None], 0.0)
    return np.column_stack([np.ones(len(month)), ahead, np.sin(season), np.cos(season), turned])


def _fitted(terms: Floats, at_risk: Floats, events: Floats, centre: Floats, spreads: Floats) -> Floats:
    """Poisson regression with normal priors, by Newton's method."""
    precision = np.diag(1.0 / np.square(spreads))
    coefficients = centre.copy()
    coefficients[0] = np.log(events.sum() / (at_risk @ np.exp(terms @ centre)))
    for _ in range(50):
        mean = at_risk * np.exp(terms @ coefficients)
        slope = terms.T @ (events - mean) - precision @ (coefficients - centre)
        curve = (terms * mean[:, None]).T @ terms + precision
        step = np.linalg.solve(curve, slope)
        coefficients = coefficients + step / max(1.0, float(np.abs(terms @ step).max()))
        if np.abs(step).max() < NEAR:
            break
    return coefficients
