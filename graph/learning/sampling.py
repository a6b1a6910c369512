"""Samples that depend on keys alone: the same rows whatever their order, the threads or the other rows."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

HALF: Final = 0.5


def uniform(keys: NDArray[np.integer], seed: int, salt: int = 0) -> NDArray[np.float64]:
    """A number in [0, 1) for each key (the finaliser of SplitMix64, Steele et al. 2014)."""
    with np.errstate(over="ignore"):
        x = keys.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15) * np.uint64(1 + seed * 1009 + salt)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((x ^ (x >> np.uint64(31))) >> np.uint64(11)) / float(1 << 53)


def thinned(
    keys: NDArray[np.integer], label: NDArray[np.bool_], cap: int, seed: int
) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """Which rows to learn from where there are more than `cap`: every positive, and a share of the negatives.

    Returns:
        A mask over the rows, and the weight of each row taken, so that weighted sums estimate those over all.
    """
    negatives = int(len(label) - label.sum())
    room = max(cap - int(label.sum()), cap // 2)
    share = min(1.0, room / max(negatives, 1))
    taken = label | (uniform(keys, seed, 1) < share)
    return taken, np.where(label, 1.0, 1.0 / share).astype(np.float32)[taken]


def held_out(people: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Which half of the people calibrates, and is not learned from: always the same ones."""
    return uniform(people, 0, 7) < HALF
