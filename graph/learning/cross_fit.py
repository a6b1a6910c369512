"""Fitting where outcomes are few: every row is learned from, and every row calibrates a model that never saw it.

The people are dealt into folds by key; each fold is predicted by a model of the others (Stone 1974). How many rounds,
the slope and the level of each horizon come from these predictions; the model itself is fitted to all rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.learning.card import held_out_figures
from graph.learning.levels import forecast
from graph.learning.model import (
    FEW_POSITIVES,
    Floats,
    Model,
    Rows,
    distributions,
    expit,
    matching_level,
    platt,
    threads,
    train,
)
from graph.learning.sampling import uniform

FOLDS: Final = 5
FOLDS_OF_MANY: Final = 2
ROUNDS: Final = (20, 40, 80, 160)
"""The numbers of rounds that are tried."""


@dataclass(frozen=True)
class Past:
    """Examples of several horizons."""

    rows: Rows
    people: NDArray[np.uint64]
    """the draw of each row's subject: rows of one subject are in one fold"""
    horizon: NDArray[np.int64]
    """the place in `days` of the day on which each row's horizon began"""
    days: Sequence[date]


def cross_fit(past: Past, ahead: date, names: tuple[str, ...], categories: tuple[str, ...], seed: int) -> Model:
    """A model of all that is past, calibrated for the horizon that begins on `ahead`.

    Args:
        past: what to learn from.
        ahead: the day from which the model is to predict.
        names: of the features.
        categories: which of them are codes without order.
        seed: of the learner.
    """
    rows = past.rows
    tried = [raw + rows.start for raw in _unseen(past, names, categories, seed)]
    best = int(np.argmin([_loss(raw, rows) for raw in tried]))
    slope, mean = platt(tried[best], rows.label, rows.weight)
    level = _level(slope * tried[best], past, ahead)
    booster = train(rows, names, categories, seed, ROUNDS[best])
    figures = held_out_figures(expit(slope * tried[best] + mean), rows.label, rows.weight)
    return Model(booster, names, slope, level, categories, distributions(rows, names), figures)


def _unseen(past: Past, names: tuple[str, ...], categories: tuple[str, ...], seed: int) -> Floats:
    """What each number of rounds adds to the log-odds of each row, by trees of the other folds."""
    rows = past.rows
    folds = FOLDS if int(rows.label.sum()) < FEW_POSITIVES else FOLDS_OF_MANY
    fold = (uniform(past.people, 0, 7) * folds).astype(np.int64)
    tried = np.empty((len(ROUNDS), len(fold)))
    for number in range(folds):
        out = fold == number
        booster = train(rows.where(~out), names, categories, seed, ROUNDS[-1])
        for place, rounds in enumerate(ROUNDS):
            seen = booster.predict(rows.features[out], raw_score=True, num_iteration=rounds, num_threads=threads())
            tried[place, out] = np.asarray(seen)
    return tried


def _loss(log_odds: Floats, rows: Rows) -> float:
    """Mean log loss at the best level."""
    level = matching_level(log_odds, float(np.average(rows.label, weights=rows.weight)), rows.weight)
    chance = np.clip(expit(log_odds + level), 1e-7, 1 - 1e-7)
    return float(-np.average(np.where(rows.label, np.log(chance), np.log(1 - chance)), weights=rows.weight))


def _level(log_odds: Floats, past: Past, ahead: date) -> float:
    levels, outcomes = np.zeros(len(past.days)), np.zeros(len(past.days))
    for place in range(len(past.days)):
        part = past.horizon == place
        weight, label = past.rows.weight[part], past.rows.label[part]
        outcomes[place] = label.sum()
        # half an outcome more than was seen, so that a horizon without any has a level
        mean = (outcomes[place] + 0.5) / (float(weight.sum()) + 1.0)
        levels[place] = matching_level(log_odds[part], mean, weight) if part.any() else 0.0
    return forecast(past.days, levels, outcomes, ahead)
