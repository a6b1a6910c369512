"""Fitting where outcomes are few: every row is learned from, and every row calibrates a model that never saw it.

The people are dealt into folds by key; each fold is predicted by a model of the others (Stone 1974). How many rounds,
the slope and the level come from these predictions; the model itself is fitted to all rows. It is trees and a line: a
few hundred outcomes are too few for trees to find every slope by themselves.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.learning.card import held_out_figures
from graph.learning.model import (
    FEW_POSITIVES,
    Model,
    distributions,
    one_group,
    platt,
    share_of_trees,
    straight,
    threads,
    train,
)
from graph.learning.rows import Floats, Rows, expit, matching_level
from graph.learning.sampling import uniform

FOLDS: Final = 5
FOLDS_OF_MANY: Final = 2
ROUNDS: Final = (20, 40, 80, 160)
"""The numbers of rounds that are tried."""


def cross_fit(
    rows: Rows, time: NDArray[np.intp], people: NDArray[np.uint64], names: tuple[str, ...],
    categories: tuple[str, ...], seed: int,
) -> Model:  # fmt: skip
    """A model of the examples of all horizons.

    Args:
        rows: what to learn from.
        time: the horizon of each row, 0 the newest.
        people: the draw of each row's subject: rows of one subject are in one fold.
        names: of the features.
        categories: which of them are codes without order.
        seed: of the learner.
    """
    folds = FOLDS if int(rows.label.sum()) < FEW_POSITIVES else FOLDS_OF_MANY
    fold = (uniform(people, 0, 7) * folds).astype(np.int64)
    share = share_of_trees(rows)
    tried = np.empty((len(ROUNDS), len(fold)))
    for number in range(folds):
        out = fold == number
        learn, features = rows.where(~out), rows.features[out]
        line = straight(learn, time[~out], names, categories).log_odds(features, one_group(features))
        booster = train(learn, names, categories, seed, ROUNDS[-1])
        for place, rounds in enumerate(ROUNDS):
            trees = booster.predict(features, raw_score=True, num_iteration=rounds, num_threads=threads())
            tried[place, out] = rows.start[out] + share * np.asarray(trees) + (1 - share) * line
    best = int(np.argmin([_loss(raw, rows) for raw in tried]))
    slope, level = platt(tried[best], rows.label, rows.weight)
    booster, line = train(rows, names, categories, seed, ROUNDS[best]), straight(rows, time, names, categories)
    figures = held_out_figures(expit(slope * tried[best] + level), rows.label, rows.weight)
    return Model(booster, names, slope, level, categories, distributions(rows, names), figures, line, share)


def _loss(log_odds: Floats, rows: Rows) -> float:
    """Mean log loss at the best level."""
    level = matching_level(log_odds, float(np.average(rows.label, weights=rows.weight)), rows.weight)
    chance = np.clip(expit(log_odds + level), 1e-7, 1 - 1e-7)
    return float(-np.average(np.where(rows.label, np.log(chance), np.log(1 - chance)), weights=rows.weight))
