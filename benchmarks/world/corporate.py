"""Which companies become clients, which products clients take: partners, owners, staff, size, industry."""

from dataclasses import dataclass, field

import numpy as np

from demo.columns import NEVER, Bools, Floats, Ints, between, chance

from . import catalogue
from .clock import START
from .firms import Firms
from .styles import Style

_CLIENTS_A_YEAR = 0.07
LEAST_STAFF = 3


@dataclass
class Corporate:
    """The state: `opened` is firms x products in days, NEVER for not (yet)."""

    rng: np.random.Generator
    style: Style
    firms: Firms
    opened: Ints = field(init=False)
    base: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        rng, firms = self.rng, self.firms
        kinds = len(catalogue.CORPORATE)
        self.needs = catalogue.needs(catalogue.CORPORATE)
        self.taste = rng.normal(0, self.style.taste, len(firms))
        self.pull = rng.normal(0, 0.4, (len(np.unique(firms.industry)) + 9, kinds))
        self.peers = self.style.trade * rng.uniform(0.5, 1.8, kinds)
        self.flow = rng.uniform(0.0, 0.5, kinds)
        count = len(firms)
        self.volume = np.log1p(
            np.bincount(firms.buyer, firms.trade, count) + np.bincount(firms.supplier, firms.trade, count)
        )
        self.volume -= self.volume.mean()

    def begin(self) -> None:
        """What clients held when the three years began, and the level of the rate of new clients."""
        rng, firms = self.rng, self.firms
        self.opened = np.full((len(firms), len(catalogue.CORPORATE)), NEVER)
        self.opened[:, 0] = firms.client_since
        years = np.clip((START - firms.client_since) / 365, 0, 6)
        liking = self._liking()
        for product in range(1, len(catalogue.CORPORATE)):
            ready = self.opened[:, self.needs[product]] <= START
            has = ready & chance(rng, 1 - np.exp(-np.exp(liking[:, product]) * 12 * years), len(firms))
            self.opened[has, product] = between(
                rng, self.opened[has, self.needs[product]], np.full(has.sum(), START), has.sum()
            )
        rate = np.exp(self.joining(START, np.zeros(len(firms))))
        self.base = float(np.log(_CLIENTS_A_YEAR / 12 / rate[rate > 0].mean()))

    def _liking(self) -> Floats:
        with np.errstate(divide="ignore"):
            rates = np.log([one.rate / 12 for one in catalogue.CORPORATE])
        size = np.outer(self.firms.scale, [one.income for one in catalogue.CORPORATE])
        return rates + size + np.outer(self.volume, self.flow) + self.pull[self.firms.industry] + self.taste[:, None]

    def payroll(self, day: int) -> Bools:
        """Whose payroll runs here."""
        return self.opened[:, catalogue.PAYROLL] <= day

    def _partners(self, has: Bools) -> Ints:
        """How many suppliers and buyers of each have it."""
        firms, count = self.firms, len(self.firms)
        return np.bincount(firms.buyer, has[firms.supplier], count) + np.bincount(
            firms.supplier, has[firms.buyer], count
        )

    def joining(self, day: int, banking: Floats) -> Floats:
        """Log rate a step at which each firm becomes a client; `banking` is the share of its staff who bank here."""
        style, firms = self.style, self.firms
        client = firms.clients(day)
        near = self._partners(client)
        family = np.zeros(len(firms))
        np.maximum.at(family, firms.owned, client[firms.owner_firm])
        np.maximum.at(family, firms.owner_firm, client[firms.owned])
        score = self.base + style.trade * np.log1p(near) + style.owner * family + 1.2 * banking
        score = score + 0.25 * firms.scale + firms.industry_pull[firms.industry] + self.taste
        return np.where(client, -np.inf, score)

    def taking(self, day: int, banking: Floats) -> Floats:
        """Log rate a step at which each client takes each product; -inf where that cannot be."""
        held = self.opened <= day
        score = self._liking()
        number = np.maximum(self._partners(np.ones(len(self.firms), bool)), 1)
        for product in range(1, held.shape[1]):
            score[:, product] += self.peers[product] * 2 * self._partners(held[:, product]) / (number + 1)
        score[:, catalogue.PAYROLL] += 3.0 * banking + 0.6 * held[:, catalogue.LOAN] - 1.0
        possible = ~held & held[:, self.needs] & self.firms.clients(day)[:, None]
        return np.where(possible, score, -np.inf)

    def step(self, first: int, last: int, banking: Floats, drift: float) -> None:
        """One step of time."""
        rng, firms, before = self.rng, self.firms, first - 1
        rate = np.exp(self.taking(before, banking) + drift)
        coming = np.exp(self.joining(before, banking) + drift)
        who, what = np.nonzero(rng.random(rate.shape) < 1 - np.exp(-rate))
        self.opened[who, what] = between(rng, first, last, len(who))
        came = np.flatnonzero(chance(rng, 1 - np.exp(-coming), len(coming)))
        firms.client_since[came] = self.opened[came, 0] = between(rng, first, last, len(came))
