"""The world and its time: companies and people act step by step, each seeing what the other did before."""

from dataclasses import dataclass, field

import numpy as np

from demo.columns import Bools, Floats, Ints, chance, stream

from . import catalogue
from .clock import AHEAD, END, HISTORY, START, growth, step_days
from .corporate import Corporate
from .firms import Firms, make_firms
from .people import People, make_people
from .retail import Retail
from .styles import Style

CITIES = 6
_CAMPAIGN_EVERY = 4
_UPLIFT = 0.7


@dataclass
class World:
    """Everything that is true, as far as time has gone."""

    seed: int
    style: Style
    firms: Firms
    people: People
    retail: Retail
    corporate: Corporate
    consent: Bools
    contacts: list[tuple[int, int, Ints, Bools]] = field(default_factory=list)
    """step, product, who, whether they took it then"""

    def banking(self, day: int) -> Floats:
        """The share of each firm's staff who bank here."""
        firm = self.people.firm(day)
        staff = firm >= 0
        here = staff & (self.retail.joined <= day)
        count = len(self.firms)
        return np.bincount(firm[here], minlength=count) / (np.bincount(firm[staff], minlength=count) + 2.0)

    def advance(self, first: int, steps: int) -> None:
        """Let `steps` steps of time pass."""
        for step in range(first, first + steps):
            begins, ends = step_days(step)
            drift = growth(self.style, step)
            banking, payroll = self.banking(begins - 1), self.corporate.payroll(begins - 1)
            contacted = self._contact(step) if step < HISTORY else None
            if contacted:
                self.retail.liking[contacted[1], contacted[0]] += _UPLIFT
            self.retail.step(begins, ends, payroll, drift)
            self.corporate.step(begins, ends, banking, drift)
            if contacted:
                product, who = contacted
                self.retail.liking[who, product] -= _UPLIFT
                self.contacts.append((step, product, who, self.retail.opened[who, product] >= begins))

    def _contact(self, step: int) -> tuple[int, Ints] | None:
        if step % _CAMPAIGN_EVERY:
            return None
        product = 2 + (step * 5) % (len(catalogue.RETAIL) - 2)
        begins, _ = step_days(step)
        free = self.consent & (self.retail.joined < begins) & (self.retail.opened[:, product] > begins)
        return product, np.flatnonzero(free & chance(stream(self.seed, f"contact {step}"), 0.08, len(free)))

    def chances(self) -> tuple[Floats, Floats, Floats, Floats]:
        """On the as-of day, of the horizon: to join (people), to take (people x products), and the same of firms."""
        times = sum(np.exp(growth(self.style, step)) for step in range(HISTORY, HISTORY + AHEAD))
        banking, payroll = self.banking(END), self.corporate.payroll(END)
        rates = (
            self.retail.arrival(END, payroll), self.retail.taking(END, payroll),
            self.corporate.joining(END, banking), self.corporate.taking(END, banking),
        )  # fmt: skip
        join, take, become, use = (1 - np.exp(-np.exp(rate.astype(np.float64)) * times) for rate in rates)
        return join, take, become, use


def make_history(customers: int, seed: int, style: Style) -> World:
    """A world of about `customers` customers, three years lived up to the as-of day."""
    rng = stream(seed, "world")
    firms = make_firms(rng, max(60, round(0.15 * customers)), CITIES)
    people = make_people(rng, round(2.2 * customers), firms, CITIES)
    consent = chance(rng, 0.88, len(people))
    retail = Retail(stream(seed, "retail"), style, people, firms)
    corporate = Corporate(stream(seed, "corporate"), style, firms)
    retail.begin(customers)
    corporate.begin()
    world = World(seed, style, firms, people, retail, corporate, consent)
    world.advance(0, HISTORY)
    return world


__all__ = ["START", "World", "make_history"]
