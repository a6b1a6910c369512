"""PageRank on a SciPy sparse matrix (Page et al. 1999), restarted where one chooses (Haveliwala 2002)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

DAMPING: Final = 0.85
CLOSE: Final = 1e-6
"""Ends when a round moves less than this share of the rank."""
MOST_ROUNDS: Final = 100


def pagerank(
    source: NDArray[np.integer], target: NDArray[np.integer], weight: NDArray[np.float64], start: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """PageRank over directed weighted edges between nodes 0..len(start)-1, restarted evenly on `start`.

    A node that leads nowhere gives what it has back to the start; all zeros where nothing starts. Sums to 1.
    """
    number = len(start)
    if not start.any():
        return np.zeros(number)
    graph = csr_array((weight, (target, source)), (number, number))
    out = np.bincount(source, weight, number)
    spread = np.divide(DAMPING, out, out=np.zeros(number), where=out > 0)
    restart = start / start.sum()
    rank = restart
    for _ in range(MOST_ROUNDS):
        before, lost = rank, DAMPING * rank[out == 0].sum()
        rank = graph @ (rank * spread) + (lost + 1 - DAMPING) * restart
        if np.abs(rank - before).sum() < CLOSE:
            break
    return rank
