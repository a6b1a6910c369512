"""Why a row scores as it does: log-odds by group of evidence, for the rows that are shown.

`base` and the groups of `graph.features.groups` sum to the log-odds of the row's probability. The groups are exact
SHAP values of the trees after the calibration's slope; the base is what the learner says of everybody, and whatever
is set on top of it (the level of calibration, a product's rate, a prior's scale).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph.features.groups import GROUPS, group_of
from graph.learning.contributions import Explainer
from graph.learning.model import Floats, Model, logit, matrix
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


class Explaining:
    """A model's trees, made ready once to explain many rows."""

    def __init__(self, model: Model | None) -> None:
        self.model = model
        numbers = [GROUPS.index(group_of(name)) for name in model.names] if model else []
        self.trees = Explainer.of(model.booster, numbers, len(GROUPS)) if model else None

    def drivers(self, table: pl.DataFrame, scored: pl.DataFrame) -> Drivers:
        """Of the rows that are shown.

        Args:
            table: the rows' features.
            scored: the same rows in the same order, as `graph.opportunities.task.SCORED`, all of each subject's.
        """
        if self.model is None or self.trees is None:
            return Drivers.none(len(scored))
        explained = shown(scored)
        features = matrix(table.filter(explained), self.model.names)
        groups = (self.model.slope * self.trees.contributions(features)).astype(np.float32)
        of_row: Floats = logit(scored.filter(explained)["probability"].to_numpy())
        base = of_row - groups.sum(axis=1, dtype=np.float64)
        return Drivers(explained, np.column_stack([base, groups]).astype(np.float32))
