"""Back-tests: each kind as it would have been found on a day, scored against what happened in the horizon after it.

The finder sees nothing later than the day. Its candidates have passed the gates, so the figures speak of what would
have been offered. The same rows are scored by the same learner without the graph (`graph.features.groups.GRAPH`) and by
plain baselines (`graph.evaluation.baselines`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

import narwhals as nw
import numpy as np
import polars as pl

from graph.evaluation.baselines import baselines
from graph.evaluation.judged import OWN, PLAIN, Judged, judged
from graph.features.bank import Bank
from graph.features.groups import GRAPH
from graph.learning.sampling import uniform
from graph.opportunities.find import newest_day
from graph.opportunities.kinds import KINDS
from graph.opportunities.task import Found, Task
from graph.snapshot import Snapshot
from texts import UserError
from texts.progress import Progress

MOST_ROWS: Final = 400_000
"""Most candidates evaluated; subjects beyond are sampled by key."""
HIDDEN_SHARE: Final = 0.2
"""Leave-one-out: the share of customers who have one product hidden."""
RETAIL: Final = "cross_sell"


@dataclass(frozen=True)
class Backtest:
    """What is said of each kind, and of the model that scored it."""

    kinds: dict[str, Judged]
    models: dict[str, dict[str, Any]]
    as_of: date
    horizon: int | None
    """None where products were hidden instead"""

    def json(self) -> dict[str, Any]:
        """The object of `guanxi evaluate --json`."""
        figures = {
            kind: {model: {name: one.json() for name, one in each.items()} for model, each in judged.figures.items()}
            for kind, judged in self.kinds.items()
        }
        return {
            "kinds": figures, "details": {kind: judged.json() for kind, judged in self.kinds.items()},
            "models": self.models, "as_of": self.as_of.isoformat(), "horizon": self.horizon,
        }  # fmt: skip


def time_split(
    snapshot: Snapshot, *, as_of: date | None, horizon: int, seed: int, kinds: list[str], progress: Progress
) -> Backtest:
    """Find as of a day, score against the horizon after it.

    Args:
        snapshot: data that goes on after `as_of`.
        as_of: by default the newest date less the horizon.
        horizon: days of known outcome after it.
        seed: of all that is drawn.
        kinds: which kinds.
        progress: told each kind.

    Raises:
        UserError: nothing is dated on or before `as_of`, or the data ends before the horizon does.
    """
    newest = newest_day(snapshot)
    day = as_of or newest - timedelta(days=horizon)
    until = day + timedelta(days=horizon)
    bank, later = Bank.read(snapshot, day), Bank.read(snapshot, until)
    first = bank.first_date()
    if first is None:
        raise UserError("evaluate.no_dates", as_of=day)
    if until > newest:
        raise UserError("evaluate.too_late", as_of=day, horizon=horizon, newest=newest)
    task = _task(snapshot, bank, day, horizon, seed, first, progress)
    return _judged(task, kinds, lambda kind, rows: _LABELS[kind](_as_known(rows, later), bank, later, day))


def leave_one_out(snapshot: Snapshot, *, horizon: int, seed: int, progress: Progress) -> Backtest:
    """Hide one product of a fifth of the customers, and see at which place it is offered to them."""
    day = newest_day(snapshot)
    bank = Bank.read(snapshot, day)
    hidden = _hidden(bank, seed)
    kept = bank.holdings.join(nw.from_native(hidden.lazy()), on=["entity", "product"], how="anti")
    seen = replace(bank, holdings=nw.from_native(kept.collect().to_native().lazy()))
    task = _task(snapshot, seen, day, horizon, seed, None, progress)

    def label(_kind: str, rows: pl.DataFrame) -> pl.Series:
        marked = rows.join(hidden.with_columns(label=1.0), on=["entity", "product"], how="left", maintain_order="left")
        return marked["label"].fill_null(0.0)

    return _judged(task, [RETAIL], label)


def _task(
    snapshot: Snapshot, bank: Bank, day: date, horizon: int, seed: int, first: date | None, progress: Progress
) -> Task:
    consent = "marketing_consent" in snapshot.manifest["tables"]["customers"]["columns"]
    return Task(bank, day, horizon, seed, first, consent, progress)


def _hidden(bank: Bank, seed: int) -> pl.DataFrame:
    """(entity, product): one retail product of a fifth of those who hold at least two."""
    retail = bank.products.filter(nw.col("line") == "retail").select("product")
    held = bank.held().join(retail, on="product", how="semi").collect().to_native().sort("entity", "product")
    several = held.filter(pl.len().over("entity") > 1)
    keys = several["entity"].to_numpy().astype(np.uint64)
    chosen = several.filter(uniform(keys, seed, 21) < HIDDEN_SHARE)
    pairs = chosen["entity"].to_numpy().astype(np.uint64) * np.uint64(65_536) + chosen["product"].to_numpy()
    drawn = chosen.with_columns(draw=uniform(pairs, seed, 22)).sort("draw", "entity", "product")
    return drawn.unique("entity", keep="first", maintain_order=True).drop("draw")


def _judged(task: Task, kinds: list[str], label: Callable[[str, pl.DataFrame], pl.Series]) -> Backtest:
    result = Backtest({}, {}, task.as_of, task.horizon if task.first else None)
    entities = task.bank.parties.select("party", "entity").collect().to_native().rename({"party": "subject"})
    for kind in kinds:
        found = KINDS[kind](task)
        plain = KINDS[kind](replace(task, without=GRAPH)) if found.learned else None
        scored = _beside(found.scored, plain).join(entities, on="subject", how="left", maintain_order="left")
        rows = scored.with_columns(label=label(kind, scored))
        if not task.first:  # where one product of some was hidden, the others have nothing to be found
            rows = rows.filter(pl.col("label").max().over("subject") > 0)
        rows = _sample(rows, task.seed)
        task.progress.step("evaluate.scoring", kind=kind)
        scores = {OWN: "probability", PLAIN: PLAIN} if plain else {OWN: "probability"}
        scores = {model: rows[column].to_numpy() for model, column in scores.items()}
        scores |= {} if rows.is_empty() else baselines(rows, task)
        result.kinds[kind] = judged(rows, scores, task.seed, calibrated=task.first is not None)
        result.models[kind] = found.model
    return result


def _beside(scored: pl.DataFrame, plain: Found | None) -> pl.DataFrame:
    """The scored rows with the probability that the learner without the graph gives them."""
    if plain is None:
        return scored
    key = ["subject", "product"]
    other = plain.scored.select(*key, pl.col("probability").alias(PLAIN))
    joined = scored.join(other, on=key, how="left", nulls_equal=True, maintain_order="left")
    return joined.with_columns(pl.col(PLAIN).fill_null(0.0))


def _sample(rows: pl.DataFrame, seed: int) -> pl.DataFrame:
    if len(rows) <= MOST_ROWS:
        return rows
    return rows.filter(uniform(rows["subject"].to_numpy(), seed, 23) < MOST_ROWS / len(rows))


def _as_known(rows: pl.DataFrame, later: Bank) -> pl.DataFrame:
    """`rows` with the person that each subject is known to be later: a record that came since may have joined them."""
    known = later.parties.select("party", "entity").collect().to_native().rename({"party": "subject"})
    return rows.drop("entity").join(known, on="subject", how="left", maintain_order="left")


def _opened(rows: pl.DataFrame, _bank: Bank, later: Bank, day: date) -> pl.Series:
    opened = later.holdings.filter(nw.col("opened_on") > day).select("entity", "product").unique()
    return _marked(rows, opened.collect().to_native(), ["entity", "product"])


def _arrived(rows: pl.DataFrame, bank: Bank, later: Bank, _day: date) -> pl.Series:
    before = bank.customers.select("party")
    arrived = later.customers.join(before, on="party", how="anti").select("entity").unique()
    return _marked(rows, arrived.collect().to_native(), ["entity"])


def _joined(rows: pl.DataFrame, _bank: Bank, later: Bank, day: date) -> pl.Series:
    joined = later.companies.filter(nw.col("client_since") > day).select("entity").unique()
    return _marked(rows, joined.collect().to_native(), ["entity"])


def _marked(rows: pl.DataFrame, taken: pl.DataFrame, key: list[str]) -> pl.Series:
    marked = rows.join(taken.with_columns(label=pl.lit(1.0)), on=key, how="left", maintain_order="left")
    return marked["label"].fill_null(0.0)


_LABELS: Final[dict[str, Callable[[pl.DataFrame, Bank, Bank, date], pl.Series]]] = {
    "cross_sell": _opened,
    "payroll_to_retail": _arrived,
    "payroll_mandate": _opened,
    "company_prospect": _joined,
    "corporate_cross_sell": _opened,
    "owner_to_private": _opened,
    "household": _opened,
}
"""What counts as taken, by kind."""
