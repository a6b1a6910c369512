"""How high the level of the horizon ahead will be, from the levels of the past ones: growth and season, honestly drawn.

A level is the shift of log-odds by which a model's mean agrees with what was observed in a horizon. Levels are taken
to follow a line and a yearly wave, whose coefficients are drawn to 0 (Bayesian linear regression with a Gaussian
prior; Bishop 2006, section 3.3), and each counts by how many outcomes it rests on.
"""

from collections.abc import Sequence
from datetime import date
from math import pi
from typing import Final

import numpy as np

from graph.learning.model import Floats

YEAR: Final = 365.25
PRIOR: Final = (2.0, 0.05, 0.15, 0.15)
"""Standard deviations of the constant, the yearly trend and the two halves of the wave, in log-odds.

The trend is what is left of growth where the log-odds already start from a rate that was carried forward.
"""
RESIDUAL: Final = 0.05
"""Standard deviation of a level that rests on endless outcomes."""


def forecast(days: Sequence[date], levels: Floats, outcomes: Floats, ahead: date) -> float:
    """The level expected of the horizon that begins on `ahead`.

    Args:
        days: on which the past horizons began.
        levels: of each of them, in log-odds.
        outcomes: how many each rests on.
        ahead: where the next one begins; as long after the newest as that after the one before.

    Returns:
        The mean of the posterior, in log-odds; 0 where there is no past.
    """
    if not len(days):
        return 0.0
    seen = np.stack([basis(day, ahead) for day in days])
    precision = 1.0 / (RESIDUAL**2 + 1.0 / np.maximum(outcomes, 0.5))
    prior = np.diag(1.0 / np.square(PRIOR))
    weights = np.linalg.solve(prior + seen.T * precision @ seen, seen.T @ (precision * levels))
    return float(basis(ahead, ahead) @ weights)


def basis(day: date, ahead: date) -> Floats:
    """Constant, years before `ahead`, and the place in the year."""
    turn = 2 * pi * day.timetuple().tm_yday / YEAR
    return np.array([1.0, (day - ahead).days / YEAR, np.cos(turn), np.sin(turn)])
