"""The order of opportunities: which comes first over a kind, and among a subject's own."""

from collections.abc import Iterator
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
    return next(ranked_parts(scored, levers, context, max(len(scored), 1)))


def ranked_parts(
    scored: pl.DataFrame, levers: pl.Series, context: float, rows: int
) -> Iterator[pl.DataFrame]:  # fmt: skip
    """What `ranked` gives, so many rows at a time, one part at least: `scored` is never held in another order."""
    keys = _valued(scored.select("product", "probability", "annual_value"), levers, context)
    priority = keys["priority"].fill_null(-1.0).to_numpy()
    order = np.lexsort((-(keys["probability"] * keys["levers"]).to_numpy(), -priority)).astype(np.uint32)
    del keys, priority
    place = _place_in_group(scored["subject"].to_numpy()[order])
    for start in range(0, max(len(order), 1), rows):
        here = slice(start, start + rows)
        part, rank = _valued(scored[order[here]], levers, context), np.arange(start, len(order), dtype=np.uint32)[:rows]
        yield part.with_columns(rank=rank + 1, place=place[here])


def _valued(rows: pl.DataFrame, levers: pl.Series, context: float) -> pl.DataFrame:
    return rows.with_columns(
        (pl.col("probability") * pl.col("annual_value")).round(4).alias("expected_value"),
        pl.lit(context).alias("context"),
        levers.gather(rows["product"], null_on_oob=True).fill_null(1.0).alias("levers"),
    ).with_columns(priority=(pl.col("expected_value") * context * pl.col("levers")).round(4))


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
