"""Opening dates follow from who knows whom."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypeAlias

import numpy as np
import polars as pl
import pytest

from demo.adoption import Adopters, adopt
from demo.catalogue import Product
from demo.clock import Clock
from demo.columns import NEVER
from demo.ties import Circle, Links

Bank: TypeAlias = Mapping[str, pl.DataFrame]

SPLIT = date(2026, 6, 30) - timedelta(days=365)
COMMON = ("R04", "R06", "R11", "R13", "R18")


def _rates(bank: Bank, peers: pl.DataFrame) -> tuple[float, float]:
    """Share that opened in the last year among those whose peer held the product before, and among the rest.

    `peers` has one row per customer and peer.
    """
    first = bank["holdings"].filter(holder_type="customer").group_by("holder_id", "product_id").agg(pl.min("opened_on"))
    known = bank["customers"].filter(pl.col("since") <= SPLIT).select("customer_id")
    counts = np.zeros((2, 2))
    for product in COMMON:
        opened = first.filter(product_id=product)
        early = opened.filter(pl.col("opened_on") <= SPLIT)["holder_id"].implode()
        late = opened.filter(pl.col("opened_on") > SPLIT)["holder_id"].implode()
        rows = peers.join(known, on="customer_id").filter(~pl.col("customer_id").is_in(early))
        seen = rows.with_columns(peer_holds=pl.col("peer").is_in(early), opens=pl.col("customer_id").is_in(late))
        for with_peer in (0, 1):
            some = seen.filter(pl.col("peer_holds") == bool(with_peer))["opens"]
            counts[with_peer] += (some.sum(), len(some))
    without, with_ = (float(opened / total) for opened, total in counts)
    return with_, without


def test_who_has_a_spouse_with_the_product_opens_it_more_often(bank: Bank) -> None:
    pairs = bank["relations"].filter(kind="spouse")
    there = pairs.select(customer_id="from_id", peer="to_id")
    back = pairs.select(customer_id="to_id", peer="from_id")
    with_, without = _rates(bank, pl.concat([there, back]))
    assert with_ > 1.3 * without


def test_who_has_colleagues_with_the_product_opens_it_more_often(bank: Bank) -> None:
    staff = bank["employees"].join(
        bank["customers"].select("id_number", found="customer_id"), on="id_number", how="left"
    )
    staff = staff.select("company_id", customer_id=pl.coalesce("customer_id", "found")).drop_nulls().unique()
    small = staff.filter(pl.len().over("company_id") <= 12)
    peers = small.join(small.rename({"customer_id": "peer"}), on="company_id").filter(
        pl.col("peer") != pl.col("customer_id")
    )
    with_, without = _rates(bank, peers.select("customer_id", "peer"))
    assert with_ > 1.2 * without


def test_staff_join_sooner_where_the_payroll_runs(bank: Bank) -> None:
    staff, holdings = bank["employees"], bank["holdings"]
    payroll = holdings.filter((pl.col("product_id") == "B03") & (pl.col("opened_on") < SPLIT))["holder_id"].implode()
    numbers = bank["customers"]["id_number"].implode()
    here = staff.drop_nulls("id_number").with_columns(
        banked=pl.col("id_number").is_in(numbers), payroll=pl.col("company_id").is_in(payroll)
    )
    rate = dict(here.group_by("payroll").agg(pl.mean("banked")).iter_rows())
    assert rate[True] > 1.3 * rate[False]


@pytest.mark.parametrize("tie", ["circle", "links"])
def test_a_tie_alone_makes_the_difference(tie: str) -> None:
    """Half of 4000 pairs have a partner who holds the product from the first day; the pull is the only cause."""
    pairs, clock = 4000, Clock(date(2026, 6, 30))
    left, right = np.arange(pairs), np.arange(pairs) + pairs
    size = 2 * pairs
    ties = Circle(np.tile(left, 2)) if tie == "circle" else Links(left, right, size)
    earliest = np.full((1, size), NEVER, dtype=np.int32)
    earliest[0, : pairs + pairs // 2] = clock.start - 1
    earliest[0, pairs : pairs + pairs // 2] = clock.start - 36_500
    product = Product("P", "P", "card", 1, rate=0.01, household=1.5)
    opened = adopt(
        np.random.default_rng(0), [product], Adopters(earliest, {}, {"household": ties}, {}), clock, lambda *_: None
    )[0]
    taken = (opened[:pairs] < NEVER) & (opened[:pairs] > clock.start)
    assert taken[: pairs // 2].mean() > 1.5 * taken[pairs // 2 :].mean()
    assert (opened[pairs + pairs // 2 :] == NEVER).all()


def test_treated_customers_accept_more_often_than_the_held_out(bank: Bank) -> None:
    answers = bank["contacts"].group_by("arm").agg(rate=(pl.col("outcome") == "accepted").mean())
    rate = dict(answers.iter_rows())
    assert rate["treated"] > rate["control"]
