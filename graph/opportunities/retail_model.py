"""The learned chance that a customer opens a retail product within the horizon.

Dated sources: rows of past cut-offs, labelled by what was opened within the horizon after; older cut-offs and half of
the people of the newest one are learned from, the other half calibrates.
Undated sources: one product of each customer is hidden and to be found among all that they do not hold; that ranks,
and a stated prior gives the scale: holdings were opened evenly over `ASSUMED_YEARS`.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph.features import pairs
from graph.features.bank import Bank
from graph.features.groups import without
from graph.features.pairs import PairTables
from graph.learning.model import LEAST_POSITIVES, Floats, Model, Rows, expit, fit, logit, matrix
from graph.learning.sampling import held_out, thinned, uniform
from graph.learning.windows import cutoffs
from graph.opportunities.candidates import offers
from graph.opportunities.task import Task
from graph.people import Frame

NAMES: Final = pairs.FEATURES
ROWS: Final = 500_000
"""Most rows learned from, over all cut-offs."""
CANDIDATES: Final = 1_500_000
"""Most rows looked at for one cut-off; people beyond that are sampled."""
ASSUMED_YEARS: Final = 5.0


@dataclass(frozen=True)
class RetailModel:
    """A fitted model and how it came about."""

    model: Model | None
    scale: float
    mode: str
    rows: int
    note: str

    def probability(self, table: pl.DataFrame) -> Floats:
        """The chance of each row of `features`, rounded to a millionth."""
        start = logit(table["opening" if self.scale == 1.0 else "base"].to_numpy())
        chance = expit(start) if self.model is None else self.model.probability(matrix(table, self.model.names), start)
        return np.round(np.clip(chance * self.scale, 0.0, 1.0), 6)

    def described(self, kind: str) -> dict[str, Any]:
        """Its entry in the manifest."""
        digest = self.model.digest if self.model else "0"
        version = f"{kind}-{self.mode}-{digest}"
        return {"model_version": version, "mode": self.mode, "rows": self.rows, "note": self.note}


def learn(task: Task, retail: Frame) -> RetailModel:
    """Learn from the past, or from what each customer holds where there is no past."""
    days = cutoffs(task.as_of, task.horizon, task.first)
    examples = [_example(task, retail, day, place) for place, day in enumerate(days)]
    if sum(int(rows.label.sum()) for rows, _ in examples) >= LEAST_POSITIVES:
        learned, newest_part = _joined(examples)
        model = fit(learned.where(~newest_part), learned.where(newest_part), _names(task), pairs.CATEGORICAL, task.seed)
        note = f"{len(days)} cut-offs, newest {days[0]}; at most {ROWS} rows, negatives thinned beyond"
        return RetailModel(model, 1.0, "learned", len(learned.label), note)
    return _leave_one_out(task, retail)


def _example(task: Task, retail: Frame, day: date, place: int) -> tuple[Rows, NDArray[np.uint64]]:
    """Rows of one cut-off with their labels, and the draw of each."""
    bank = task.bank.at(day)
    tables = PairTables.of(bank.people(), day)
    rows = offers(_sampled(bank, retail, task.seed, place), _columns(retail), tables.held).filter(~nw.col("held"))
    until = day + timedelta(days=task.horizon)
    opened = task.bank.holdings.filter((nw.col("opened_on") > day) & (nw.col("opened_on") <= until))
    taken = opened.select("entity", "product").unique().with_columns(nw.lit(value=True).alias("label"))
    labelled = rows.join(taken, on=["entity", "product"], how="left").with_columns(
        nw.col("label").fill_null(value=False), nw.lit(0).alias("own"), nw.lit(value=True).alias("banks")
    )
    return _thin(labelled, tables, task, ROWS // 4)


def _thin(
    labelled: Frame, tables: PairTables, task: Task, cap: int, held: Frame | None = None
) -> tuple[Rows, NDArray[np.uint64]]:
    """Features for at most `cap` of the labelled rows."""
    table = labelled.collect().to_native().sort("party", "product")
    keys = table["draw"].to_numpy() * np.uint64(65_537) + table["product"].to_numpy()
    taken, weight = thinned(keys, table["label"].to_numpy(), cap, task.seed)
    table = table.filter(taken).with_columns(weight=weight)
    wide = tables.features(nw.from_native(table.lazy()), tables.held if held is None else held)
    start = logit(wide["base" if held is not None else "opening"].to_numpy())
    rows = Rows(matrix(wide, _names(task)), start, wide["label"].to_numpy(), wide["weight"].to_numpy())
    return rows, wide["draw"].to_numpy()


def _sampled(bank: Bank, retail: Frame, seed: int, place: int) -> Frame:
    """Customers to learn from: everybody, or a sample by key where they are many."""
    people = bank.customers.select("party", "entity", "draw").collect().to_native().sort("party")
    number = max(1, int(retail.select(nw.len()).collect().item()))
    share = CANDIDATES / (number * max(1, len(people)))
    if share < 1.0:
        people = people.filter(uniform(people["draw"].to_numpy(), seed, 100 + place) < share)
    return nw.from_native(people.lazy())


def _names(task: Task) -> tuple[str, ...]:
    return without(NAMES, task.without)


def _columns(retail: Frame) -> Frame:
    return retail.select("product", "prerequisite")


def _joined(parts: list[tuple[Rows, NDArray[np.uint64]]]) -> tuple[Rows, NDArray[np.bool_]]:
    """All rows, and which of them calibrate: half of the people of the newest cut-off."""
    (_, newest), *older = parts
    marks = [held_out(newest), *(np.zeros(len(people), bool) for _, people in older)]
    return Rows.joined([rows for rows, _ in parts]), np.concatenate(marks)


def _leave_one_out(task: Task, retail: Frame) -> RetailModel:
    bank = task.bank
    people = bank.people()
    tables = PairTables.of(people, task.as_of)
    held = people.held().collect().to_native()
    subjects = _sampled(bank, retail, task.seed, 0)
    draws = bank.customers.select("entity", "draw").unique().collect().to_native()
    hidden = _hidden(held.join(draws, on="entity"), task.seed)
    seen = nw.from_native(held.lazy().join(hidden.lazy(), on=["entity", "product"], how="anti"))
    columns = retail.select("product").with_columns(nw.lit(None).cast(nw.UInt16).alias("prerequisite"))
    marked = nw.from_native(hidden.lazy().with_columns(label=pl.lit(value=True)))
    rows = (
        offers(subjects, columns, seen).filter(~nw.col("held"))
        .join(marked.select("entity"), on="entity", how="semi")
        .join(marked, on=["entity", "product"], how="left")
        .with_columns(nw.col("label").fill_null(value=False), nw.lit(value=True).alias("banks"))
        .with_columns(nw.col("label").cast(nw.Int32).alias("own"))
    )  # fmt: skip
    examples, entities = _thin(rows, tables, task, ROWS, seen)
    scale = len(held) / max(1, held["entity"].n_unique()) / ASSUMED_YEARS * task.horizon / 365
    note = (
        f"no dated history: learned which product of a customer is missing; scale by the prior that holdings were "
        f"opened evenly over {ASSUMED_YEARS:g} years"
    )
    if int(examples.label.sum()) < LEAST_POSITIVES:
        return RetailModel(None, min(scale, 1.0) * 0.999, "prior", 0, note)
    half = held_out(entities)
    model = fit(examples.where(~half), examples.where(half), _names(task), pairs.CATEGORICAL, task.seed)
    return RetailModel(model, min(scale, 0.999), "leave-one-out", len(examples.label), note)


def _hidden(held: pl.DataFrame, seed: int) -> pl.DataFrame:
    """One product of each person, by key."""
    keys = held["draw"].to_numpy() * np.uint64(65_537) + held["product"].to_numpy()
    drawn = held.with_columns(draw=uniform(keys, seed, 3)).sort("draw", "entity", "product")
    return drawn.unique("entity", keep="first", maintain_order=True).drop("draw")
