"""Learning for kinds with one row per subject: who does it within the horizon after a past cut-off."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph.features.bank import Bank
from graph.features.groups import without
from graph.learning.model import LEAST_POSITIVES, Floats, Model, Rows, fit, logit, matrix
from graph.learning.sampling import held_out, thinned
from graph.learning.windows import cutoffs
from graph.opportunities.task import Task

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
    task: Task, examples: Examples, names: tuple[str, ...], categories: tuple[str, ...], prior: Prior
) -> SubjectModel:
    """Learn from every cut-off the data allows; half of the newest one's subjects calibrate."""
    names = without(names, task.without)
    days = cutoffs(task.as_of, task.horizon, task.first)
    tables = [examples(task.bank.at(day), day) for day in days]
    parts = [_thinned(table, names, task.seed, ROWS // len(days)) for table in tables]
    positives = [int(rows.label.sum()) for rows, _ in parts]
    if sum(positives) < LEAST_POSITIVES or positives[0] < LEAST_POSITIVES // 2:
        note = f"{sum(positives)} known outcomes, too few to learn from: {prior.note}"
        return SubjectModel(None, names, 0.0, prior, 0, note)
    rows = Rows.joined([rows for rows, _ in parts])
    calibrating = np.concatenate([held_out(parts[0][1]), np.zeros(len(rows.label) - len(parts[0][1]), bool)])
    start = float(logit(np.average(rows.label, weights=rows.weight)))
    rows.start[:] = start
    model = fit(rows.where(~calibrating), rows.where(calibrating), names, without(categories, task.without), task.seed)
    note = f"{len(days)} cut-offs, newest {days[0]}; at most {ROWS} rows, negatives thinned beyond"
    return SubjectModel(model, names, start, prior, len(rows.label), note)


def _thinned(table: pl.DataFrame, names: tuple[str, ...], seed: int, cap: int) -> tuple[Rows, NDArray[np.uint64]]:
    """At most `cap` rows of one cut-off, and the draw of each."""
    label = table["label"].to_numpy()
    taken, weight = thinned(table["draw"].to_numpy(), label, cap, seed)
    features = matrix(table.filter(taken), names)
    return Rows(features, np.zeros(len(features)), label[taken], weight), table["draw"].to_numpy()[taken]
