"""A level of its own for each horizon, so that no feature stands for time.

Where more is taken in every half-year, whatever grows with time would seem to be the reason. So the log-odds from which
the rows of a horizon start are first moved to what that horizon brought; what is learned then tells people apart, not
years. The level moves on from horizon to horizon (a random walk, read by Kalman's filter): where outcomes are many the
newest one counts, where they are few the mean of all.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.learning.rows import Floats, Rows, matching_level

WALK: Final = 0.05
"""Standard deviation of what a level moves from one horizon to the next."""


def levels(rows: Rows, time: NDArray[np.integer], times: int) -> tuple[Floats, float]:
    """By time, the shift of log-odds that brings the mean of the rows' starts to that of their outcomes.

    Args:
        rows: the examples.
        time: of each row, its horizon, under `times`.
        times: how many horizons there are.

    Returns:
        The shifts, and the level at the newest horizon, in which each counts by how many outcomes it rests on.
    """
    found, variance = np.zeros(times), np.zeros(times)
    for place in range(times):
        here = time == place
        start, weight, came = rows.start[here], rows.weight[here], float(rows.label[here].sum())
        # half an outcome more than was seen, so that a horizon without any has a level
        mean = (came + 0.5) / (float(weight.sum()) + 1.0)
        found[place] = matching_level(start, mean, weight) if len(start) else 0.0
        variance[place] = 1.0 / max(came, 0.5)
    return found, _newest(found, variance)


def _newest(found: Floats, variance: Floats) -> float:
    """Where the walk stands at place 0, by what was found at each place and how surely."""
    level, doubt = found[-1], variance[-1]
    for place in range(len(found) - 2, -1, -1):
        doubt += WALK**2
        gain = doubt / (doubt + variance[place])
        level, doubt = level + gain * (found[place] - level), doubt * (1 - gain)
    return float(level)
