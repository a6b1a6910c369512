"""The table `payments` (and the counterparties in it): wages, supplies, rent, shopping and private transfers.

A year is made month by month, so that memory does not grow with it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from demo import names, places
from demo.columns import NEVER, Bools, Floats, Ints, between, blank, chance, choose, dates, keys, money, pick
from demo.population import Party, Population

_SALARY_WORDS = ("工资", "代发工资", "代发", "薪资", "工资款", "")
_SALARY_WEIGHTS = (40, 22, 14, 8, 6, 10)
_SUPPLY_WORDS = ("货款", "采购款", "材料款", "服务费", "加工费", "")
_SUPPLY_WEIGHTS = (50, 14, 10, 12, 6, 8)
_PRIVATE_WORDS = ("转账", "还款", "红包", "生活费", "")
_PRIVATE_WEIGHTS = (40, 14, 12, 10, 24)
_BANKS = ("工商银行", "建设银行", "农业银行", "中国银行", "招商银行", "交通银行", "邮储银行", "浦发银行", "农商银行")
_PAYDAYS = (5, 10, 15, 20, 25, 28)
_SATURDAY = 5


@dataclass(frozen=True)
class Outside:
    """Counterparties in sections: `first[section]` is the place at which each begins."""

    table: pl.DataFrame
    first: dict[str, int]
    count: dict[str, int]

    def some(self, rng: np.random.Generator, section: str, size: int) -> Ints:
        """Random members of a section, some much more often than others."""
        return self.first[section] + np.floor(rng.random(size) ** 2 * self.count[section]).astype(np.int64)


@dataclass(frozen=True)
class Wages:
    """Who is paid what by whom: `runs_here` by company; `account` is a staff member's account elsewhere, -1 none."""

    runs_here: Bools
    from_day: Ints
    payday: Ints
    purpose: Ints
    bonus: Bools
    account: Ints
    elsewhere: Ints


class Payments:
    """Everything that recurs, drawn once; `month` then makes the rows of one month."""

    def __init__(self, rng: np.random.Generator, world: Population) -> None:
        self.world = world
        self.wages, paid_outside, employers = _wages(rng, world)
        self.outside = _outside(rng, world, paid_outside, employers)
        size, firms = len(world.customers), len(world.firms)
        self.tenants = np.flatnonzero(chance(rng, 0.025, size))
        self.landlord = self.outside.some(rng, "person", len(self.tenants))
        self.rent = np.round(rng.lognormal(7.9, 0.4, len(self.tenants)), -1)
        self.shoppers = np.flatnonzero(chance(rng, 0.08, size))
        self.buyers = np.repeat(np.arange(firms), rng.poisson(0.6, firms) * world.firms.client)
        self.seller = self.outside.some(rng, "company", len(self.buyers))

    def month(self, rng: np.random.Generator, first: int, last: int) -> pl.DataFrame:
        """The rows of the month with these days, in order of days."""
        streams = (
            *self._wages_here(rng, first, last),
            self._wages_elsewhere(rng, first, last),
            self._supplies(rng, first, last),
            self._supplies_from_outside(rng, first, last),
            self._private(rng, first, last),
            self._rents(rng, first, last),
            self._shopping(rng, first, last),
        )
        return pl.concat(streams).sort("paid_on", maintain_order=True)

    def _wages_here(self, rng: np.random.Generator, first: int, last: int) -> Iterator[pl.DataFrame]:
        """Wages paid from accounts at this bank; to an account here, to a known one elsewhere, or to a name."""
        staff, wages, world = self.world.staff, self.wages, self.world
        day, works = self._working(first, last)
        place = np.flatnonzero(works & wages.runs_here[staff.company] & (wages.from_day[staff.company] <= day))
        here = world.staff_customer[place]
        here = np.where((here >= 0) & (world.customers.since[here] <= day[place]), here, -1)
        account = np.where(here < 0, wages.account[place], -1)
        nowhere = np.where((here < 0) & (account < 0), place, -1)
        for kind, to in (("customer", here), ("counterparty", account), ("employee", nowhere)):
            some = to >= 0
            payer = world.party("company", staff.company[place[some]])
            yield self._wage_rows(rng, place[some], day, payer, self._party(kind, to[some]))

    def _wages_elsewhere(self, rng: np.random.Generator, first: int, last: int) -> pl.DataFrame:
        """Wages that customers get from their employer's account at another bank."""
        customer = self.world.staff_customer
        payer = self.wages.elsewhere[self.world.staff.company]
        day, works = self._working(first, last)
        place = np.flatnonzero(works & (customer >= 0) & (payer >= 0))
        place = place[self.world.customers.since[customer[place]] <= day[place]]
        to = self.world.party("customer", customer[place])
        return self._wage_rows(rng, place, day, self._party("counterparty", payer[place]), to)

    def _working(self, first: int, last: int) -> tuple[Ints, Bools]:
        """Payday of each member of staff, and whether they are on the list by then."""
        staff = self.world.staff
        day = _payday(self.wages.payday, first, last)[staff.company]
        return day, (staff.hired < day) & (staff.left >= day)

    def _wage_rows(self, rng: np.random.Generator, place: Ints, day: Ints, payer: Party, payee: Party) -> pl.DataFrame:
        """The month's wage of members of staff, in January with what some companies give for the year."""
        size, gross, company = len(place), self.world.staff.income[place], self.world.staff.company[place]
        month = day[place].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
        net = gross * 0.82 * (1 + rng.normal(0, 0.025, size)) + gross * 1.5 * (self.wages.bonus[company] & (month == 0))
        word = np.where(chance(rng, 0.03, size), len(_SALARY_WORDS) - 1, self.wages.purpose[company])
        return _rows(day[place], payer, payee, net, _words(_SALARY_WORDS, word)).with_columns(channel=pl.lit("batch"))

    def _supplies(self, rng: np.random.Generator, first: int, last: int) -> pl.DataFrame:
        """Between companies of which at least one banks here."""
        firms, edges = self.world.firms, self.world.firms.suppliers
        seen = np.minimum(firms.client_since[edges.source], firms.client_since[edges.target]) < first
        some = np.flatnonzero(seen & (edges.since < first) & chance(rng, 0.45, len(seen)))
        day = between(rng, first, last, len(some))
        return self._goods(rng, day, edges.target[some], self.world.party("company", edges.source[some]))

    def _supplies_from_outside(self, rng: np.random.Generator, first: int, last: int) -> pl.DataFrame:
        known = self.world.firms.client_since[self.buyers] < first
        some = np.flatnonzero(known & chance(rng, 0.4, len(self.buyers)))
        day = between(rng, first, last, len(some))
        return self._goods(rng, day, self.buyers[some], self._party("counterparty", self.seller[some]))

    def _goods(self, rng: np.random.Generator, day: Ints, buyer: Ints, payee: Party) -> pl.DataFrame:
        size = len(buyer)
        amount = 30_000 * np.exp(rng.normal(0, 1, size)) * self.world.firms.headcount[buyer] ** 0.6
        word = _words(_SUPPLY_WORDS, choose(rng, _SUPPLY_WEIGHTS, size))
        rows = _rows(day, self.world.party("company", buyer), payee, amount, word)
        return rows.with_columns(count=pl.Series(rng.integers(1, 5, size)), channel=pl.lit("netbank"))

    def _private(self, rng: np.random.Generator, first: int, last: int) -> pl.DataFrame:
        """Between customers who know each other."""
        source, target = self.world.kin.friends
        since = self.world.customers.since
        both = np.maximum(since[source], since[target]) < first
        some = np.flatnonzero(both & chance(rng, 0.1, len(source)))
        word = _words(_PRIVATE_WORDS, choose(rng, _PRIVATE_WEIGHTS, len(some)))
        payer, payee = self.world.party("customer", source[some]), self.world.party("customer", target[some])
        day = between(rng, first, last, len(some))
        rows = _rows(day, payer, payee, rng.lognormal(6.6, 1.1, len(some)), word)
        return rows.with_columns(count=pl.Series(rng.geometric(0.6, len(some))))

    def _rents(self, rng: np.random.Generator, first: int, last: int) -> pl.DataFrame:
        here = self.world.customers.since[self.tenants] < first
        tenant, landlord, rent = self.tenants[here], self.landlord[here], self.rent[here]
        word = pick(("房租", "租金"), rng.integers(0, 2, len(tenant)))
        payer, payee = self.world.party("customer", tenant), self._party("counterparty", landlord)
        return _rows(between(rng, first, last, len(tenant)), payer, payee, rent, word)

    def _shopping(self, rng: np.random.Generator, first: int, last: int) -> pl.DataFrame:
        """Sums per month."""
        here = self.shoppers[self.world.customers.since[self.shoppers] < first]
        some = here[chance(rng, 0.5, len(here))]
        count = 1 + rng.poisson(8, len(some))
        amount = count * rng.lognormal(4.3, 0.6, len(some))
        payee = self._party("counterparty", self.outside.some(rng, "shop", len(some)))
        word = pl.repeat("消费", len(some), eager=True)
        day = np.full(len(some), last)
        rows = _rows(day, self.world.party("customer", some), payee, amount, word)
        return rows.with_columns(count=pl.Series(count))

    def _party(self, kind: str, place: Ints) -> Party:
        """As `Population.party`, counterparties too."""
        if kind != "counterparty":
            return self.world.party(kind, place)
        return pl.repeat(kind, len(place), eager=True), pick(self.outside.table["counterparty_id"], place)


def _payday(payday: Ints, first: int, last: int) -> Ints:
    """The day of the month, moved to the Friday before where it falls on a weekend."""
    day = np.minimum(first + payday - 1, last)
    weekday = (day + 3) % 7  # day 0 was a Thursday
    return day - np.maximum(weekday - _SATURDAY + 1, 0)


def _words(words: Sequence[str], index: Ints) -> pl.Series:
    """The chosen words, null for the empty one."""
    series = pick(words, index)
    return blank(series, (series == "").to_numpy())


def _rows(day: Ints, payer: Party, payee: Party, amount: Floats, purpose: pl.Series) -> pl.DataFrame:
    """Single payments by mobile bank; the caller sets `count` and `channel` where they are otherwise."""
    return pl.DataFrame(
        {
            "paid_on": dates(day),
            "payer_type": payer[0],
            "payer_id": payer[1],
            "payee_type": payee[0],
            "payee_id": payee[1],
            "amount": money(np.maximum(amount, 0.01)),
            "count": pl.repeat(1, len(day), dtype=pl.Int64, eager=True),
            "purpose": purpose,
            "channel": pl.repeat("mobile", len(day), eager=True),
        }
    )


def _wages(rng: np.random.Generator, world: Population) -> tuple[Wages, Ints, Ints]:
    """How wages are paid, with the staff and the companies that need a counterparty for it."""
    firms, count = world.firms, len(world.firms)
    payroll = firms.payroll_since < NEVER
    by_transfer = firms.client & ~payroll & chance(rng, 0.1, count)  # wages paid here without a mandate
    runs_here = payroll | by_transfer
    outside = np.flatnonzero(
        (world.staff_customer < 0) & runs_here[world.staff.company] & chance(rng, 0.3, len(world.staff))
    )
    account = np.full(len(world.staff), -1, dtype=np.int64)
    account[outside] = np.arange(len(outside))
    employers = np.flatnonzero(~runs_here & (firms.staff > 0) & chance(rng, 0.35, count))
    elsewhere = np.full(count, -1, dtype=np.int64)
    elsewhere[employers] = len(outside) + np.arange(len(employers))
    wages = Wages(
        runs_here=runs_here,
        from_day=np.where(payroll, firms.payroll_since, firms.client_since),
        payday=np.array(_PAYDAYS)[rng.integers(0, len(_PAYDAYS), count)],
        purpose=np.where(by_transfer, rng.choice((0, 3, 5), count), choose(rng, _SALARY_WEIGHTS, count)),
        bonus=chance(rng, 0.4, count),
        account=account,
        elsewhere=elsewhere,
    )
    return wages, outside, employers


def _outside(rng: np.random.Generator, world: Population, paid_outside: Ints, employers: Ints) -> Outside:
    """The table `counterparties`, section by section."""
    size = len(world.customers)
    count = {
        "staff": len(paid_outside),
        "employer": len(employers),
        "person": max(size // 50, 5),
        "company": max(len(world.firms) // 3, 5),
        "shop": max(size // 200, 5),
    }
    traders = count["company"] + count["shop"]
    person = names.full_names(
        names.surnames(rng, count["person"]), names.given_names(rng, chance(rng, 0.45, count["person"]))
    )
    trader = names.company_names(
        rng,
        rng.integers(0, len(places.CITIES), traders),
        choose(rng, names.INDUSTRY_WEIGHTS, traders),
        chance(rng, 0.05, traders),
    )
    name = [pick(world.staff_identity.name, paid_outside), pick(world.company_names, employers), person, trader]
    total = sum(count.values())
    is_person = np.repeat(np.array([1, 0, 1, 0]), [len(part) for part in name])
    table = pl.DataFrame(
        {
            "counterparty_id": keys("X", total, 8),
            "name": pl.concat(name),
            "kind": pick(("company", "person"), is_person),
            "bank": pick(_BANKS, choose(rng, 1 / np.arange(1.0, len(_BANKS) + 1), total)),
        }
    )
    starts = np.cumsum([0, *count.values()])[:-1]
    return Outside(table, {section: int(start) for section, start in zip(count, starts, strict=True)}, count)
