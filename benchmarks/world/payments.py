"""The table `payments`: wages from here and elsewhere, pensions, trade, dividends, transfers, shopping, rent."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from demo.columns import Floats, Ints, chance, choose, dates, money, stream

from .clock import AS_OF, END
from .records import Records
from .relations import home_pairs

_WORDS = (
    "薪酬",
    "工资款",
    "薪金发放",
    "salary",
    "往来款",
    "转账",
    "材料款",
    "服务费",
    "尾款",
    "分红",
    "养老金",
    "房租",
    "消费",
    "退款",
    "生活费",
    "",
    "家用",
)
_WAGE, _QUIET, _TRADE, _DIVIDEND, _PENSION, _RENT, _SHOP, _BACK, _LIVING, _HOME = (
    (0, 3),
    (4, 5, 15),
    (6, 7, 8, 15),
    9,
    10,
    11,
    12,
    13,
    14,
    (14, 16, 5),
)
Rows = tuple[Ints, Ints, Ints, Floats, Ints]
"""payer, payee (places among all parties), day, yuan, purpose"""


def payments(records: Records) -> tuple[pl.DataFrame, Ints]:
    """The table, and all parties in it."""
    made = _Payments(records)
    payer, payee, day, yuan, word = (np.concatenate(column) for column in zip(*made.rows(), strict=True))
    kept = (day <= END) & (payer != payee)
    payer, payee, day, yuan, word = (column[kept] for column in (payer, payee, day, yuan, word))
    order = np.argsort(day, kind="stable")
    purposes = pl.Series([text or None for text in _WORDS])
    table = pl.DataFrame([
        dates(day).alias("paid_on"), *records.type_and_id(payer, "payer"), *records.type_and_id(payee, "payee"),
        money(yuan).alias("amount"), purposes.gather(word).alias("purpose"),
    ])  # fmt: skip
    return table[order], np.r_[payer, payee]


class _Payments:
    """What recurs, drawn once; then month by month."""

    def __init__(self, records: Records) -> None:
        self.records, self.world = records, records.world
        self.rng = rng = stream(self.world.seed, "payments")
        people, firms = self.world.people, self.world.firms
        self.payday = rng.choice((5, 8, 10, 15, 20, 25), len(firms))
        self.said = np.where(
            chance(rng, 0.75, len(firms)),
            rng.integers(*_WAGE, len(firms), endpoint=True),
            rng.choice(_QUIET, len(firms)),
        )
        self.salary_here = chance(rng, 0.6, len(people))
        friends = people.friends.tocoo()
        near = friends.row < friends.col
        self.pairs = friends.row[near], friends.col[near]
        self.family = stream(self.world.seed, "family payments")
        self.homes = home_pairs(records)
        self.giving = chance(self.family, 0.5, len(self.homes[0]))
        self.shopper = chance(rng, 0.12, len(people))
        self.tenant = chance(rng, 0.04, len(people))
        self.landlord = self.records.other_node(300 + rng.integers(0, 100, len(people)))

    def rows(self) -> Iterator[Rows]:
        for back in range(self.world.style.payment_months):
            first = (np.datetime64(AS_OF, "M") - back).astype("datetime64[D]").astype(int)
            yield from self._wages(first)
            yield self._pensions(first)
            yield from self._private(first)
            yield self._family(first)
            yield self._trade(first)
            if back % 6 == 3:
                yield self._dividends(first)

    def _wages(self, first: int) -> Iterator[Rows]:
        world, records, rng = self.world, self.records, self.rng
        people = world.people
        firm = people.firm(first + 4)
        who = np.flatnonzero(firm >= 0)
        firm = firm[who]
        day = first + self.payday[firm] - 1
        banks = world.retail.joined[who] <= day
        runs_here = world.corporate.opened[firm, 1] <= day
        row = records.staff_row[who]
        listed = (row >= 0) & (records.employer[row] == firm)
        yuan = people.wage[who] * np.where(people.event[who] <= day, 1.45, 1.0) * rng.normal(1, 0.03, len(who))
        payer = np.where(runs_here, records.starts[2] + firm, records.alias_node(firm))
        payee = np.where(banks, who, records.staff_node(np.maximum(row, 0)))
        seen = np.where(runs_here, banks | listed, banks & self.salary_here[who]) & chance(rng, 0.98, len(who))
        yield payer[seen], payee[seen], day[seen], yuan[seen], self.said[firm[seen]]
        if np.datetime64(int(first), "D").astype("datetime64[M]").astype(int) % 12 == 0:
            bonus = seen & chance(rng, 0.5, len(who))
            yield (
                payer[bonus],
                payee[bonus],
                day[bonus] + 12,
                yuan[bonus] * rng.uniform(1, 3, bonus.sum()),
                self.said[firm[bonus]],
            )

    def _pensions(self, first: int) -> Rows:
        world = self.world
        who = np.flatnonzero((world.people.age(first) > 60) & (world.retail.joined <= first))
        size = len(who)
        bureau = np.full(size, self.records.other_node(np.array(0)))
        return (
            bureau,
            who,
            np.full(size, first + 14),
            np.round(world.people.wage[who] * 0.4, -1),
            np.full(size, _PENSION),
        )

    def _private(self, first: int) -> Iterator[Rows]:
        rng, joined = self.rng, self.world.retail.joined
        one, other = self.pairs
        now = (np.minimum(joined[one], joined[other]) <= first) & chance(rng, 0.25, len(one))
        turned = chance(rng, 0.5, now.sum())
        payer, payee = np.where(turned, other[now], one[now]), np.where(turned, one[now], other[now])
        nodes = [np.where(joined[end] <= first, end, self.records.person_node(end)) for end in (payer, payee)]
        size = len(payer)
        yield (
            nodes[0],
            nodes[1],
            self._days(first, size),
            np.exp(rng.normal(6.3, 1, size)),
            rng.choice((5, _LIVING, 15), size),
        )
        here = joined <= first
        shop = np.flatnonzero(self.shopper & here)
        merchant = self.records.other_node(1 + np.floor(299 * rng.random(len(shop)) ** 3).astype(int))
        yield (
            shop,
            merchant,
            self._days(first, len(shop)),
            np.exp(rng.normal(5, 1, len(shop))),
            np.full(len(shop), _SHOP),
        )
        back = chance(rng, 0.05, len(shop))
        yield (
            merchant[back],
            shop[back],
            self._days(first, back.sum()),
            np.exp(rng.normal(4.5, 1, back.sum())),
            np.full(back.sum(), _BACK),
        )
        tenant = np.flatnonzero(self.tenant & here)
        rent = np.round(self.world.people.wage[tenant] * 0.3, -1)
        yield tenant, self.landlord[tenant], np.full(len(tenant), first + 1), rent, np.full(len(tenant), _RENT)

    def _family(self, first: int) -> Rows:
        """What husbands, wives, parents and children give each other: half of them in half of the months."""
        rng, joined = self.family, self.world.retail.joined
        one, other = self.homes
        now = (np.minimum(joined[one], joined[other]) <= first) & self.giving & chance(rng, 0.5, len(one))
        turned = chance(rng, 0.2, now.sum())
        payer, payee = np.where(turned, other[now], one[now]), np.where(turned, one[now], other[now])
        nodes = [np.where(joined[end] <= first, end, self.records.person_node(end)) for end in (payer, payee)]
        size = len(payer)
        day = first + choose(rng, np.ones(28), size)
        return nodes[0], nodes[1], day, np.exp(rng.normal(7.5, 0.7, size)), rng.choice(_HOME, size)

    def _trade(self, first: int) -> Rows:
        firms, rng, records = self.world.firms, self.rng, self.records
        client = firms.clients(first)
        supplier, buyer = firms.supplier, firms.buyer
        now = np.flatnonzero((client[supplier] | client[buyer]) & chance(rng, 0.8, len(buyer)))
        nodes = []
        for end in (buyer[now], supplier[now]):
            elsewhere = ~client[end] | chance(rng, 0.1, len(end))
            nodes.append(
                np.where(elsewhere & chance(rng, 0.15, len(end)), records.alias_node(end), records.firm_node(end))
            )
        yuan = firms.trade[now] * rng.lognormal(0, 0.4, len(now))
        return nodes[0], nodes[1], self._days(first, len(now)), yuan, rng.choice(_TRADE, len(now))

    def _dividends(self, first: int) -> Rows:
        people, firms, rng = self.world.people, self.world.firms, self.rng
        who = np.flatnonzero(people.owns >= 0)
        who = who[firms.clients(first)[people.owns[who]]]
        payee = np.where(self.world.retail.joined[who] <= first, who, self.records.person_node(who))
        yuan = np.exp(10.5 + 0.9 * firms.scale[people.owns[who]] + rng.normal(0, 0.4, len(who)))
        words = np.where(chance(rng, 0.7, len(who)), _DIVIDEND, 15)
        return self.records.starts[2] + people.owns[who], payee, self._days(first, len(who)), yuan, words

    def _days(self, first: int, size: int) -> Ints:
        return first + choose(self.rng, np.ones(28), size)
