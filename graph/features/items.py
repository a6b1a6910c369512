"""Products beside products: what holders of one hold or open more often than others.

A product-by-product matrix is small however many customers there are; counting is in integers, so neither row
order nor threads change it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import narwhals as nw
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graph.features.bank import Bank, kept
from graph.people import Frame

Floats = NDArray[np.float64]

TRAILING_DAYS: Final = 365
SAMPLE: Final = 200_000
"""About so many people at most are looked at for openings; who holds what is counted over all."""
WEIGHT: Final = 20.0
"""Holders' weight against the base rate in a lift."""


@dataclass(frozen=True)
class Items:
    """Statistics of products on a day; arrays by product code."""

    people: int
    """persons who hold anything"""
    holders: Floats
    """persons who hold it, over persons who hold anything"""
    opening: Floats
    """openings in the trailing year, per person who did not hold it"""
    lately: Floats
    """the same over the last quarter, as a yearly rate"""
    holder_count: Floats
    """persons who hold it"""
    both: Floats
    """[held, offered]: persons who hold both"""
    together: Floats
    """[held, offered]: log lift of holding both"""
    next: Floats
    """[held, offered]: log lift of opening the second while holding the first"""
    fresh: Floats
    """[opened, offered]: log lift of opening the second within half a year after opening the first"""


def items(bank: Bank, day: date, held: Frame | None = None) -> Items:
    """Statistics of every product as of `day`; `held` is `bank.held()`, where it is at hand."""
    held = bank.held() if held is None else held
    number = int(bank.products.select(nw.len()).collect().item())
    holders = entities(held)
    now = person_products(held, holders, number)
    people = max(len(holders), 1)
    count, both = _column_sums(now), _pairs(now, now)
    share = (count + 0.5) / (people + 1.0)
    together = _lift(both, count[:, None], share[None, :])
    opening, lately, following, fresh = _openings(bank, day, number)
    return Items(people, share, opening, lately, count, both, together, following, fresh)


def person_products(held: Frame, people: NDArray[np.unsignedinteger], products: int) -> csr_array:
    """The given persons (their codes, ascending) by products, ones where held."""
    table = held.select("entity", "product").collect()
    row, column = (table.get_column(name).to_numpy() for name in ("entity", "product"))
    ones = np.ones(len(row), np.int32)
    return csr_array((ones, (np.searchsorted(people, row), column)), (len(people), products))


def from_held(held: csr_array, *weights: Floats) -> list[tuple[Floats, Floats, NDArray[np.uint16]]]:
    """Mean, largest and source of each of `weights`[held, offered] over what each row holds.

    Returns:
        Mean (rows, products), maximum (rows, products; 0 where nothing is held), and the held product it comes from.
    """
    # few patterns of holdings recur in many rows, so each is worked out once
    dense = held.toarray().astype(bool)
    first, place = patterns(dense)
    found = (_of_patterns(dense[first], each) for each in weights)
    return [(mean[place], best[place], source[place]) for mean, best, source in found]


def patterns(rows: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where each different row first stands, in the order of `np.unique`, and which of them each row is.

    Bits are packed into words, which sort some ninety times as fast as rows do.
    """
    padded = np.pad(rows, ((0, 0), (0, -rows.shape[1] % 64)))
    words = np.packbits(padded, axis=1).view(">u8").astype(np.uint64)
    order = np.lexsort(words.T[::-1])
    ordered = words[order]
    begins = np.r_[True, (ordered[1:] != ordered[:-1]).any(axis=1)][: len(rows)]
    place = np.empty(len(rows), np.intp)
    place[order] = np.cumsum(begins) - 1
    return order[begins], place


def _of_patterns(held: NDArray[np.bool_], weights: Floats) -> tuple[Floats, Floats, NDArray[np.uint16]]:
    shape = (held.shape[0], weights.shape[1])
    total, best = np.zeros(shape), np.full(shape, -np.inf)
    source = np.zeros(shape, np.uint16)
    for product in range(weights.shape[0]):
        has = held[:, product]
        total[has] += weights[product]
        better = has[:, None] & (weights[product][None, :] > best)
        np.copyto(best, np.broadcast_to(weights[product], shape), where=better)
        source[better] = product
    return total / np.maximum(held.sum(axis=1, keepdims=True), 1), np.where(np.isfinite(best), best, 0.0), source


def _openings(bank: Bank, day: date, number: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Yearly openings per exposed person, over the trailing year and its last quarter, and their log lifts."""
    start, half, quarter = (day - timedelta(days=TRAILING_DAYS // part) for part in (1, 2, 4))
    sample = sampled(bank)
    undated_or_before = nw.col("opened_on").is_null() | (nw.col("opened_on") <= start)
    still = nw.col("closed_on").is_null() | (nw.col("closed_on") > start)
    before = kept(sample.filter(undated_or_before & still).select("entity", "product").unique())
    opened = sample.filter(nw.col("opened_on") > start).group_by("entity", "product").agg(nw.col("opened_on").max())
    fresh = kept(opened.join(before, on=["entity", "product"], how="anti"))
    people = entities(nw.concat([before, fresh.select("entity", "product")]))
    had, took = (person_products(table, people, number) for table in (before, fresh))
    held, taken = _column_sums(had), _column_sums(took)
    late = _column_sums(person_products(fresh.filter(nw.col("opened_on") > quarter), people, number))
    free = np.maximum(len(people) - held, 0) + 1.0
    rate = (taken + 0.5) / free
    lift = _lift(_pairs(had, took), held[:, None] - _pairs(had, had), rate[None, :])
    first = person_products(fresh.filter(nw.col("opened_on") <= half), people, number)
    second = person_products(fresh.filter(nw.col("opened_on") > half), people, number)
    after = _lift(
        _pairs(first, second), _column_sums(first)[:, None] - _pairs(first, had), (_column_sums(second) + 0.25) / free
    )
    return rate, 4 * (late + 0.125) / free, lift, after


def sampled(bank: Bank) -> Frame:
    """The holdings of everybody, or of a sample by key where people are many."""
    people = int(bank.customers.select(nw.len()).collect().item())
    step = max(1, people // SAMPLE)
    drawn = bank.customers.filter(nw.col("draw") % step == 0).select("entity").unique()
    return bank.holdings if step == 1 else bank.holdings.join(drawn, on="entity", how="semi")


def entities(frame: Frame) -> NDArray[np.unsignedinteger]:
    """The persons in a table, ascending."""
    return frame.select("entity").unique().sort("entity").collect().get_column("entity").to_numpy()


def _pairs(left: csr_array, right: csr_array) -> Floats:
    return np.asarray((left.T @ right).toarray(), np.float64)


def _column_sums(matrix: csr_array) -> Floats:
    return np.asarray(matrix.sum(axis=0), np.float64).ravel()


def _lift(count: Floats, exposed: Floats, base: Floats) -> Floats:
    """Log of (how often, given the first) over (how often at all), drawn to 0 where little was seen."""
    lift = np.log((count + WEIGHT * base) / (exposed + WEIGHT) / base)
    np.fill_diagonal(lift, 0.0)
    return lift
