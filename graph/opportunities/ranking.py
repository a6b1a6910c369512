"""The order of opportunities: which is best over a kind, and among a subject's own."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

SHOWN: Final = 3
"""Places of a subject that exports and the store show unless more are asked for."""


def ranked(scored: pl.DataFrame) -> pl.DataFrame:
    """`scored` (sorted by subject and product) best first: expected value, then probability, then key.

    Adds `expected_value`, `rank` over the kind and `place` among the subject's own.
    """
    valued = scored.with_columns(expected_value=(pl.col("probability") * pl.col("annual_value")).round(4))
    value = valued["expected_value"].fill_null(-1.0).to_numpy()
    order = np.lexsort((-valued["probability"].to_numpy(), -value))
    best_first = valued[order]
    rank = np.arange(1, len(order) + 1, dtype=np.uint32)
    return best_first.with_columns(rank=rank, place=_place_in_group(best_first["subject"].to_numpy()))


def shown(scored: pl.DataFrame) -> NDArray[np.bool_]:
    """Which rows of `scored`, with all rows of each of its subjects, are among the best of their subject."""
    keys = scored.select("subject", "probability", "annual_value").with_row_index("row")
    best = ranked(keys).filter(pl.col("place") <= SHOWN)["row"].to_numpy()
    mask = np.zeros(len(scored), bool)
    mask[best] = True
    return mask


def _place_in_group(group: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """1, 2, … for the rows of each group, in their order."""
    order = np.argsort(group, kind="stable")
    together = group[order]
    place = np.empty(len(group), np.uint32)
    place[order] = np.arange(len(group)) - np.searchsorted(together, together) + 1
    return place
