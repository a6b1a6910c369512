"""A level of its own for each horizon, so that no feature stands for time.

Where more is taken in every half-year, whatever grows with time would seem to be the reason. So the log-odds from which
the rows of a horizon start are first moved to what that horizon brought; what is learned then tells people apart, not
years.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.learning.rows import Floats, Rows, matching_level

RESIDUAL: Final = 0.05
"""Standard deviation of a level that rests on endless outcomes."""


def levels(rows: Rows, time: NDArray[np.integer], times: int) -> tuple[Floats, float]:
    """By time, the shift of log-odds that brings the mean of the rows' starts to that of their outcomes.

    Args:
        rows: the examples.
        time: of each row, its horizon, under `times`.
        times: how many horizons there are.

    Returns:
        The shifts, and their mean, in which each counts by how many outcomes it rests on.
    """
    found, precision = np.zeros(times), np.zeros(times)
    for place in range(times):
        there = time == place
        start, label, weight = rows.start[there], rows.label[there], rows.weight[there]
        # half an outcome more than was seen, so that a horizon without any has a level
        mean = (float(label.sum()) + 0.5) / (float(weight.sum()) + 1.0)
        found[place] = matching_level(start, mean, weight) if len(start) else 0.0
        precision[place] = 1.0 / (RESIDUAL**2 + 1.0 / max(float(label.sum()), 0.5))
    return found, float(precision @ found / precision.sum())
