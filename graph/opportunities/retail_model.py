"""The learned chance that a customer opens a retail product within the horizon.

Dated sources: rows of past cut-offs, labelled by what was opened within the horizon after; older cut-offs and half of
the people of the newest one are learned from, the other half calibrates. How much is expected of today's rows in all is
what the newest cut-off brought, carried on by the trend of the line (`graph.features.growth`). As of a past cut-off the
level is what then came, for kinds that learn what the people they speak of do beyond all customers.
Where no opening has a date `graph.opportunities.undated_model` takes over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph.features import pairs
from graph.features.bank import Bank
from graph.features.groups import GROUPS, group_of, without
from graph.features.pairs import PairTables
from graph.learning import lines
from graph.learning.lines import Lines
from graph.learning.model import LEAST_POSITIVES, Model, fit
from graph.learning.rows import Floats, Rows, expit, logit, matching_level, matrix
from graph.learning.sampling import held_out, thinned, uniform
from graph.learning.windows import MOST, cutoffs
from graph.opportunities import undated_model
from graph.opportunities.candidates import offers
from graph.opportunities.drivers import Contribute, contributions
from graph.opportunities.task import Task
from graph.opportunities.undated_model import UndatedModel
from graph.people import Frame
from graph.side_by_side import give_back

KIND: Final = "cross_sell"
"""The kind that it is named after."""
NAMES: Final = pairs.FEATURES
ROWS: Final = 500_000
"""Most rows learned from, over all cut-offs."""
CANDIDATES: Final = 1_500_000
"""Most rows looked at for one cut-off; people beyond that are sampled."""
TODAY: Final = 60_000
"""About so many of today's rows set the level."""


@dataclass(frozen=True)
class RetailModel:
    """A fitted model and how it came about."""

    model: Model
    lines: Lines
    """what the trees start from, …"""
    growth: float
    """… beside how often a product was opened in the past year, carried forward by this; log"""
    rows: int
    note: str
    levels: Mapping[date, float] = field(default_factory=dict[date, float])
    """by cut-off: the model's level by which as much is expected of all customers as came in the horizon after"""

    def at(self, day: date) -> "RetailModel":
        """With the level of the cut-off nearest to a past `day`; what is told apart stays the same."""
        nearest = min(self.levels, key=lambda known: (abs(known - day), known))
        return replace(self, growth=0.0, model=replace(self.model, level=self.levels[nearest]))

    def probability(self, table: pl.DataFrame) -> Floats:
        """The chance of each row of `features`, rounded to a millionth."""
        return np.round(expit(self.log_odds(table)), 6)

    def log_odds(self, table: pl.DataFrame) -> Floats:
        """Calibrated log-odds of each row of `features`."""
        features, start = matrix(table, self.model.names), logit(table["opening"].to_numpy()) + self.growth
        start += self.lines.log_odds(features, table["product"].to_numpy())
        return self.model.log_odds(features, start)

    def contribute(self) -> Contribute:
        """What each group of evidence adds, in the trees and in the line beneath them."""
        groups = [GROUPS.index(group_of(name)) for name in self.model.names]
        membership = np.eye(len(GROUPS))[groups]
        trees = contributions(self.model)
        assert trees is not None

        def added(table: pl.DataFrame) -> NDArray[np.float32]:
            features = matrix(table, self.model.names)
            line = self.lines.contributions(features, table["product"].to_numpy()) @ membership
            return trees(table) + (self.model.slope * line).astype(np.float32)

        return added

    def described(self, kind: str) -> dict[str, Any]:
        """Its entry in the manifest."""
        version = f"{kind}-learned-{self.model.digest}"
        return {"model_version": version, "mode": "learned", "rows": self.rows, "note": self.note}


def learned(task: Task) -> RetailModel | UndatedModel:
    """The model of a run, learned once for all the kinds that go by it."""

    def make() -> RetailModel | UndatedModel:
        retail = task.bank.products.filter(nw.col("line") == "retail").collect().lazy()
        model = learn(task, retail, task.person_tables())
        give_back()
        return model

    return task.shared(f"retail model without {sorted(task.without)}", task.as_of, make)


def beneath(task: Task) -> RetailModel | None:
    """The same, where it was learned from a past; None where there is none to learn from."""
    model = learned(task) if task.bank.first_opening() else None
    return model if isinstance(model, RetailModel) else None


def learn(task: Task, retail: Frame, tables: PairTables) -> RetailModel | UndatedModel:
    """Learn from the past, or from what each customer holds where there is no past; `tables` are those of today."""
    days = cutoffs(task.as_of, task.horizon, task.bank.first_opening())
    examples = [seen for _, seen in zip(days, task.looked_back(KIND, look), strict=False)]
    if sum(int(rows.label.sum()) for rows, _ in examples) < LEAST_POSITIVES:
        return undated_model.learn(task, retail)
    rows, calibrating = _joined(examples)
    time = np.repeat(np.arange(len(days)), [len(each.label) for each, _ in examples])
    newest = examples[0][0]
    observed = float(np.average(newest.label, weights=newest.weight))
    del examples, newest  # what is learned from is there twice otherwise
    products = int(task.bank.products.select(nw.len()).collect().item())
    names = _names(task)
    product = rows.features[:, names.index("product")].astype(np.intp)
    columns = [place for place, name in enumerate(names) if name not in pairs.OF_PRODUCT]
    line = lines.fit(rows.where(~calibrating), product[~calibrating], products, time[~calibrating], columns)
    timeless = rows.start + line.log_odds(rows.features, product)
    rows.start[:] += line.log_odds(rows.features, product, time)
    categories = without(pairs.CATEGORICAL, task.without)
    model = fit(rows.where(~calibrating), rows.where(calibrating), names, categories, task.seed)
    note = f"{len(days)} cut-offs, newest {days[0]}; at most {ROWS} rows, negatives thinned beyond"
    growth = task.growth("retail").carried_forward(task.as_of, task.horizon)
    levels = _levels(model, replace(rows, start=timeless), time, days, task)
    fitted = RetailModel(model, line, growth, len(rows.label), note, levels)
    level = model.level + _carried_on(fitted, observed, task, retail, tables)
    return replace(fitted, model=replace(model, level=level))


def _levels(model: Model, rows: Rows, time: NDArray[np.intp], days: list[date], task: Task) -> dict[date, float]:
    """By cut-off, the level that brings the mean chance to the mean outcome; growth since the year before is in it."""
    odds, levels = model.slope * model.raw(rows.features, rows.start), dict[date, float]()
    for place, day in enumerate(days):
        here = time == place
        if here.any():
            mean = (float(rows.label[here].sum()) + 0.5) / (float(rows.weight[here].sum()) + 1.0)
            growth = model.slope * task.growth("retail").carried_forward(day, task.horizon)
            levels[day] = growth + matching_level(odds[here], mean, rows.weight[here])
    return levels


def _carried_on(model: RetailModel, observed: float, task: Task, retail: Frame, tables: PairTables) -> float:
    """What to add to the log-odds so that as much is expected of a sample of today's rows as the line's trend says.

    The rows are taken whoever may be spoken to, as those of the newest cut-off are, of which the share `observed` came.
    """
    people = _sampled(task.bank, retail, task.seed, MOST, TODAY)
    rows = offers(people, _columns(retail), tables.held).filter(~nw.col("held"))
    rows = rows.with_columns(nw.lit(0).alias("own"), nw.lit(value=True).alias("banks"))
    odds = model.log_odds(tables.features(rows, tables.held))
    if not len(odds):
        return 0.0
    rate = -np.log1p(-observed) * task.growth("retail").ahead(task.horizon)
    return matching_level(odds, float(1 - np.exp(-rate)), np.ones(len(odds), np.float32))


def look(task: Task, bank: Bank, tables: PairTables, place: int) -> tuple[Rows, NDArray[np.uint64]]:
    """Rows of one cut-off with their labels, and the draw of each."""
    retail = bank.products.filter(nw.col("line") == "retail")
    rows = offers(_sampled(bank, retail, task.seed, place), _columns(retail), tables.held).filter(~nw.col("held"))
    until = bank.day + timedelta(days=task.horizon)
    opened = task.bank.holdings.filter((nw.col("opened_on") > bank.day) & (nw.col("opened_on") <= until))
    taken = opened.select("entity", "product").unique().with_columns(nw.lit(value=True).alias("label"))
    labelled = rows.join(taken, on=["entity", "product"], how="left").with_columns(
        nw.col("label").fill_null(value=False), nw.lit(0).alias("own"), nw.lit(value=True).alias("banks")
    )
    return _thin(labelled, tables, task, ROWS // 4, task.growth("retail").carried_forward(bank.day, task.horizon))


def _thin(labelled: Frame, tables: PairTables, task: Task, cap: int, growth: float) -> tuple[Rows, NDArray[np.uint64]]:
    """Features for at most `cap` of the labelled rows."""
    table = labelled.collect().to_native().sort("party", "product")
    keys = table["draw"].to_numpy() * np.uint64(65_537) + table["product"].to_numpy()
    taken, weight = thinned(keys, table["label"].to_numpy(), cap, task.seed)
    table = table.filter(taken).with_columns(weight=weight)
    wide = tables.features(nw.from_native(table.lazy()), tables.held)
    start = logit(wide["opening"].to_numpy()) + growth
    rows = Rows(matrix(wide, _names(task)), start, wide["label"].to_numpy(), wide["weight"].to_numpy())
    return rows, wide["draw"].to_numpy()


def _sampled(bank: Bank, retail: Frame, seed: int, place: int, most: int = CANDIDATES) -> Frame:
    """Customers to learn from: everybody, or a sample by key where they are many."""
    people = bank.customers.select("party", "entity", "draw").collect().to_native().sort("party")
    number = max(1, int(retail.select(nw.len()).collect().item()))
    share = most / (number * max(1, len(people)))
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
