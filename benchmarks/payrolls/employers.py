"""Firms: their staff and its pay, and whom they pay beside."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from .maker import Ints, Maker


@dataclass(frozen=True)
class Firm:
    """One employer and how it pays."""

    payer: int
    inside: bool
    staff: Ints
    wage: Any
    whole: bool
    """wages are rounded to hundreds"""
    spread: float
    started: Ints
    ended: Ints
    payday: int
    weekend: int
    per_row: bool
    """every payment has a word of its own"""
    silent: bool
    extra: int
    """0: something every third month, 1: a bonus in the tenth"""
    dumb: Any
    """who of the staff is paid without a word"""
    wrong: Any
    """who of the staff is paid with a word of something else"""
    words: list[str | None]


def employer(make: Maker, place: int, staff: Ints) -> pl.DataFrame:
    """Draw one; its staff list: payer, payee, left."""
    inside = bool(make.rng.random() < make.spec.inside)
    if not inside:  # of an employer outside only those of the staff are seen who bank here
        staff = staff[: max(1, int(len(staff) * make.rng.choice([0.1, 0.3, 1.0])))]
    firm = _firm(make, place, staff, inside=inside)
    for month in range(make.spec.months):
        _month(make, firm, month)
    _beside(make, firm.payer)
    titled = pl.DataFrame(
        {"payer": np.full(len(staff), firm.payer), "payee": staff, "left": firm.ended < make.spec.months}
    )
    listed = titled.filter(pl.Series(make.rng.random(len(staff)) < 0.9))
    return listed if firm.inside and make.rng.random() < 0.8 else titled.head(0)


def _firm(make: Maker, place: int, staff: Ints, *, inside: bool) -> Firm:
    spec, rng, size = make.spec, make.rng, len(staff)
    first, second = rng.choice(list("东西南北华星明远泰")), rng.choice(list("海山江川辰宇恒"))
    name = f"{first}{second}{rng.choice(['科技', '贸易', '餐饮', '医院', '学校', '物流'])}{place}"
    started = np.where(rng.random(size) < spec.turnover * spec.months, rng.integers(0, spec.months, size), -1)
    ended = np.where(
        rng.random(size) < spec.turnover * spec.months, rng.integers(1, spec.months + 1, size), spec.months
    )
    half = 1 - (1 - spec.silent) ** 0.5  # half of the silence is a firm's habit, half a single stream's
    silent = bool(rng.random() < half)
    return Firm(
        payer=make.payer(name + ("有限公司" if spec.known else ""), inside=inside), inside=inside, staff=staff,
        wage=rng.lognormal(8.9, 0.45, size), whole=bool(rng.random() < spec.rounded),
        spread=0.28 if rng.random() < spec.hourly else spec.noise * rng.random() * 2,
        started=started, ended=np.maximum(ended, started + 1), payday=int(rng.integers(3, 29)),
        weekend=int(rng.choice([-1, -1, 0, 1])), per_row=bool(rng.random() < 0.2), silent=silent,
        extra=int(rng.integers(4)), dumb=rng.random(size) < half,
        wrong=rng.random(size) < spec.misled, words=make.word("pay", 1, silent=float(silent)),
    )  # fmt: skip


def _month(make: Maker, firm: Firm, month: int) -> None:
    """Pay, what comes beside it, and expenses."""
    spec, rng = make.spec, make.rng
    there = np.flatnonzero((firm.started <= month) & (month < firm.ended) & (rng.random(len(firm.staff)) > 0.01))
    staff, size = firm.staff[there], len(there)
    day = make.month(
        month, int(np.clip(firm.payday + rng.integers(-spec.jitter, spec.jitter + 1), 1, 28)), firm.weekend
    )
    said = make.word("pay", size, silent=float(firm.silent), fixed=False) if firm.per_row else firm.words * size
    purpose = [None if quiet else word for quiet, word in zip(firm.dumb[there], said, strict=True)]
    other = make.spec.words[("goods", "expense", "rent", "family")[firm.extra]][0]
    purpose = [other if wrong else word for wrong, word in zip(firm.wrong[there], purpose, strict=True)]
    amount = firm.wage[there] * (1 + rng.normal(0, firm.spread, size))
    amount = np.round(np.maximum(amount, 300), -2 if firm.whole else 2)
    make.pay(firm.payer, staff, np.full(size, day), amount, purpose, truth=True)
    if firm.extra == 0 and month % 3 == 2:
        make.pay(firm.payer, staff, np.full(size, day + 9), amount * 0.3, purpose, truth=True)
    if firm.extra == 1 and month == 9:
        bonus = firm.wage[there] * rng.uniform(1, 3)
        make.pay(firm.payer, staff, np.full(size, day + 6), bonus, make.word("bonus", size), truth=True)
    some = rng.choice(len(firm.staff), rng.binomial(len(firm.staff), 0.08), replace=False)
    spent = rng.lognormal(6.5, 1, len(some))
    make.pay(firm.payer, firm.staff[some], make.day(month, len(some)), spent, make.word("expense", len(some)))


def _beside(make: Maker, payer: int) -> None:
    """Rent, suppliers, fees and dividends to people who are no staff."""
    rng = make.rng
    rent, goods, fee, owner = make.some(2), make.some(int(rng.integers(1, 5))), make.some(1), make.some(1)
    price, day, words = np.round(rng.lognormal(8.5, 0.5, 2), -2), int(rng.integers(1, 28)), make.word("rent", 2)
    trade, fees = make.word("goods", 1), make.word("expense", 1)
    for month in range(make.spec.months):
        if rng.random() < 0.95:
            make.pay(payer, rent, np.full(2, make.month(month, day)), price, words)
        some = goods[rng.random(len(goods)) < 0.6]
        make.pay(payer, some, make.day(month, len(some)), rng.lognormal(9, 1, len(some)), trade * len(some))
        if rng.random() < 0.4:
            make.pay(payer, fee, make.day(month, 1), rng.lognormal(7.5, 0.8, 1), fees)
        if month in (2, 8):
            make.pay(payer, owner, make.day(month, 1), 80_000.0, make.word("dividend", 1))
