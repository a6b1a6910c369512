"""The learner: gradient-boosted trees on top of a base rate, calibrated on the newest known outcomes.

LightGBM (Ke et al. 2017) runs in its deterministic mode with fixed seeds, on rows sorted by key, so the same data
gives the same model whatever the number of threads. Calibration is Platt's (1999), on the log-odds.
"""

import hashlib
import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from graph.learning import lines
from graph.learning.card import distribution, held_out_figures
from graph.learning.lines import Lines
from graph.learning.rows import Floats, Rows, expit, matching_level

if TYPE_CHECKING:
    from lightgbm import Booster

LEAST_POSITIVES: Final = 30
"""With fewer known outcomes nothing is learned: the kind falls back to its stated prior."""
SLOPE_POSITIVES: Final = 200
"""With fewer, calibration moves the level only."""
ROUNDS: Final = 80
PARAMETERS: Final = {
    "objective": "binary",
    "learning_rate": 0.1,
    "num_leaves": 24,
    "max_depth": 14,
    "min_data_in_leaf": 60,
    "lambda_l2": 10.0,
    "feature_fraction": 0.7,
    "max_bin": 127,
    "cat_smooth": 20.0,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}
TRUST: Final = 1_500
"""Beside a line, trees count for half when they rest on this many positives, for less when on fewer."""
FEW_POSITIVES: Final = 2_000
SMALL: Final = {"learning_rate": 0.04, "num_leaves": 6, "min_data_in_leaf": 30}
"""With fewer positives, smaller steps and trees: the data carries no more."""


@dataclass(frozen=True)
class Model:
    """A fitted learner; `slope` and `level` turn its log-odds into calibrated ones."""

    booster: "Booster"
    names: tuple[str, ...]
    slope: float
    level: float
    categories: tuple[str, ...] = ()
    seen: dict[str, Any] = field(default_factory=dict[str, Any])
    """how each feature was distributed over what it was learned from"""
    held_out: dict[str, Any] = field(default_factory=dict[str, Any])
    """how it does on the rows that set slope and level"""
    line: Lines | None = None
    """one for all rows, where there is one"""
    share: float = 1.0
    """what the trees count for beside the line"""

    def log_odds(self, features: NDArray[np.float32], start: Floats) -> Floats:
        """Calibrated log-odds of each row."""
        return self.slope * self.raw(features, start) + self.level

    def raw(self, features: NDArray[np.float32], start: Floats) -> Floats:
        """Log-odds of each row as learned: of the trees, or of trees and line in proportion."""
        trees = np.asarray(self.booster.predict(features, raw_score=True, num_threads=threads()))
        if not self.line:
            return start + trees
        return start + self.share * trees + (1 - self.share) * self.line.log_odds(features, one_group(features))

    def probability(self, features: NDArray[np.float32], start: Floats) -> Floats:
        """Calibrated probability of each row, 0..1."""
        return expit(self.log_odds(features, start))

    @property
    def digest(self) -> str:
        """A short name that changes with anything the model says."""
        trees = self.booster.model_to_string().partition("\nparameters:")[0]
        line = [self.line.effects.tolist(), self.line.levels.tolist()] if self.line else []
        text = f"{trees}|{self.names}|{self.slope:.9g}|{self.level:.9g}|{self.share:.9g}|{line}"
        return hashlib.sha256(text.encode()).hexdigest()[:10]


def fit(
    learn: Rows, calibrate: Rows, names: tuple[str, ...], categories: tuple[str, ...], seed: int, *,
    rising: tuple[str, ...] = (), time: NDArray[np.intp] | None = None,
) -> Model:  # fmt: skip
    """Fit on `learn`, then set slope and level on `calibrate`.

    Args:
        learn: rows to learn from.
        calibrate: rows that were not learned from; where they are too few for a slope, they may be.
        names: of the features.
        categories: features that are codes.
        seed: of what is drawn.
        rising: features with which the chance never falls.
        time: the horizon of each row to learn from, 0 the newest; where it is given, the trees are blended with a line.
    """
    booster = train(learn, names, categories, seed, rising=rising)
    fitted = Model(booster, names, 1.0, 0.0, categories, distributions(learn, names))
    if time is not None:
        fitted = replace(fitted, line=straight(learn, time, names, categories, rising), share=share_of_trees(learn))
    raw = fitted.raw(calibrate.features, calibrate.start)
    slope, level = platt(raw, calibrate.label, calibrate.weight)
    figures = held_out_figures(expit(slope * raw + level), calibrate.label, calibrate.weight)
    return replace(fitted, slope=slope, level=level, held_out=figures)


def straight(
    learn: Rows, time: NDArray[np.intp], names: tuple[str, ...], categories: tuple[str, ...],
    rising: tuple[str, ...] = (),
) -> Lines:  # fmt: skip
    """The line of all rows; codes are no part of it."""
    columns = [place for place, name in enumerate(names) if name not in categories]
    never_falls = [place for place in columns if names[place] in rising]
    return lines.fit(learn, one_group(learn.features), 1, time, columns, never_falls)


def share_of_trees(learn: Rows) -> float:
    """What the trees count for beside the line: the more, the more positives there are."""
    positives = int(learn.label.sum())
    return positives / (positives + TRUST)


def one_group(features: NDArray[np.float32]) -> NDArray[np.intp]:
    """The group of each row where there is but one."""
    return np.zeros(len(features), np.intp)


def distributions(learn: Rows, names: tuple[str, ...]) -> dict[str, Any]:
    """How each feature is distributed over the rows."""
    return {name: distribution(learn.features[:, place], learn.weight) for place, name in enumerate(names)}


def train(
    learn: Rows, names: tuple[str, ...], categories: tuple[str, ...], seed: int, rounds: int = ROUNDS, *,
    rising: tuple[str, ...] = (),
) -> "Booster":  # fmt: skip
    """Trees on top of the log-odds that the rows start from; they never fall with the `rising` features."""
    import lightgbm as lgb

    parameters: dict[str, Any] = {**PARAMETERS, "seed": seed, "num_threads": threads()}
    if int(learn.label.sum()) < FEW_POSITIVES:
        parameters |= SMALL
    if rising:
        parameters["monotone_constraints"] = [int(name in rising) for name in names]
    data = lgb.Dataset(
        learn.features,
        label=learn.label.astype(np.float32),
        weight=learn.weight,
        init_score=learn.start,
        feature_name=list(names),
        categorical_feature=list(categories),
        params=parameters,
    )
    return lgb.train(parameters, data, num_boost_round=rounds)


def platt(raw: Floats, label: NDArray[np.bool_], weight: NDArray[np.float32]) -> tuple[float, float]:
    """Slope (never negative) and level so that predicted and observed agree; level only where positives are few."""
    positives = int(label.sum())
    if positives == 0 or positives == len(label):
        return 1.0, 0.0
    slope = 1.0
    if positives >= SLOPE_POSITIVES:
        from sklearn.linear_model import LogisticRegression

        fitted = LogisticRegression(C=np.inf, max_iter=200).fit(raw[:, None], label, sample_weight=weight)
        slope = max(float(fitted.coef_[0, 0]), 0.0)
    return slope, matching_level(slope * raw, float((label * weight).sum() / weight.sum()), weight)


def threads() -> int:
    """As many as Polars would take."""
    return int(os.environ.get("POLARS_MAX_THREADS", "0")) or os.cpu_count() or 1
