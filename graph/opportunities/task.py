"""What every kind of opportunity is given, and what it gives back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import polars as pl

from graph.features.bank import Bank
from graph.features.growth import Growth
from graph.features.pairs import PairTables
from graph.features.relatives import Relatives
from graph.gates import CHANNELS
from graph.learning.model import Model
from graph.learning.windows import cutoffs
from graph.opportunities.drivers import Drivers
from graph.opportunities.undated_card import UndatedCard
from graph.side_by_side import Made, Once
from texts.progress import Progress

FAMILIES: Final = (
    "colleagues", "household", "joint", "partners", "similar", "profile", "clients", "owners", "suppliers", "staff",
    "buyers", "trade", "valued", "payouts", "relatives",
)  # fmt: skip
"""Families of evidence; `family` in a scored row is a place in this tuple."""
GUESSED: Final = ("payouts", "relatives")
"""The families that count nobody: `holders` of `peers` (100) says how sure the guess is."""

SCORED: Final[dict[str, pl.DataType]] = {
    "subject": pl.UInt32(),  # party code
    "product": pl.UInt16(),  # product code, null where the kind names none
    "probability": pl.Float64(),
    "annual_value": pl.Float64(),
    "channel": pl.Enum(CHANNELS),
    "family": pl.UInt8(),
    "peers": pl.Int32(),  # how many the strongest evidence speaks of …
    "holders": pl.Int32(),  # … and how many of them hold the product, or bank here
    "via": pl.UInt32(),  # party code of the company or person that the evidence goes through
    "link": pl.UInt32(),  # party code of the staff record, or the owner, that ties the subject to it
    "because": pl.UInt16(),  # product code that the evidence goes through
}


@dataclass(frozen=True)
class Task:
    """One run: the bank as of a day, and how far ahead to look."""

    bank: Bank
    as_of: date
    horizon: int
    seed: int
    first: date | None
    """the first dated event; None where nothing is dated"""
    consent_known: bool
    """the source has the column marketing_consent"""
    progress: Progress
    without: frozenset[str] = frozenset()
    """groups of features (`graph.features.groups`) that are not looked at"""
    levers: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.Float64))
    """the factor of each product code in the order of what is shown (`graph.opportunities.priority`)"""
    looks: "Mapping[str, Look]" = field(default_factory=dict[str, "Look"])
    """by kind, what those of this run that go by the tables of people look at on a past day"""
    made: Once = field(default_factory=Once)

    def shared(self, name: str, day: date, make: Callable[[], Made]) -> Made:
        """What `make` makes of the bank as it stood on `day`, made once for all the kinds that need it."""
        return self.made.get((name, day), make)

    def person_tables(self) -> PairTables:
        """What rows of a person and a product are joined with, as of the day of the run."""
        return self.shared("people", self.as_of, self._today)

    def _today(self) -> PairTables:
        return PairTables.of(self.bank.people(), self.as_of, self.relatives())

    def relatives(self) -> Relatives | None:
        """What tells likely relatives, learned from those that are known; None where they are too few."""
        return self.shared("relatives", self.as_of, lambda: Relatives.learn(self.bank, self.seed))

    def looked_back(self, kind: str, look: "Look") -> list[Any]:
        """What `look` saw on each of the past days, to be asked for once.

        All kinds of the run look at a day before the next one is made: the tables of one only are in memory.
        """
        seen = self.shared(
            f"looked back without {sorted(self.without)}", self.as_of, lambda: self._seen({**self.looks, kind: look})
        )
        return seen.pop(kind, None) or self._seen({kind: look})[kind]

    def _seen(self, looks: "Mapping[str, Look]") -> dict[str, list[Any]]:
        seen: dict[str, list[Any]] = {kind: [] for kind in looks}
        for place, day in enumerate(cutoffs(self.as_of, self.horizon, self.first or self.bank.first_opening())):
            bank = self.bank.at(day)
            tables = PairTables.of(bank.people(), day, self.relatives())
            for kind, look in looks.items():
                seen[kind].append(look(self, bank, tables, place))
        return seen

    def growth(self, line: str) -> Growth:
        """How the openings of a line have grown up to the day of the run."""
        return self.shared(f"growth {line}", self.as_of, lambda: Growth.of(self.bank, line, self.as_of, self.first))


Look = Callable[[Task, Bank, PairTables, int], Any]
"""What a kind keeps of a past day: given the bank on that day, its tables of people, and the place among the days."""


@dataclass(frozen=True)
class Found:
    """What one kind found: `scored` has the columns of `SCORED`, sorted by subject and product."""

    scored: pl.DataFrame
    candidates: int
    suppressed: dict[str, int]
    model: dict[str, Any] = field(default_factory=dict[str, Any])
    """model_version, learned or prior, rows, note"""
    learned: Model | UndatedCard | None = None
    """None where a prior speaks"""
    drivers: Drivers | None = None
    """why the rows that are shown score as they do; None where a prior speaks"""


def joined(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """The rows of several `SCORED` parts in one piece; they give up a column after the other, so that none is twice."""
    columns = list[pl.Series]()
    for name, dtype in SCORED.items():
        columns.append(pl.concat([pl.Series(name, dtype=dtype), *(part[name] for part in parts)], rechunk=True))
        parts[:] = [part.drop(name) for part in parts]
    return pl.DataFrame(columns)
