"""Examples to learn from, and log-odds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """Examples: features by row, the log-odds they start from, and what is known of their outcome."""

    features: NDArray[np.float32]
    start: Floats
    label: NDArray[np.bool_]
    weight: NDArray[np.float32]

    def where(self, mask: NDArray[np.bool_] | NDArray[np.intp]) -> "Rows":
        """The rows that a mask, or their numbers, select."""
        return Rows(self.features[mask], self.start[mask], self.label[mask], self.weight[mask])

    @classmethod
    def joined(cls, parts: Sequence["Rows"]) -> "Rows":
        """The rows of several, in order."""
        return cls(
            np.concatenate([part.features for part in parts]),
            np.concatenate([part.start for part in parts]),
            np.concatenate([part.label for part in parts]),
            np.concatenate([part.weight for part in parts]),
        )


def matching_level(raw: Floats, mean: float, weight: NDArray[np.float32]) -> float:
    """The level that makes the mean probability equal `mean`, by bisection."""
    low, high = -30.0, 30.0
    for _ in range(60):
        middle = (low + high) / 2
        too_high = float(np.average(expit(raw + middle), weights=weight)) > mean
        low, high = (low, middle) if too_high else (middle, high)
    return (low + high) / 2


def matrix(table: pl.DataFrame, names: tuple[str, ...]) -> NDArray[np.float32]:
    """The named columns as the model's input; null becomes NaN, which LightGBM takes for unknown."""
    return table.select(pl.col(names).cast(pl.Float32)).fill_null(np.nan).to_numpy()


def logit(probability: Floats | float) -> Floats:
    """Log-odds, bounded away from certainty."""
    p = np.clip(probability, 1e-7, 1 - 1e-7)
    return np.log(p / (1 - p))


def expit(log_odds: Floats) -> Floats:
    """Probability from log-odds."""
    return 1.0 / (1.0 + np.exp(-np.clip(log_odds, -30.0, 30.0)))
