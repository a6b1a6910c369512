"""Learning for kinds with one row per subject: who does it within the horizon after a past cut-off."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph.features.bank import Bank
from graph.features.groups import without
from graph.learning.model import (
    LEAST_POSITIVES,
    SLOPE_POSITIVES,
    Floats,
    Model,
    Rows,
    expit,
    fit,
    logit,
    matching_level,
    matrix,
)  # fmt: skip
from graph.learning.sampling import held_out, thinned
from graph.learning.trend import MONTH, Counts, expected_share
from graph.learning.windows import cutoffs
from graph.opportunities.task import Task

MOST: Final = 5
"""Most cut-offs."""
ROWS: Final = 400_000
"""Most rows learned from, over all cut-offs."""

Examples = Callable[[Bank, date], pl.DataFrame]
"""Rows with features and `entity`, `draw`, `label` of the subjects as they stood on a day."""


@dataclass(frozen=True)
class Prior:
    """A stated formula for where the past is silent; the run and its rows say that it was used."""

    note: str
    chance: Callable[[pl.DataFrame], Floats]


@dataclass(frozen=True)
class Past:
    """What happened month by month, and to whom it can happen now: what the level of today's chances comes from."""

    spells: pl.DataFrame
    """start, end: see `graph.learning.trend.Counts`"""
    today: pl.DataFrame
    """today's subjects, of the same population as the spells, with their features"""


@dataclass(frozen=True)
class SubjectModel:
    """A fitted model, or a stated prior where the past holds too few outcomes."""

    model: Model | None
    names: tuple[str, ...]
    start: float
    prior: Prior
    rows: int
    note: str

    def probability(self, table: pl.DataFrame) -> Floats:
        """The chance of each row, rounded to a millionth."""
        if self.model is None:
            return np.round(np.clip(self.prior.chance(table), 0.0, 1.0), 6)
        return np.round(self.model.probability(matrix(table, self.names), np.full(len(table), self.start)), 6)

    def described(self, kind: str) -> dict[str, Any]:
        """Its entry in the manifest."""
        mode = "learned" if self.model else "prior"
        digest = f"-{self.model.digest}" if self.model else "-1"
        return {"model_version": f"{kind}-{mode}{digest}", "mode": mode, "rows": self.rows, "note": self.note}


def learn(
    task: Task, examples: Examples, names: tuple[str, ...], categories: tuple[str, ...], prior: Prior, *,
    rising: tuple[str, ...] = (), past: Past | None = None,
) -> SubjectModel:  # fmt: skip
    """Learn from every cut-off the data allows; the newest one calibrates, and `past` carries its level on.

    Where the newest cut-off has outcomes enough for a slope, half of its subjects calibrate and are not learned from;
    otherwise all are learned from, and it sets the level only.
    """
    names = without(names, task.without)
    days = cutoffs(task.as_of, task.horizon, task.first, MOST)
    tables = [examples(task.bank.at(day), day) for day in days]
    parts = [_thinned(table, names, task.seed, ROWS // len(days)) for table in tables]
    positives = [int(rows.label.sum()) for rows, _ in parts]
    if sum(positives) < LEAST_POSITIVES or positives[0] < LEAST_POSITIVES // 2:
        note = f"{sum(positives)} known outcomes, too few to learn from: {prior.note}"
        return SubjectModel(None, names, 0.0, prior, 0, note)
    pairs = [(rows.label, rows.weight) for rows, _ in parts]
    label, weight = (np.concatenate(column) for column in zip(*pairs, strict=True))
    start = float(logit(np.average(label, weights=weight)))
    for each, _ in parts:
        each.start[:] = start
    rows = Rows.joined([each for each, _ in parts])
    newest = parts[0][0]
    half = held_out(parts[0][1]) & (positives[0] >= 2 * SLOPE_POSITIVES)
    learned = np.concatenate([~half, np.ones(len(rows.label) - len(half), bool)])
    calibrating = newest.where(half) if half.any() else newest
    categories = without(categories, task.without)
    model = fit(rows.where(learned), calibrating, names, categories, task.seed, rising=rising, lined=True)
    note = f"{len(days)} cut-offs, newest {days[0]}; at most {ROWS} rows, negatives thinned beyond"
    if past:
        level = _carried_on(model, past, task, days, [rows for rows, _ in parts])
        model = replace(model, level=model.level + level)
        note = f"{note}; log-odds {level:+.2f} by the trend of past months"
    return SubjectModel(model, names, start, prior, len(rows.label), note)


def _carried_on(model: Model, past: Past, task: Task, days: list[date], parts: list[Rows]) -> float:
    """What to add to the log-odds of today's subjects so that as many are expected as the past months' trend says."""
    if not len(past.today) or task.first is None:
        return 0.0
    means = [float(np.average(model.probability(rows.features, rows.start), weights=rows.weight)) for rows in parts]
    features = matrix(past.today, model.names)
    odds = model.log_odds(features, np.full(len(features), parts[0].start[0]))
    months = np.arange(1, (task.as_of - days[-1]).days // MONTH + 1) * MONTH
    cutoff = np.searchsorted([(task.as_of - day).days for day in days], months, side="left")
    before = np.array(means)[cutoff] * MONTH / task.horizon
    now = float(expit(odds).mean()) * MONTH / task.horizon
    share = expected_share(Counts.of(past.spells, task.as_of, task.first), task.horizon, before, now)
    return 0.0 if share is None else matching_level(odds, share, np.ones(len(odds), np.float32))


def _thinned(table: pl.DataFrame, names: tuple[str, ...], seed: int, cap: int) -> tuple[Rows, NDArray[np.uint64]]:
    """At most `cap` rows of one cut-off, and the draw of each."""
    label = table["label"].to_numpy()
    taken, weight = thinned(table["draw"].to_numpy(), label, cap, seed)
    features = matrix(table.filter(taken), names)
    return Rows(features, np.zeros(len(features)), label[taken], weight), table["draw"].to_numpy()[taken]
