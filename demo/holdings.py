"""Contracts: when they closed, further ones of the same product, and balances that add up to what one has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from demo.adoption import Days
from demo.catalogue import Product
from demo.clock import Clock
from demo.columns import NEVER, YEAR, Floats, Ints, between, dates, money, pick


@dataclass(frozen=True)
class Holders:
    """Those who hold: `kind` is their type in the contract, `wealth` what they have here, `income` by month."""

    kind: str
    ids: pl.Series
    wealth: Floats
    income: Floats


def contracts(
    rng: np.random.Generator, who: Holders, products: Sequence[Product], opened: Days, clock: Clock
) -> Iterator[pl.DataFrame]:
    """Rows of `holdings`, a frame per product."""
    closed = np.stack([_closed(rng, product, days, clock) for product, days in zip(products, opened, strict=True)])
    weights = _weights(rng, products, opened, closed)
    per_weight = who.wealth / np.maximum(weights.sum(axis=0), 1e-9)
    for index, product in enumerate(products):
        holder, first, last, extra = _rows(rng, product, opened[index], closed[index], clock)
        balance = (per_weight * weights[index])[holder] / (1 + extra)
        if product.loan_of_income:
            balance = who.income[holder] * product.loan_of_income * rng.gamma(2, 0.5, len(holder))
        silent = not (product.share_of_wealth or product.loan_of_income)
        balance = np.where(silent, np.nan, np.where(last == NEVER, balance, 0.0))
        yield pl.DataFrame(
            {
                "holder_type": pl.repeat(who.kind, len(holder), eager=True),
                "holder_id": pick(who.ids, holder),
                "product_id": pl.repeat(product.product_id, len(holder), eager=True),
                "opened_on": dates(first),
                "closed_on": dates(last),
                "balance": money(balance),
            }
        )


def _closed(rng: np.random.Generator, product: Product, opened: Ints, clock: Clock) -> Ints:
    if product.rate == 0:  # an account lasts as long as its holder stays
        return np.full(len(opened), NEVER, dtype=np.int32)
    days = opened + 30 + rng.exponential(product.life * YEAR, len(opened)).astype(np.int32)
    return np.where((opened < NEVER) & (days <= clock.today), days, NEVER).astype(np.int32)


def _weights(rng: np.random.Generator, products: Sequence[Product], opened: Ints, closed: Ints) -> Floats:
    """The part of each open product in what its holder has at the bank."""
    weights = np.zeros(opened.shape, dtype=np.float32)
    for index, product in enumerate(products):
        if product.share_of_wealth:
            open_ = (opened[index] < NEVER) & (closed[index] == NEVER)
            weights[index] = rng.random(opened.shape[1], dtype=np.float32) * np.float32(product.share_of_wealth) * open_
    return weights


def _rows(
    rng: np.random.Generator, product: Product, opened: Ints, closed: Ints, clock: Clock
) -> tuple[Ints, Ints, Ints, Ints]:
    """Holder, opening and closing day, and number of further contracts, for each contract of one product."""
    holder = np.flatnonzero(opened < NEVER)
    extra = rng.poisson(product.repeats, len(holder)) if product.repeats else np.zeros(len(holder), dtype=np.int64)
    again = np.repeat(np.arange(len(holder)), extra)
    rows = np.concatenate([np.arange(len(holder)), again])
    last = closed[holder[rows]]
    first = opened[holder[rows]]
    until = np.minimum(last[len(holder) :], clock.today)
    first[len(holder) :] = between(rng, first[len(holder) :], until, len(again))
    return holder[rows], first, last, extra[rows]
