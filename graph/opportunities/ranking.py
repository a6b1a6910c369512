"""The order of opportunities: which comes first over a kind, and among a subject's own."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

FACTORS: Final = ("context", "levers", "priority")
"""What orders opportunities beside their expected value, and what comes of it."""
SHOWN: Final = 3
"""Places of a subject that exports and the store show unless more are asked for."""


def ranked(scored: pl.DataFrame, levers: pl.Series, context: float = 1.0) -> pl.DataFrame:
    """`scored` (sorted by subject and product) best first: priority, then what it is without a value, then key.

    Adds `expected_value`, `context`, `levers`, `priority`, `rank` over the kind and `place` among the subject's own.

    Args:
        scored: the columns of `graph.opportunities.task.SCORED`, or at least subject, product, probability and value.
        levers: the factor of each product code (`graph.opportunities.priority`).
        context: the factor of the kind.
    """
    valued = scored.with_columns(
        (pl.col("probability") * pl.col("annual_value")).round(4).alias("expected_value"),
        pl.lit(context).alias("context"),
        levers.gather(scored["product"], null_on_oob=True).fill_null(1.0).alias("levers"),
    ).with_columns(priority=(pl.col("expected_value") * context * pl.col("levers")).round(4))
    priority = valued["priority"].fill_null(-1.0).to_numpy()
    order = np.lexsort((-(valued["probability"] * valued["levers"]).to_numpy(), -priority))
    best_first = valued[order]
    rank = np.arange(1, len(order) + 1, dtype=np.uint32)
    return best_first.with_columns(rank=rank, place=_place_in_group(best_first["subject"].to_numpy()))


def shown(scored: pl.DataFrame, levers: pl.Series) -> NDArray[np.bool_]:
    """Which rows of `scored`, with all rows of each of its subjects, are among the best of their subject."""
    keys = scored.select("subject", "product", "probability", "annual_value").with_row_index("row")
    best = ranked(keys, levers).filter(pl.col("place") <= SHOWN)["row"].to_numpy()
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
