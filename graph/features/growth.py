"""How fast openings grow at a bank, seen from a day, whatever the season: a year against the year before it."""

from datetime import date, timedelta
from typing import Final

import narwhals as nw
import numpy as np

from graph.features.bank import Bank

YEAR: Final = 365
SPREAD: Final = 0.5
"""Standard deviation of a bank's yearly growth, in logs: growth seen in few openings is drawn to none."""


def yearly_growth(bank: Bank, day: date, line: str) -> float:
    """Log of the openings of a line's products in the year up to `day` over those in the year before."""
    products = bank.products.filter(nw.col("line") == line).select("product")
    opened = bank.holdings.join(products, on="product", how="semi").select("opened_on")
    year, before = day - timedelta(days=YEAR), day - timedelta(days=2 * YEAR)
    counts = opened.select(
        ((nw.col("opened_on") > year) & (nw.col("opened_on") <= day)).sum().alias("late"),
        ((nw.col("opened_on") > before) & (nw.col("opened_on") <= year)).sum().alias("early"),
    ).collect()  # fmt: skip
    late, early = (float(counts.item(0, name) or 0) + 0.5 for name in ("late", "early"))
    seen = SPREAD**2 / (SPREAD**2 + 1 / late + 1 / early)
    return float(seen * np.log(late / early))


def carried_forward(bank: Bank, day: date, horizon: int, line: str) -> float:
    """The log growth from the rate of the year up to `day` to that of the `horizon` days after it.

    From the middle of the one to the middle of the other it is half a year and half the horizon.
    """
    return (YEAR + horizon) / (2 * YEAR) * yearly_growth(bank, day, line)
