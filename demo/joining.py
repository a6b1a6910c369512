"""How companies become clients, how their staff come to bank here, and how payroll mandates are won."""

import numpy as np

from demo.clock import Clock
from demo.columns import NEVER, YEAR, Floats, Ints, between, chance
from demo.companies import Companies
from demo.people import People
from demo.ties import Links

_CLIENT_RATE = 0.017
_STAFF_RATE = 0.008
_PAYROLL_RATE = 0.010


def become_clients(rng: np.random.Generator, firms: Companies, clock: Clock) -> None:
    """Sets `client_since`; large companies and those tied to clients by supply or ownership come sooner."""
    count = len(firms)
    ties = [Links(links.source, links.target, count) for links in (firms.suppliers, firms.owners)]
    base = np.log(_CLIENT_RATE) + 0.35 * firms.size
    early = chance(rng, np.clip(0.34 * np.exp(0.4 * firms.size), 0, 0.95), count)
    early[np.argmax(firms.weight)] = True
    since = clock.start - 1 - rng.exponential(4 * YEAR, count).astype(np.int32)
    firms.client_since = np.where(early, np.maximum(since, firms.founded), NEVER).astype(np.int32)
    for first, last in clock.steps():
        score = base.copy()
        clients = firms.client_since <= first
        for tie in ties:
            tie.add(1.6, clients, score)
        won = ~clients & chance(rng, np.minimum(np.exp(score), 0.5), count)
        firms.client_since = np.where(won, between(rng, first + 1, last, count), firms.client_since)


def join(rng: np.random.Generator, firms: Companies, staff: People, clock: Clock) -> None:
    """Sets `payroll_since` of companies and `since` of their staff, which drive each other quarter by quarter."""
    _begin(rng, firms, staff, clock)
    for first, last in clock.steps():
        banked = staff.since <= first
        share = _share(staff.company[banked], firms)
        _win_payrolls(rng, firms, share, (first, last))
        _win_staff(rng, firms, staff, share, (first, last))


def _share(company: Ints, firms: Companies) -> Floats:
    """The share of each company's staff who bank here."""
    return (np.bincount(company, minlength=len(firms)) / np.maximum(firms.staff, 1)).astype(np.float32)


def _begin(rng: np.random.Generator, firms: Companies, staff: People, clock: Clock) -> None:
    """Who was here before the simulated years."""
    count, size = len(firms), len(staff)
    client = firms.client_since <= clock.start
    payroll = client & chance(rng, 0.22, count) & (firms.staff > 0)
    payroll[np.argmax(firms.weight)] = True
    day = between(rng, firms.client_since, clock.start, count)
    firms.payroll_since = np.where(payroll, day, NEVER).astype(np.int32)
    level = np.clip((0.10 + 0.08 * client + 0.28 * payroll) * np.exp(rng.normal(0, 0.5, count)), 0, 0.8)
    here = chance(rng, level[staff.company], size)
    since = clock.start - 1 - rng.exponential(4 * YEAR, size).astype(np.int32)
    adult = staff.birth + round(16 * YEAR)
    here &= adult < clock.start
    staff.since = np.where(here, np.maximum(since, adult), NEVER).astype(np.int32)


def _win_payrolls(rng: np.random.Generator, firms: Companies, share: Floats, quarter: tuple[int, int]) -> None:
    first, last = quarter
    open_ = (firms.client_since <= first) & (firms.payroll_since == NEVER) & (firms.staff > 0)
    rate = _PAYROLL_RATE * np.exp(2.5 * share + 0.15 * firms.size)
    won = open_ & chance(rng, np.minimum(rate, 0.5), len(firms))
    day = between(rng, first + 1, last, len(firms))
    firms.payroll_since = np.where(won, day, firms.payroll_since).astype(np.int32)


def _win_staff(
    rng: np.random.Generator, firms: Companies, staff: People, share: Floats, quarter: tuple[int, int]
) -> None:
    (first, last), company, size = quarter, staff.company, len(staff)
    score = (
        np.log(_STAFF_RATE) + 2.4 * share + 1.1 * (firms.payroll_since <= first) + 0.3 * (firms.client_since <= first)
    )
    rate = np.minimum(np.exp(score), 0.5).astype(np.float32)[company]
    works = (staff.hired <= first) & (staff.left > last)
    opens = works & (staff.since == NEVER) & chance(rng, rate, size)
    staff.since = np.where(opens, between(rng, first + 1, last, size), staff.since).astype(np.int32)
