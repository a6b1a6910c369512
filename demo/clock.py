"""The demo bank's time: four simulated years up to the as-of day, in quarters."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from demo.columns import YEAR

YEARS = 4
STEPS = 16
PAYMENT_MONTHS = 12
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Clock:
    """Day numbers of one run."""

    as_of: date

    @property
    def today(self) -> int:
        """The as-of day."""
        return (self.as_of - EPOCH).days

    @property
    def start(self) -> int:
        """The day before the simulated years begin."""
        return self.today - round(YEARS * YEAR)

    def steps(self) -> list[tuple[int, int]]:
        """STEPS quarters: what is decided on the first day happens after it, by the last."""
        edges = [int(day) for day in np.linspace(self.start, self.today, STEPS + 1).round()]
        return list(pairwise(edges))

    def months(self) -> list[tuple[int, int]]:
        """First and last day of each whole or begun month of the payment window, oldest first."""
        last = np.datetime64(self.as_of, "M")
        firsts = np.arange(last - PAYMENT_MONTHS + 1, last + 2).astype("datetime64[D]").astype(np.int64)
        return [(int(first), min(int(after) - 1, self.today)) for first, after in pairwise(firsts)]
