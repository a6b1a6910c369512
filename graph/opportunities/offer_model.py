"""Learning for kinds with a row per (subject, product): who opens what within the horizon after a past cut-off.

The log-odds of a row start from how often the product was opened at all in the year before its cut-off, and how much
more (or less) of its line came in the horizon after; ahead of the last known day that is a forecast
(`graph.features.growth`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph.features.groups import without
from graph.learning.cross_fit import cross_fit
from graph.learning.levels import levels
from graph.learning.model import LEAST_POSITIVES, Model
from graph.learning.rows import Floats, Rows, expit, logit, matrix
from graph.learning.sampling import thinned
from graph.learning.windows import cutoffs
from graph.opportunities.task import Task

ROWS: Final = 160_000
"""Most rows learned from, over all cut-offs."""
ASSUMED_YEARS: Final = 5.0
"""Without dates, holdings are taken to have been opened evenly over so many years."""

Examples = Callable[[list[date]], Iterable[pl.DataFrame]]
"""Of each day rows with features and `start`, `draw`, `label`, `weight`, of subjects as they stood on it."""


@dataclass(frozen=True)
class OfferModel:
    """A fitted model, or a stated prior where the past holds too few outcomes."""

    model: Model | None
    names: tuple[str, ...]
    prior: Callable[[pl.DataFrame], Floats]
    rows: int
    note: str

    def probability(self, table: pl.DataFrame) -> Floats:
        """The chance of each row, rounded to a millionth."""
        if self.model is None:
            return np.round(self.prior(table), 6)
        return np.round(self.model.probability(matrix(table, self.names), table["start"].to_numpy()), 6)

    def described(self, kind: str) -> dict[str, Any]:
        """Its entry in the manifest."""
        mode = "learned" if self.model else "prior"
        digest = f"-{self.model.digest}" if self.model else "-1"
        return {"model_version": f"{kind}-{mode}{digest}", "mode": mode, "rows": self.rows, "note": self.note}


def learn(
    task: Task, examples: Examples, names: tuple[str, ...], categories: tuple[str, ...], lifts: tuple[str, ...]
) -> OfferModel:
    """Learn from every cut-off the data allows; `lifts` are the features that the prior goes by."""
    names, categories = without(names, task.without), without(categories, task.without)
    days = cutoffs(task.as_of, task.horizon, task.first)
    parts = [_rows(table, names) for table in examples(days)]
    positives = sum(int(rows.label.sum()) for rows, _ in parts)
    note, prior = _prior(task, lifts)
    if positives < LEAST_POSITIVES:
        return OfferModel(None, names, prior, 0, f"{positives} known outcomes, too few to learn from: {note}")
    rows, people = Rows.joined([rows for rows, _ in parts]), np.concatenate([draws for _, draws in parts])
    time = np.repeat(np.arange(len(days)), [len(draws) for _, draws in parts])
    shifts, newest = levels(rows, time, len(days))
    rows.start[:] += shifts[time]
    model = cross_fit(rows, time, people, names, categories, task.seed)
    model = replace(model, level=model.level + model.slope * newest)
    note = f"{len(days)} cut-offs, newest {days[0]}; at most {ROWS} rows, subjects sampled and negatives thinned beyond"
    return OfferModel(model, names, prior, len(people), note)


def thin(table: pl.DataFrame, task: Task) -> pl.DataFrame:
    """At most its share of `ROWS` of one cut-off's rows (draw, label, …), with `weight`."""
    days = cutoffs(task.as_of, task.horizon, task.first)
    taken, weight = thinned(table["draw"].to_numpy(), table["label"].to_numpy(), ROWS // len(days), task.seed)
    return table.filter(taken).with_columns(weight=weight)


def _rows(table: pl.DataFrame, names: tuple[str, ...]) -> tuple[Rows, NDArray[np.uint64]]:
    """The rows of one cut-off, and the draw of each."""
    start, label, weight, draw = (table[name].to_numpy() for name in ("start", "label", "weight", "draw"))
    return Rows(matrix(table, names), start, label, weight), draw


def _prior(task: Task, lifts: tuple[str, ...]) -> tuple[str, Callable[[pl.DataFrame], Floats]]:
    """A stated formula for where the past is silent."""
    dated = task.first is not None
    rate = "opened in the past year" if dated else f"opened, if evenly over {ASSUMED_YEARS:g} years,"

    def chance(table: pl.DataFrame) -> Floats:
        yearly = table["opening"].to_numpy() if dated else table["base"].to_numpy() / ASSUMED_YEARS
        shift = sum((table[name].to_numpy() for name in lifts), np.zeros(len(table)))
        return expit(logit(yearly * task.horizon / 365) + shift / 2)

    return f"how often the product was {rate}, its log-odds shifted by half of {', '.join(lifts)}", chance
