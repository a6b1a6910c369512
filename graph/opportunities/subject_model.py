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
from graph.learning.levels import levels
from graph.learning.model import LEAST_POSITIVES, SLOPE_POSITIVES, Model, fit
from graph.learning.rows import Floats, Rows, matching_level, matrix
from graph.learning.sampling import held_out, thinned
from graph.learning.trend import Counts, Trend
from graph.learning.windows import cutoffs
from graph.opportunities.task import Task

MOST: Final = 5
"""Most cut-offs."""
ROWS: Final = 400_000
"""Most rows learned from, over all cut-offs."""

LEAST_NEWEST: Final = 5
"""With fewer outcomes after the newest cut-off there is nothing to set the level by."""

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
    line: str
    """the line whose openings grow in a like way"""


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
    # one day after the other, of which only what is learned from is kept
    parts = [_thinned(examples(task.bank.at(day), day), names, task.seed, ROWS // len(days)) for day in days]
    positives = [int(rows.label.sum()) for rows, _ in parts]
    if sum(positives) < LEAST_POSITIVES or positives[0] < LEAST_NEWEST:
        note = f"{sum(positives)} known outcomes, too few to learn from: {prior.note}"
        return SubjectModel(None, names, 0.0, prior, 0, note)
    rows = Rows.joined([each for each, _ in parts])
    time = np.repeat(np.arange(len(days)), [len(draws) for _, draws in parts])
    shifts, _ = levels(rows, time, len(days))
    rows.start[:] = shifts[time]
    half = (time == 0) & held_out(np.concatenate([draws for _, draws in parts]))
    half &= positives[0] >= 2 * SLOPE_POSITIVES
    calibrating = rows.where(half if half.any() else time == 0)
    categories = without(categories, task.without)
    start, learned = float(shifts[0]), rows.where(~half)
    model = fit(learned, calibrating, names, categories, task.seed, rising=rising, time=time[~half])
    note = f"{len(days)} cut-offs, newest {days[0]}; at most {ROWS} rows, negatives thinned beyond"
    if past:
        level = _carried_on(model, past, task, start)
        model = replace(model, level=model.level + level)
        note = f"{note}; log-odds {level:+.2f} by the trend of past months"
    return SubjectModel(model, names, start, prior, len(rows.label), note)


def _carried_on(model: Model, past: Past, task: Task, start: float) -> float:
    """What to add to the log-odds of today's subjects so that as many are expected as the past months' trend says."""
    if not len(past.today) or task.first is None:
        return 0.0
    trend = Trend.fitted(Counts.of(past.spells, task.as_of, task.first), task.growth(past.line).trend)
    if trend is None:
        return 0.0
    odds = model.log_odds(matrix(past.today, model.names), np.full(len(past.today), start))
    return matching_level(odds, float(1 - np.exp(-trend.expected(task.horizon))), np.ones(len(odds), np.float32))


def _thinned(table: pl.DataFrame, names: tuple[str, ...], seed: int, cap: int) -> tuple[Rows, NDArray[np.uint64]]:
    """At most `cap` rows of one cut-off, and the draw of each."""
    label = table["label"].to_numpy()
    taken, weight = thinned(table["draw"].to_numpy(), label, cap, seed)
    features = matrix(table.filter(taken), names)
    return Rows(features, np.zeros(len(features)), label[taken], weight), table["draw"].to_numpy()[taken]
