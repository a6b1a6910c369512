"""What a person holds and has opened lately, as the log rate at which they open each product next.

A Poisson regression for each product (McCullagh and Nelder 1989): who did not hold it half a year before the day, by
what they held then and what they had opened in the half year before; a normal prior draws each effect to nothing.
People with the same products are one row, so the cost does not grow with the customers.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import narwhals as nw
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from graph.features.bank import Bank, kept
from graph.features.items import entities, patterns, person_products, sampled
from graph.people import Frame

Floats = NDArray[np.float64]

HALF: Final = 182
DEVIATION: Final = 0.5
"""Standard deviation of the prior of each effect, on the log rate."""
LEAST_OPENINGS: Final = 10


@dataclass(frozen=True)
class Ladder:
    """Effects by what is held and lately opened (rows, each all products) on each product (columns)."""

    effects: Floats
    level: Floats
    """by product: log of the mean rate that the effects give, so that only differences between people are left"""

    def rates(self, held: csr_array, recent: csr_array) -> Floats:
        """Log rate over the mean rate of all who could open it, (people, products)."""
        return np.asarray(hstack([held, recent], format="csr") @ self.effects) - self.level


def recently(bank: Bank, day: date) -> Frame:
    """Unique (entity, product) of what was opened in the half year before `day` and is still held on it."""
    return _held(bank.holdings.filter(nw.col("opened_on") > day - timedelta(days=HALF)), day)


def ladder(bank: Bank, day: date, products: int) -> Ladder:
    """The effects as the half year before `day` shows them."""
    begin = day - timedelta(days=HALF)
    holdings = sampled(bank)
    then = holdings.filter(nw.col("opened_on").is_null() | (nw.col("opened_on") <= begin))
    before = kept(_held(then, begin))
    lately = kept(_held(then.filter(nw.col("opened_on") > begin - timedelta(days=HALF)), begin))
    opened = kept(holdings.filter(nw.col("opened_on") > begin).select("entity", "product").unique())
    people = entities(before)
    opened = opened.join(before.select("entity").unique(), on="entity", how="semi")
    had, fresh, took = (person_products(table, people, products) for table in (before, lately, opened))
    return _fitted(hstack([had, fresh], format="csr").toarray() > 0, took.toarray(), products)


def _held(holdings: Frame, day: date) -> Frame:
    still = nw.col("closed_on").is_null() | (nw.col("closed_on") > day)
    return holdings.filter(still).select("entity", "product").unique()


def _fitted(state: NDArray[np.bool_], took: NDArray[np.int32], products: int) -> Ladder:
    from sklearn.linear_model import PoissonRegressor
    from threadpoolctl import threadpool_limits

    effects, level = np.zeros((2 * products, products)), np.zeros(products)
    if not len(state):
        return Ladder(effects, level)
    first, place = patterns(state)
    different, people = state[first], np.bincount(place).astype(np.float64)
    with threadpool_limits(1):  # sums in one order, whatever the threads
        for product in range(products):
            free = ~different[:, product]
            count = np.bincount(place, took[:, product], len(different))[free]
            if count.sum() < LEAST_OPENINGS:
                continue
            weight = people[free]
            alpha = 1.0 / (DEVIATION**2 * weight.sum())
            fitted = PoissonRegressor(alpha=alpha, max_iter=100).fit(different[free], count / weight, weight)
            effects[:, product] = fitted.coef_.round(4)
            rates = np.exp((different[free] * effects[:, product]).sum(axis=1))
            level[product] = np.log(np.average(rates, weights=weight)).round(4)
    return Ladder(effects, level)
