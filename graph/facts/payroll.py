"""Salaries in payments, found by the payer's batches: who is paid by an organisation as one of its staff.

    bank.payments ──► pay_streams ──► pay_evidence: own, then beside others ──► probability ──► schedule, alarm

No bank has labels to learn from, so two small tree ensembles (LightGBM) were learned on made-up worlds of payments that
differ in words, silence, paydays, sizes and tables (`benchmarks/fit_payroll.py`); features that can only speak for or
against a salary are monotone in them. A bank's own words are learned from its payments. Who pays pensions is no
employer, whatever the ensembles say.
"""

from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import narwhals as nw
import numpy as np
import polars as pl

from graph.facts.pay_evidence import BESIDE, OWN, Floats, evidence_beside, matrix_of, own_features
from graph.facts.pay_streams import ENDS, STREAM, main_rows, streams, to_people
from graph.features.bank import Bank
from graph.learning.model import threads
from graph.learning.rows import expit
from graph.people import Frame

if TYPE_CHECKING:
    from lightgbm import Booster

WINDOW_DAYS: Final = 365
LEAST: Final = 0.5
"""Streams less likely than this are no salary."""
TIERS: Final = {"high": 0.9, "medium": 0.7, "low": LEAST}
"""The least confidence of each tier."""
STATED: Final = 0.6
"""Confidence of the stated rule: of one payee alone the ensembles know little."""
LEAST_MONTHS: Final = 3
LEAST_STEADY: Final = 0.6
LEAST_SAID: Final = 0.5
MOST_RETIRED: Final = 0.7
"""A payer with this share of payees of retirement age pays pensions."""
GRACE_DAYS: Final = 3
"""Days that pay may be late, beside how much its day wandered before, until that is an alarm."""
FRIDAY: Final = 5
HALF_MONTH: Final = 15
"""No two paydays are nearer than this, so pay that came early is not expected again at once."""
_FOUND: Final = {
    "payer": pl.UInt32(), "payee": pl.UInt32(), "months": pl.Int32(), "monthly_fen": pl.Int64(),
    "confidence": pl.Float64(), "tier": pl.String(), "usual_day": pl.Int8(), "first_on": pl.Date(),
    "last_on": pl.Date(), "next_on": pl.Date(), "stopped": pl.Boolean(),
}  # fmt: skip


def salaries(bank: Bank, day: date, window: int = WINDOW_DAYS) -> Frame:
    """(payer, payee, months, monthly_fen, confidence) of each salary seen within `window` days before `day`.

    Looked for once for all who ask the same bank.
    """

    def detected() -> Frame:
        found = payroll(bank, day, after=day - timedelta(days=window))
        return nw.from_native(found.select("payer", "payee", "months", "monthly_fen", "confidence").lazy())

    return bank.made.get(("salaries", day, window), detected)


def payroll(bank: Bank, day: date, after: date = date.min) -> pl.DataFrame:
    """Every salary in the payments until `day`, also those that ended, sorted by payer and payee (entities).

    months (in which it was paid), monthly_fen (median), confidence (0..1, at least `LEAST`), tier (of `TIERS`),
    usual_day (of the month), first_on, last_on, next_on (the next payday expected), stopped (next_on passed unpaid).
    Payments up to `after` are not looked at.
    """
    payments, texts = to_people(bank, day, after)
    if payments.is_empty():
        return pl.DataFrame(schema=_FOUND)
    rows = main_rows(payments)
    del payments  # there are many
    table = own_features(streams(rows), rows, texts, bank, day)
    weighed = pl.Series(expit(_log_odds(table, rows, texts)).round(4))
    confidence = pl.max_horizontal(weighed, pl.when(_plain_words()).then(STATED).otherwise(0.0))
    likely = table.with_columns(confidence=confidence).filter((pl.col("confidence") >= LEAST) & ~_pension_payer())
    seen_until = (
        bank.payments.to_native().filter(pl.col("paid_on") <= day).select(pl.col("paid_on").max()).collect().item()
    )
    paid = rows.join(likely.select(STREAM), on=STREAM, how="semi")
    found = likely.join(_schedule(paid, seen_until), on=STREAM)
    tier = pl.coalesce(
        *(pl.when(pl.col("confidence") >= least).then(pl.lit(name)) for name, least in TIERS.items())
    ).alias("tier")
    monthly = pl.col("middle").round().alias("monthly_fen")
    counted = found.with_columns(pl.col("seen").alias("months"), monthly, tier)
    return counted.select(pl.col(name).cast(dtype) for name, dtype in _FOUND.items()).sort(ENDS)


def _log_odds(table: pl.DataFrame, rows: pl.DataFrame, texts: pl.DataFrame) -> Floats:
    own = table.select(OWN)
    first = ensemble("own").predict(matrix_of(own), raw_score=True, num_threads=threads())
    beside = evidence_beside(rows, texts, table, _floats(first)).select(BESIDE)
    return _floats(ensemble("all").predict(matrix_of(own, beside), raw_score=True, num_threads=threads()))


def _floats(raw: object) -> Floats:
    assert isinstance(raw, np.ndarray)
    return raw.astype(np.float64)


@cache
def ensemble(name: str) -> "Booster":
    """One of the two ensembles that come with the program: `own` or `all`."""
    import lightgbm as lgb

    return lgb.Booster(model_str=files("graph.facts").joinpath(f"payroll_{name}.txt").read_text(encoding="utf-8"))


def _plain_words() -> pl.Expr:
    """The stated rule for a stream without batch-mates: a listed word of pay in most months, three at least, steady."""
    steady = (pl.col("seen") >= LEAST_MONTHS) & (pl.col("near") >= LEAST_STEADY)
    return steady & (pl.col("share") == 0) & (pl.col("said") >= LEAST_SAID) & (pl.col("unsaid") == 0)


def _pension_payer() -> pl.Expr:
    """By name, or by the age of those it pays; its own staff, where they are listed, are paid salaries all the same."""
    pays_pensions = (pl.col("bureau") == 1) | (pl.col("retired").fill_null(0.0) >= MOST_RETIRED)
    return pays_pensions & (pl.col("listed") == 0)


def _schedule(rows: pl.DataFrame, day: date) -> pl.DataFrame:
    """stream, usual_day, next_on, stopped: a month after the last pay, on the working day before a weekend."""
    on = pl.col("paid_on").dt.day().cast(pl.Int64)
    plan = rows.group_by(STREAM).agg(
        on.median().round().cast(pl.Int64).alias("usual_day"), (on.max() - on.min()).clip(0, 10).alias("wandering"),
        pl.col("paid_on").max().alias("last_on"),
    )  # fmt: skip
    soonest = pl.col("last_on") + pl.duration(days=HALF_MONTH)
    this, following = (_on_day(soonest.dt.offset_by(by)) for by in ("0mo", "1mo"))
    due = pl.when(this > soonest).then(this).otherwise(following)
    weekend = (due.dt.weekday().cast(pl.Int64) - FRIDAY).clip(0, 2)
    planned = plan.with_columns((due - pl.duration(days=weekend)).alias("next_on"))
    latest = pl.col("next_on") + pl.duration(days=GRACE_DAYS + pl.col("wandering"))
    return planned.select(STREAM, "usual_day", "next_on", (latest < day).alias("stopped"))


def _on_day(month: pl.Expr) -> pl.Expr:
    """The usual day of a month, or its last."""
    last = month.dt.month_end().dt.day().cast(pl.Int64)
    return month.dt.month_start() + pl.duration(days=pl.min_horizontal("usual_day", last) - 1)
