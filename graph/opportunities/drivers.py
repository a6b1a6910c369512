"""Why a row scores as it does: log-odds by group of evidence, for the rows that are shown.

`base` and the groups of `graph.features.groups` sum to the log-odds of the row's probability. The groups are exact
SHAP values of the trees, and of the line beside them, after the calibration's slope; the base is what the learner says
of everybody, and whatever is set on top of it (the level of calibration, a product's rate, a prior's scale).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph.features.groups import GROUPS, group_of
from graph.learning.contributions import Explainer
from graph.learning.model import Model, one_group
from graph.learning.rows import Floats, logit, matrix
from graph.opportunities.ranking import shown

COLUMNS: Final = ("base", *GROUPS)


@dataclass(frozen=True)
class Drivers:
    """`explained`: which of the scored rows; `values`: a row of `COLUMNS` for each of those."""

    explained: NDArray[np.bool_]
    values: NDArray[np.float32]

    @classmethod
    def none(cls, rows: int) -> "Drivers":
        """Nothing is explained: a prior speaks."""
        return cls(np.zeros(rows, bool), np.zeros((0, len(COLUMNS)), np.float32))

    @classmethod
    def joined(cls, parts: Sequence["Drivers"]) -> "Drivers":
        """Of the rows of several parts, in order."""
        none = cls.none(0)
        return cls(
            np.concatenate([none.explained, *(part.explained for part in parts)]),
            np.concatenate([none.values, *(part.values for part in parts)]),
        )

    def places(self) -> pl.Series:
        """For each scored row its row of `values`, or null."""
        place = np.cumsum(self.explained, dtype=np.int64) - 1
        return pl.select(
            pl.when(pl.lit(pl.Series(self.explained))).then(pl.lit(pl.Series(place))).cast(pl.UInt32)
        ).to_series()


Contribute = Callable[[pl.DataFrame], NDArray[np.float32]]
"""What each of `GROUPS` adds to the log-odds of rows with features: (rows, groups)."""


def contributions(model: Model | None) -> Contribute | None:
    """What a model says of each group after its slope, ready to explain many rows; None where a prior speaks."""
    if model is None:
        return None
    group = [GROUPS.index(group_of(name)) for name in model.names]
    trees = Explainer.of(model.booster, group, len(GROUPS))
    line, membership = model.line, np.eye(len(GROUPS))[group]

    def contribute(table: pl.DataFrame) -> NDArray[np.float32]:
        features = matrix(table, model.names)
        values = model.share * trees.contributions(features).astype(np.float64)
        if line:
            values += (1 - model.share) * line.contributions(features, one_group(features)) @ membership
        return (model.slope * values).astype(np.float32)

    return contribute


def explained(
    contribute: Contribute | None, table: pl.DataFrame, scored: pl.DataFrame, levers: pl.Series
) -> Drivers:  # fmt: skip
    """Why the rows that are shown score as they do.

    Args:
        contribute: of the model that scored them.
        table: the rows' features.
        scored: the same rows in the same order, as `graph.opportunities.task.SCORED`, all of each subject's.
        levers: the factor of each product code in the order of what is shown.
    """
    if contribute is None:
        return Drivers.none(len(scored))
    rows = shown(scored, levers)
    return of_groups(rows, contribute(table.filter(rows)), scored.filter(rows)["probability"])


def of_groups(explained: NDArray[np.bool_], groups: NDArray[np.float32], probability: pl.Series) -> Drivers:
    """What each group adds to the explained rows of these probabilities; the rest is the base."""
    log_odds: Floats = logit(probability.to_numpy())
    base = log_odds - groups.sum(axis=1, dtype=np.float64)
    return Drivers(explained, np.column_stack([base, groups]).astype(np.float32))
