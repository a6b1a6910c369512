"""A straight line for few cases: ridge-penalised logistic regression on each feature's rank and value.

Where a few hundred outcomes are known, trees have to find every slope by themselves; a line that is drawn to nothing
(Hoerl and Kennard 1970; le Cessie and van Houwelingen 1992) needs far fewer.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
PENALTY: Final = 0.003
"""Variance that each coefficient is expected to have around nothing, for terms of variance one."""
KNOTS: Final = 65
OUTER: Final = 0.005
"""Values beyond this quantile on either side count as it."""


@dataclass(frozen=True)
class Linear:
    """Three terms a feature: its rank, its value, whether it is unknown; `centre` and `scale` make them standard."""

    knots: list[Floats]
    centre: Floats
    scale: Floats
    coefficients: Floats
    intercept: float

    def log_odds(self, features: Singles) -> Floats:
        """Log-odds of each row."""
        return self.intercept + self.contributions(features).sum(axis=1)

    def contributions(self, features: Singles) -> Floats:
        """(rows, features): what each adds to a row's log-odds, above that of the mean; its exact Shapley value."""
        standard = (_terms(features, self.knots) - self.centre) / self.scale
        return (standard * self.coefficients).reshape(len(features), len(self.knots), -1).sum(axis=2)

    @classmethod
    def fitted(
        cls, features: Singles, label: NDArray[np.bool_], weight: Singles, skipped: NDArray[np.bool_]
    ) -> "Linear":
        """Fit to rows; `skipped` marks features that are codes, which no line can follow."""
        from sklearn.linear_model import LogisticRegression

        knots = [_knots(column) for column in features.T]
        terms = _terms(features, knots)
        centre = np.average(terms, axis=0, weights=weight)
        scale = np.sqrt(np.average((terms - centre) ** 2, axis=0, weights=weight))
        scale[(scale < 1e-9) | np.repeat(skipped, terms.shape[1] // len(knots))] = np.inf  # noqa: PLR2004
        line = LogisticRegression(C=PENALTY, max_iter=500)
        line.fit((terms - centre) / scale, label, sample_weight=weight)
        return cls(knots, centre, scale, np.ravel(line.coef_), float(np.ravel(line.intercept_)[0]))


def _knots(column: Singles) -> Floats:
    """Quantiles of what is known."""
    known = column[~np.isnan(column)].astype(np.float64)
    if not len(known):
        return np.zeros(1)
    return np.quantile(known, np.r_[OUTER, np.linspace(0, 1, KNOTS)[1:-1], 1 - OUTER], method="inverted_cdf")


def _terms(features: Singles, knots: list[Floats]) -> Floats:
    """(rows, 3 x features): rank and value between the outer quantiles, the middle for what is unknown, and a mark."""
    terms = np.empty((len(features), len(knots), 3))
    for place, limits in enumerate(knots):
        column = features[:, place].astype(np.float64)
        unknown = np.isnan(column)
        value = np.clip(np.where(unknown, limits[len(limits) // 2], column), limits[0], limits[-1])
        below, upto = (np.searchsorted(limits, value, side=side) for side in ("left", "right"))
        terms[:, place] = np.stack([(below + upto) / (2 * len(limits)), value, unknown], axis=1)
    return terms.reshape(len(features), -1)
