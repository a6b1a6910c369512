"""Who pays people without being their employer."""

from typing import Any

import numpy as np

from .maker import Ints, Maker


def others(make: Maker) -> None:
    """Draw all of them."""
    _pensions(make)
    _insurer(make)
    _landlords_agent(make)
    _platforms(make)
    _office(make)
    _market(make)
    for _ in range(make.spec.people // 12):
        _person(make)


def _payer(make: Maker, name: str, unknown: str, inside: float = 0.0) -> int:
    return make.payer(name if make.spec.known else unknown, inside=bool(make.rng.random() < inside))


def _steady(make: Maker, payer: int, payee: Ints, amount: Any, what: str, *, own_day: bool = False) -> None:
    """The same sum every month, for some from a later month on."""
    rng, size = make.rng, len(payee)
    day = rng.integers(1, 28, size) if own_day else np.full(size, rng.integers(1, 28))
    start = np.where(rng.random(size) < 0.15, rng.integers(0, make.spec.months, size), 0)
    words = make.word(what, 1)
    for month in range(make.spec.months):
        there = np.flatnonzero(start <= month)
        days = np.array([make.month(month, int(each), 0 if own_day else -1) for each in day[there]], np.int64)
        make.pay(payer, payee[there], days, amount[there] * (1 + 0.04 * (month > 8)), words * len(there))


def _pensions(make: Maker) -> None:
    bureau = _payer(make, "市社会保险事业管理中心", "付款户甲", 0.3)
    old = np.flatnonzero(make.old)
    _steady(make, bureau, old, make.rng.lognormal(8.2, 0.3, len(old)), "pension")


def _insurer(make: Maker) -> None:
    """Annuities and claims."""
    spec, rng = make.spec, make.rng
    insurer = _payer(make, "安平人寿保险股份有限公司", "付款户乙")
    some = make.some(spec.people // 80)
    sums = np.round(rng.lognormal(7, 0.5, len(some)), -1)
    _steady(make, insurer, some, sums, "annuity", own_day=not spec.one_day)
    hurt = make.some(spec.people // 15)
    day = rng.integers(0, 30 * spec.months, len(hurt))
    make.pay(insurer, hurt, day, rng.lognormal(8, 1, len(hurt)), make.word("claim", len(hurt)))


def _landlords_agent(make: Maker) -> None:
    agent = _payer(make, "安居住房租赁有限公司", "付款户丙", 0.5)
    owners = make.some(make.spec.people // 60)
    rent = np.round(make.rng.lognormal(8.1, 0.3, len(owners)), -2)
    _steady(make, agent, owners, rent, "rent", own_day=not make.spec.one_day)


def _platforms(make: Maker) -> None:
    """A shop that pays back, and one that pays riders every few days."""
    spec, rng = make.spec, make.rng
    shop = _payer(make, "京选电子商务有限公司", "付款户丁")
    size = spec.people * 2
    day = rng.integers(0, 30 * spec.months, size)
    make.pay(shop, rng.integers(0, spec.people, size), day, rng.lognormal(5, 1, size), make.word("refund", size))
    riders = make.some(spec.people // 40)
    platform = _payer(make, "飞达配送平台有限公司", "付款户戊")
    for first in range(0, 30 * spec.months, spec.gig_days):
        there = riders[rng.random(len(riders)) < 0.7]
        on = first + rng.integers(0, 3, len(there))
        make.pay(platform, there, on, rng.lognormal(6.5, 0.5, len(there)), make.word("gig", len(there)))


def _office(make: Maker) -> None:
    """Allowances."""
    office = _payer(make, "市民政财务结算处", "付款户己", 0.5)
    helped, usual = make.some(make.spec.people // 25), make.rng.uniform(5.5, 7.8)
    _steady(make, office, helped, np.round(make.rng.lognormal(usual, 0.4, len(helped)), -1), "benefit")


def _market(make: Maker) -> None:
    """A month's takings to each trader, all on one day."""
    spec, rng = make.spec, make.rng
    market = _payer(make, "汇通商户结算有限公司", "付款户庚")
    traders, day, words = make.some(spec.people // 40), int(rng.integers(1, 28)), make.word("settlement", 1)
    for month in range(spec.months):
        there = traders[rng.random(len(traders)) < 0.95]
        on = np.full(len(there), make.month(month, day))
        make.pay(market, there, on, rng.lognormal(8.5, 0.8, len(there)), words * len(there))


def _person(make: Maker) -> None:
    """A person outside who pays one here, now and then or every month."""
    rng = make.rng
    name = "".join([rng.choice(list("王李张刘陈")), *rng.choice(list("伟芳娜敏静丽强磊"), 2)])
    person, payee = make.payer(name, inside=False, kind="person"), make.some(1)
    if rng.random() < 0.4:
        amount = np.round(rng.lognormal(7.3, 0.5, 1), -2)
        _steady(make, person, payee, amount, str(rng.choice(["rent", "family"])))
    else:
        count = int(rng.integers(1, 8))
        day = rng.integers(0, 30 * make.spec.months, count)
        make.pay(person, np.repeat(payee, count), day, rng.lognormal(6.5, 1, count), make.word("family", count))
