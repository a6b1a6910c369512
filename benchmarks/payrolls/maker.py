"""Payments as they are drawn."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl

from .spec import Spec

Ints = np.ndarray[Any, np.dtype[np.int64]]
FIRST: Final = date(2025, 4, 1)
"""The first day of every world."""


class Maker:
    """Rows as they are drawn; a payer is an index into `payers`, a payee one into people."""

    def __init__(self, spec: Spec) -> None:
        self.spec, self.rng = spec, np.random.default_rng(spec.seed)
        self.parts: list[tuple[Any, Any, Any, Any, list[str | None], Any]] = []
        self.payers: list[tuple[str, str, str, str]] = []
        self.age = self.rng.integers(19, 59, spec.people)
        self.old = self.rng.random(spec.people) < 0.15
        self.age = np.where(self.old, self.rng.integers(56, 86, spec.people), self.age)

    def payer(self, name: str, *, inside: bool, kind: str = "company") -> int:
        place = len(self.payers)
        key = f"{'K' if inside else 'X'}{place:05}"
        self.payers.append(("company" if inside else "counterparty", key, name, kind))
        return place

    def word(self, what: str, size: int, *, silent: float | None = None, fixed: bool = True) -> list[str | None]:
        """Purposes: one word of the kind, sometimes none, sometimes one of another kind."""
        spec, rng = self.spec, self.rng
        words = spec.words[what]
        drawn = np.array(words, object)[
            np.full(size, rng.integers(len(words))) if fixed else rng.integers(0, len(words), size)
        ]
        if rng.random() < spec.misled:
            other = "pay" if what != "pay" else str(rng.choice(["goods", "family", "expense"]))
            drawn[:] = spec.words[other][0]
        if rng.random() < (spec.silent if silent is None else silent):
            drawn[:] = None
        drawn[rng.random(size) < 0.02] = None
        return list(drawn)

    def pay(
        self, payer: int, payee: Ints, day: Ints, amount: Any, purpose: Sequence[str | None], *, truth: bool = False
    ) -> None:
        size = len(payee)
        money = np.maximum(np.round(np.broadcast_to(amount, size).astype(float), 2), 1.0)
        days = np.broadcast_to(day, size).astype(np.int64)
        self.parts.append((np.full(size, payer), np.asarray(payee), days, money, list(purpose), np.full(size, truth)))

    def rows(self) -> pl.DataFrame:
        """All payments drawn."""
        columns = list(zip(*self.parts, strict=True))
        said = [word for part in columns[4] for word in part]
        return pl.DataFrame(
            {
                "payer": np.concatenate(columns[0]), "payee": np.concatenate(columns[1]),
                "day": np.concatenate(columns[2]), "amount": np.concatenate(columns[3]),
                "purpose": pl.Series(said, dtype=pl.String), "truth": np.concatenate(columns[5]),
            }
        )  # fmt: skip

    def some(self, size: int, *, old: bool = False) -> Ints:
        return self.rng.choice(np.flatnonzero(self.old == old), size, replace=False)

    def month(self, month: int, dom: int, weekend: int = -1) -> int:
        """A day of a month counted from `FIRST`; on a weekend moved back (-1), on (1) or left (0)."""
        year, number = divmod(FIRST.month - 1 + month, 12)
        first = date(FIRST.year + year, number + 1, 1)
        last = (date(first.year + (number == 11), (number + 1) % 12 + 1, 1) - timedelta(1)).day
        day = first + timedelta(min(dom, last) - 1)
        while weekend and day.weekday() > 4:
            day += timedelta(weekend)
        return (day - FIRST).days

    def day(self, month: int, size: int) -> Ints:
        """Any days of a month."""
        return self.month(month, 1) + self.rng.integers(0, 28, size)
