"""A logistic regression for each group of rows, which trees then start from.

What acts evenly (a share of colleagues, an age) a line says with few numbers, for each product its own; the trees are
left with what bends and meets. Inputs are standardised, heavy ones after a logarithm, and a normal prior draws each
effect to nothing, so that a group of few outcomes keeps to its base rate (Cox 1958; ridge: le Cessie and van
Houwelingen 1992). A feature of which more is never a reason for less has no effect below nothing: what would have one
is left out, and the others fitted again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.learning.rows import Floats, Rows, expit

Matrix = NDArray[np.float32]

VARIANCE: Final = 0.01
"""Of the prior of each effect (on a feature in standard deviations): the smaller, the more is drawn to nothing."""
LEAST_POSITIVES: Final = 10
HEAVY: Final = 100.0
"""A feature that exceeds this in one of twenty rows is read on a logarithm."""
FARTHEST: Final = 5.0
BLOCK: Final = 8
"""Columns looked at at a time: bounds memory, changes nothing else."""
ROUNDS: Final = 50
LONGEST: Final = 2.0
"""Most that one step of Newton's method changes an effect."""
NEAR: Final = 1e-6


@dataclass(frozen=True)
class Lines:
    """Effects by group on the standardised features."""

    columns: NDArray[np.intp]
    """of the features, those read"""
    heavy: NDArray[np.bool_]
    mean: Floats
    deviation: Floats
    effects: Floats
    """(groups, columns): on each column"""
    levels: Floats
    """(groups, times): added at each time, the newest first"""

    def log_odds(self, features: Matrix, group: NDArray[np.integer], time: NDArray[np.integer] | int = 0) -> Floats:
        """What each row's group adds to the log-odds that it starts from, at the newest time unless told."""
        added = np.zeros(len(features))
        for code in np.unique(group):
            rows = np.flatnonzero(group == code)
            added[rows] = self._standard(features[rows]) @ self.effects[code]
        return (added + self.levels[group, time]).round(6)

    def contributions(self, features: Matrix, group: NDArray[np.integer]) -> Floats:
        """(rows, features): what each feature adds to the log-odds, against a row of average features."""
        shown = np.zeros(features.shape)
        shown[:, self.columns] = self._standard(features) * self.effects[group]
        return shown

    def _standard(self, features: Matrix) -> Floats:
        return _standard(_scaled(features[:, self.columns], self.heavy), self.mean, self.deviation)


def fit(
    examples: Rows, group: NDArray[np.integer], groups: int, time: NDArray[np.integer], columns: list[int],
    rising: Collection[int] = (),
) -> Lines:  # fmt: skip
    """Fit each group on its own rows.

    Args:
        examples: features (NaN where unknown, which counts as the mean), the log-odds they start from, outcomes.
        group: code of each row's group, under `groups`.
        groups: how many there may be; one without outcomes adds nothing.
        time: of each row, 0 the newest; each has a level of its own, so that no feature stands for time.
        columns: which features to read.
        rising: those of them with which the chance never falls.
    """
    from threadpoolctl import threadpool_limits

    read = np.array(columns, np.intp)
    values, label = examples.features[:, read], examples.label
    blocks = (_distributed(values[:, start : start + BLOCK]) for start in range(0, max(len(read), 1), BLOCK))
    heavy, mean, deviation = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    standard = _standard(_scaled(values, heavy), mean, deviation)
    times = np.eye(int(time.max(initial=0)) + 1)
    effects, levels = np.zeros((groups, len(read))), np.zeros((groups, len(times)))
    with threadpool_limits(1):  # sums in one order, whatever the threads
        for code in np.unique(group):
            rows = np.flatnonzero(group == code)
            if label[rows].sum() < LEAST_POSITIVES or label[rows].all():
                continue
            inputs = np.column_stack([standard[rows], times[time[rows]]])
            penalty = np.repeat([1.0 / VARIANCE, 1.0], [len(read), len(times)])
            signed = np.r_[np.isin(read, list(rising)), np.zeros(len(times), bool)]
            found = _signed(inputs, examples.where(rows), penalty, signed)
            effects[code], levels[code] = found[: len(read)], found[len(read) :]
    return Lines(read, heavy, mean, deviation, effects.round(4), levels.round(4))


def _distributed(values: Matrix) -> tuple[NDArray[np.bool_], Floats, Floats]:
    """By column: whether it is heavy, and mean and standard deviation of what is known."""
    heavy = np.quantile(np.nan_to_num(np.abs(values)), 0.95, axis=0) > HEAVY
    scaled = _scaled(values, heavy)
    known = np.maximum(np.isfinite(scaled).sum(axis=0), 1)
    mean = np.nansum(scaled, axis=0) / known
    deviation = np.sqrt(np.nansum((scaled - mean) ** 2, axis=0) / known)
    return heavy, mean, np.where(deviation > 0, deviation, 1.0)


def _signed(inputs: Floats, examples: Rows, penalty: Floats, rising: NDArray[np.bool_]) -> Floats:
    """The effects, none of the `rising` ones below 0."""
    kept = np.ones(inputs.shape[1], bool)
    while True:
        effects = np.zeros(len(kept))
        effects[kept] = _ridge(inputs[:, kept], examples, penalty[kept])
        falling = rising & (effects < 0)
        if not falling.any():
            return effects
        kept &= ~falling


def _ridge(inputs: Floats, examples: Rows, penalty: Floats) -> Floats:
    """Newton's method on the penalised likelihood.

    No library's logistic regression has both a penalty and a start that is taken as it is.
    """
    effects, weight = np.zeros(inputs.shape[1]), examples.weight.astype(np.float64)
    for _ in range(ROUNDS):
        chance = expit(examples.start + inputs @ effects)
        slope = inputs.T @ (weight * (examples.label - chance)) - penalty * effects
        bend = (inputs * (weight * chance * (1 - chance))[:, None]).T @ inputs + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        effects += step / max(1.0, float(np.abs(step).max()) / LONGEST)
        if np.abs(step).max() < NEAR:
            break
    return effects


def _scaled(values: Matrix, heavy: NDArray[np.bool_]) -> Floats:
    scaled = values.astype(np.float64)
    scaled[:, heavy] = np.sign(scaled[:, heavy]) * np.log1p(np.abs(scaled[:, heavy]))
    return scaled


def _standard(scaled: Floats, mean: Floats, deviation: Floats) -> Floats:
    """In place: no second copy of many rows."""
    scaled -= mean
    scaled /= deviation
    np.clip(scaled, -FARTHEST, FARTHEST, out=scaled)
    return np.nan_to_num(scaled, copy=False)
