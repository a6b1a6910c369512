"""Who becomes a customer and who takes what: a rate a month that depends on what those around one do."""

from dataclasses import dataclass, field

import numpy as np

from demo.columns import NEVER, Bools, Floats, Ints, between, chance

from . import catalogue
from .clock import END, START, STEP
from .firms import Firms
from .people import People
from .styles import Style

_LOST = 0.002  # share of contracts closed in a step
_RECENT = 180


@dataclass
class Retail:
    """The state: `joined` and `opened` hold days, NEVER for not (yet); `closed` are contracts that ended."""

    rng: np.random.Generator
    style: Style
    people: People
    firms: Firms
    taste: Floats = field(init=False)
    joined: Ints = field(init=False)
    opened: Ints = field(init=False)
    closed: list[tuple[Ints, Ints, Ints, Ints]] = field(init=False, default_factory=list)
    wealth: Floats = field(init=False)
    base: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        rng, people, style, firms = self.rng, self.people, self.style, self.firms
        count, kinds = len(people), len(catalogue.RETAIL)
        self.needs = catalogue.needs(catalogue.RETAIL)
        self.leaning = {
            name: getattr(style, name) * rng.uniform(0.3, 1.7, kinds)
            for name in ("colleagues", "band", "household", "friends", "payroll")
        }
        self.steps = style.ladder * rng.normal(0.1, 0.6, (kinds, kinds))
        self.fresh = style.recent * rng.normal(0.4, 0.6, (kinds, kinds))
        self.lately = np.where(chance(rng, 0.35, kinds), style.event, 0.0)
        self.taste = rng.normal(0, style.taste, count).astype(np.float32)
        self.wealth = np.exp(10.2 + 0.9 * people.ability + 0.02 * (people.age(END) - 40) + rng.normal(0, 0.6, count))
        owned = people.owns >= 0
        self.wealth[owned] *= np.exp(1.0 + 0.8 * firms.scale[people.owns[owned]])
        age, income = (people.age(END) - 42) / 15, people.ability
        rich = np.log(self.wealth) - np.log(self.wealth).mean()
        self.liking = np.stack([
            np.log(0.6 * one.rate / 12) + style.person * 2 * (one.age * age + one.income * (0.5 * income + 0.5 * rich))
            for one in catalogue.RETAIL
        ], axis=1).astype(np.float32) + self.taste[:, None]  # fmt: skip
        private = list(catalogue.PRIVATE)
        boss = np.where(owned, 0.5 * style.owner * (1.2 + 0.7 * firms.scale[np.maximum(people.owns, 0)]), 0.0)
        boss = boss + np.where(people.runs >= 0, 0.5 * style.owner, 0.0)
        self.liking[:, private] += (boss * ~firms_closed(firms, people)).astype(np.float32)[:, None]

    def begin(self, customers: int) -> None:
        """What was there when the three years began, and the rate that brings about `customers` by their end."""
        rng, people, firms = self.rng, self.people, self.firms
        firm = people.firm(START)
        pull = np.where(firm >= 0, 0.9 * firms.appeal[firm] + 0.8 * firms.clients(START)[firm] - 0.3, -0.2)
        pull = pull + 0.25 * people.band + 0.5 * rng.normal(0, 1, people.household.max() + 1)[people.household]
        score = pull + self.taste + rng.logistic(0, 1, len(people))
        came = np.argsort(-score)[: round(0.8 * customers)]
        self.joined = np.full(len(people), NEVER)
        adult = people.born[came] + 18 * 366
        self.joined[came] = np.minimum(np.maximum(adult, START - rng.exponential(2500, len(came))), START).astype(int)
        self.opened = np.full((len(people), len(catalogue.RETAIL)), NEVER)
        self._open_first(came, self.joined[came])
        for product in range(len(catalogue.RETAIL)):
            after = np.maximum(
                self.joined, self.opened[:, self.needs[product]] if self.needs[product] != product else 0
            )
            years = np.clip((START - after) / 365, 0, 8)
            rate = 1 - np.exp(-np.exp(self.liking[:, product]) * 12 * years * 0.7)
            has = (self.opened[:, product] == NEVER) & chance(rng, rate, len(rate))
            self.opened[has, product] = between(rng, after[has], np.full(has.sum(), START), has.sum())
        self.base = 0.0
        wanted = 0.16 * customers / 36 * np.exp(-1.5 * self.style.growth)
        self.base = float(np.log(wanted / np.exp(self.arrival(START, np.zeros(len(firms), bool))).sum()))

    def _open_first(self, who: Ints, days: Ints) -> None:
        first = np.where(chance(self.rng, 0.85, len(who)), *catalogue.OPENING)
        self.opened[who, first] = days
        both = chance(self.rng, 0.25, len(who))
        self.opened[who[both], catalogue.OPENING[0]] = days[both]

    def held(self, day: int) -> Bools:
        """Who holds what on a day: people x products."""
        return self.opened <= day

    def arrival(self, day: int, payroll: Bools) -> Floats:
        """Log rate a step at which each person becomes a customer; -inf for those who are, and the young."""
        style, people, firms = self.style, self.people, self.firms
        firm = people.firm(day)
        here = self.joined <= day
        staff = firm >= 0
        banked = staff & firms.clients(day)[firm]
        score = self.base + self.taste - 0.15 * ((people.age(day) - 36) / 14) ** 2
        score += style.colleagues * np.where(banked, share(firm, here, 3.0), 0.0)
        score += style.band * np.where(banked, share(firm * 4 + people.band, here, 3.0), 0.0)
        tenure = day - np.where(people.hired[1] <= day, people.hired[1], people.hired[0])
        score += np.where(banked, 0.9 * style.payroll * payroll[firm] + 0.4 * (tenure < 365), -0.6)
        score += 0.2 * style.person * people.ability
        score += style.household * others(people.household, here)
        score += style.friends * self._among_friends(here[:, None])[:, 0]
        return np.where(here | (people.born > day - 18 * 366), -np.inf, score)

    def taking(self, day: int, payroll: Bools) -> Floats:
        """Log rate a step at which each customer takes each product; -inf where that cannot be."""
        people, lean = self.people, self.leaning
        held = self.held(day)
        firm = people.firm(day)
        now = held.astype(np.float32)
        score = self.liking + now @ self.steps.astype(np.float32)
        score += (held & (self.opened > day - _RECENT)).astype(np.float32) @ self.fresh.astype(np.float32)
        score += _f32(lean["friends"]) * self._among_friends(now)
        for product in range(held.shape[1]):
            has = held[:, product]
            score[:, product] += lean["colleagues"][product] * share(firm, has, 4.0)
            score[:, product] += lean["band"][product] * share(firm * 4 + people.band, has, 4.0)
            score[:, product] += lean["household"][product] * others(people.household, has)
        score += np.outer((firm >= 0) & payroll[firm], _f32(lean["payroll"]))
        score += np.outer((people.event <= day) & (people.event > day - _RECENT), _f32(self.lately))
        possible = ~held & (held[:, self.needs] | (self.needs == np.arange(held.shape[1])))
        return np.where(possible & (self.joined <= day)[:, None], score, np.float32(-np.inf))

    def step(self, first: int, last: int, payroll: Bools, drift: float) -> None:
        """One step of time; `drift` is what the time adds to every rate."""
        rng, before = self.rng, first - 1
        rate = np.exp(self.taking(before, payroll) + np.float32(drift))
        coming = np.exp(self.arrival(before, payroll) + drift)
        lost = chance(rng, _LOST, self.opened.size).reshape(self.opened.shape) & self.held(before)
        lost[:, : len(catalogue.OPENING)] = False
        who, what = np.nonzero(lost)
        self.closed.append((who, what, self.opened[who, what], between(rng, first, last, len(who))))
        self.opened[who, what] = NEVER
        who, what = np.nonzero(rng.random(rate.shape, dtype=np.float32) < 1 - np.exp(-rate))
        self.opened[who, what] = between(rng, first, last, len(who))
        came = np.flatnonzero(chance(rng, 1 - np.exp(-coming), len(coming)))
        self.joined[came] = between(rng, first, last, len(came))
        self._open_first(came, self.joined[came])

    def _among_friends(self, has: Floats | Bools) -> Floats:
        """Share of each one's friends, per column."""
        friends = self.people.friends
        number = np.maximum(np.diff(friends.indptr), 1).astype(np.float32)
        return (friends @ has.astype(np.float32)) / number[:, None]


def firms_closed(firms: Firms, people: People) -> Bools:
    """Whose firm is no client: what their own firm is worth to a banker is not known here."""
    owned = np.where(people.owns >= 0, people.owns, people.runs)
    return (owned < 0) | ~firms.clients(END - STEP * 12)[owned]


def share(group: Ints, has: Bools, weight: float) -> Floats:
    """The share of those of each one's group who have it (for those who have not); 0 for -1."""
    key = np.maximum(group, -1) + 1
    number, having = np.bincount(key), np.bincount(key, has)
    each = having / (number + weight)
    each[0] = 0.0
    return each[key].astype(np.float32)


def others(group: Ints, has: Bools) -> Floats:
    """1 where another member of one's group has it."""
    return ((np.bincount(group, has)[group] - has) > 0).astype(np.float32)


def _f32(values: Floats) -> Floats:
    return values.astype(np.float32)
