"""What kinds with a row per (subject, product) have in common: candidates, gates, and learning from who opened what.

Rows of past cut-offs are labelled by what the subject opened within the horizon after (see
`graph.opportunities.offer_model`). Where the subjects are customers, their rows start from what cross-sell says of all
customers (`graph.opportunities.retail_model`), so that only what sets them apart is learned from their few outcomes.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Final, Protocol

import narwhals as nw
import numpy as np
import polars as pl

from graph import gates
from graph.features.bank import Bank
from graph.features.items import Items
from graph.features.pairs import PairTables
from graph.learning.rows import logit
from graph.learning.sampling import uniform
from graph.opportunities import offer_model, retail_model
from graph.opportunities.candidates import gated_people, offers, passed, ungated
from graph.opportunities.drivers import Contribute, Drivers, contributions, explained
from graph.opportunities.offer_model import OfferModel
from graph.opportunities.retail_model import RetailModel
from graph.opportunities.task import SCORED, Found, Look, Task, joined
from graph.people import Frame

CANDIDATES: Final = 100_000
"""About so many rows of one cut-off are looked at; subjects beyond that are sampled by key."""
CHANNEL: Final = "call"
"""How an organisation is spoken to."""
ROWS_AT_ONCE: Final = 400_000
"""Rows scored at a time: bounds memory, changes nothing else."""


class Tables(Protocol):
    """What rows of one day are joined with."""

    @property
    def subjects(self) -> Frame:
        """party, entity, draw and what else the features need, of those who may be offered something."""
        ...

    @property
    def held(self) -> Frame:
        """Unique (entity, product)."""
        ...

    @property
    def items(self) -> Items:
        """Statistics of products."""
        ...

    def features(self, rows: Frame) -> pl.DataFrame:
        """`rows` (of subjects, with `product`) with the kind's features, `opening` and `base`, sorted by key."""
        ...


@dataclass(frozen=True)
class Offer:
    """A kind: who is offered which products, on what grounds."""

    kind: str
    line: str
    products: Frame
    """of that line: product, prerequisite, risk_level"""
    tables: Callable[[Bank, PairTables | None], Tables]
    """of a bank as it stands on a day, with those of people where the subjects are such"""
    features: tuple[str, ...]
    categories: tuple[str, ...]
    evidence: Callable[[pl.DataFrame, Items], pl.DataFrame]
    """the rows with `family`, `peers`, `holders`, `via`, `link` and `because`"""
    lifts: tuple[str, ...]
    """the features by which the prior shifts: logs of shares of holders over the base rate"""
    narrowed: Callable[[Bank, Frame], Frame] = lambda _bank, subjects: subjects
    """the subjects of the kind among those of the tables"""
    look: Look | None = None
    """where the subjects are persons: `looked` for this kind"""

    @property
    def people(self) -> bool:
        """Whether the subjects are persons, whom the gates protect."""
        return self.look is not None


def find_offers(task: Task, offer: Offer) -> Found:
    """Score every product that a subject of the kind may be offered."""
    task.progress.step("find.learning", kind=offer.kind)
    model = offer_model.learn(task, partial(_examples, task, offer), offer.features, offer.categories, offer.lifts)
    tables = offer.tables(task.bank, task.person_tables() if offer.people else None)
    subjects = _gated(offer, offer.narrowed(task.bank, tables.subjects), task)
    funnel: Counter[str] = Counter()
    task.progress.step("find.scoring", len(subjects), kind=offer.kind)
    parts, drivers, contribute = list[pl.DataFrame](), list[Drivers](), _contributions(task, offer, model)
    size = max(1, ROWS_AT_ONCE // max(1, _number(offer.products)))
    for start in range(0, len(subjects), size):
        part = nw.from_native(subjects[start : start + size].lazy())
        rows = offers(part, offer.products, tables.held)
        rows = passed(rows.with_columns(*gates.suitability()) if offer.people else rows, funnel)
        table = _started(tables.features(rows), task, offer, task.as_of)
        scored = _scored(table, task, offer, tables, model)
        parts.append(scored)
        drivers.append(explained(contribute, table, scored, task.levers))
        task.progress.advance(min(size, len(subjects) - start))
    candidates = funnel.pop("candidates", 0)
    described = model.described(offer.kind)
    if (lower := _beneath(task, offer)) and model.model:
        described["model_version"] += f"-{lower.model.digest}"
        described["note"] += "; what is told apart is beyond what cross-sell says of all customers"
    return Found(joined(parts), candidates, dict(funnel), described, model.model, Drivers.joined(drivers))


def _gated(offer: Offer, subjects: Frame, task: Task) -> pl.DataFrame:
    marked = gated_people(subjects, task) if offer.people else ungated(subjects, CHANNEL)
    return marked.collect().to_native().sort("party")


def _examples(task: Task, offer: Offer, days: list[date]) -> Iterator[pl.DataFrame]:
    """What is learned from of each day, newest first."""
    if offer.look:
        seen = iter(task.looked_back(offer.kind, offer.look))
    else:
        seen = (looked(task, offer, task.bank.at(day), None) for day in days)
    return (_started(table, task, offer, day) for day, table in zip(days, seen, strict=False))


def looked(task: Task, offer: Offer, bank: Bank, people: PairTables | None) -> pl.DataFrame:
    """Rows of a cut-off with features, `label` and `weight`, of a sample of subjects where they are many."""
    tables = offer.tables(bank, people)
    subjects = offer.narrowed(bank, tables.subjects).collect().to_native()
    share = CANDIDATES / max(1, len(subjects) * _number(offer.products))
    if share < 1.0:
        subjects = subjects.filter(uniform(subjects["draw"].to_numpy(), task.seed, 31) < share)
    free = offers(nw.from_native(subjects.lazy()), offer.products.drop("risk_level"), tables.held)
    until = bank.day + timedelta(days=task.horizon)
    opened = task.bank.holdings.filter((nw.col("opened_on") > bank.day) & (nw.col("opened_on") <= until))
    taken = opened.select("entity", "product").unique().with_columns(nw.lit(value=True).alias("label"))
    rows = free.filter(~nw.col("held")).join(taken, on=["entity", "product"], how="left")
    return offer_model.thin(tables.features(rows.with_columns(nw.col("label").fill_null(value=False))), task)


def _started(table: pl.DataFrame, task: Task, offer: Offer, day: date) -> pl.DataFrame:
    """With the log-odds from which a row starts."""
    if lower := _beneath(task, offer):
        return table.with_columns(start=(lower if day == task.as_of else lower.at(day)).log_odds(table))
    growth = task.growth(offer.line).carried_forward(day, task.horizon)
    return table.with_columns(start=logit(table["opening"].to_numpy()) + growth)


def _beneath(task: Task, offer: Offer) -> RetailModel | None:
    """What all customers do, where the kind offers some of them what all may be offered."""
    return retail_model.beneath(task) if offer.people else None


def _contributions(task: Task, offer: Offer, model: OfferModel) -> Contribute | None:
    """What each group adds, in the kind's own model and in what its rows start from."""
    own, lower = contributions(model.model), _beneath(task, offer)
    if own is None or lower is None or model.model is None:
        return own
    slope, below = model.model.slope, lower.contribute()
    return lambda table: np.asarray(own(table) + slope * below(table), np.float32)


def _scored(table: pl.DataFrame, task: Task, offer: Offer, tables: Tables, model: OfferModel) -> pl.DataFrame:
    values = task.bank.products.select("product", "annual_value").collect().to_native()
    scored = offer.evidence(table, tables.items).with_columns(subject="party", probability=model.probability(table))
    scored = scored.join(values, on="product", how="left", maintain_order="left")
    return scored.select([pl.col(name).cast(dtype) for name, dtype in SCORED.items()])


def _number(products: Frame) -> Any:
    return products.select(nw.len()).collect().item()
