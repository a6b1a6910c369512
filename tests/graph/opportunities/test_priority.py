"""What the bank wants first: its factors are kept apart, bounded, and change no probability."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from helpers.random_bank import random_bank
from helpers.rendered import rendered
from helpers.snapshots import found, snapshot

from graph.opportunities.kinds import KINDS
from graph.opportunities.priority import BOUND, Priorities
from graph.opportunities.ranking import ranked
from graph.opportunities.rendered import Selection
from texts import UserError

PRODUCTS = pl.DataFrame({"product_id": ["P01", "P02", "P03"], "category": ["loan", "fund", "fund"]})
ROWS = pl.DataFrame({
    "subject": [1, 1, 2, 3], "product": [0, 1, 0, None], "probability": [0.1, 0.2, 0.3, 0.4],
    "annual_value": [20.0, 10.0, None, 5.0],
}, schema_overrides={"product": pl.UInt16})  # fmt: skip


def wanted(priority: dict[str, Any]) -> Priorities:
    return Priorities.of({"priority": priority}, KINDS)


def levers(*values: float) -> pl.Series:
    return pl.Series(values, dtype=pl.Float64)


def test_without_weights_the_order_is_by_expected_value() -> None:
    rows = ranked(ROWS, Priorities().by_product(PRODUCTS))
    assert rows["priority"].to_list() == rows["expected_value"].to_list() == [2.0, 2.0, 2.0, None]
    assert rows.select("subject", "product").rows() == [(3, None), (1, 1), (1, 0), (2, 0)]


def test_priority_is_the_product_of_its_factors() -> None:
    rows = ranked(ROWS, levers(1.5, 0.5, 1.0), context=2.0).sort("subject", "product")
    assert rows["priority"].to_list() == [6.0, 2.0, None, 4.0]
    assert rows["probability"].to_list() == [0.1, 0.2, 0.3, 0.4]
    assert rows["expected_value"].to_list() == [2.0, 2.0, None, 2.0]
    assert rows["rank"].to_list() == [1, 3, 4, 2]
    assert rows["place"].to_list() == [1, 2, 1, 1]


def test_levers_of_a_product_and_its_category_add_up_within_a_bound() -> None:
    said = wanted({"levers": {"product": {"P01": -0.2, "P02": 0.4}, "category": {"fund": 0.3}}})
    assert said.by_product(PRODUCTS).to_list() == pytest.approx([0.8, 1 + BOUND, 1.3])


@pytest.mark.parametrize(
    ("priority", "key"),
    [
        ({"context": {"no_such": 1.0}}, "find.bad_priority"),
        ({"context": 2}, "find.bad_priority"),
        ({"levers": {"branch": {}}}, "find.bad_priority"),
        ({"context": {"household": 0}}, "find.bad_weight"),
        ({"context": {"household": True}}, "find.bad_weight"),
        ({"context": {"household": float("nan")}}, "find.bad_weight"),
        ({"levers": {"product": {"P01": 0.6}}}, "find.bad_weight"),
        ({"levers": {"category": {"fund": "much"}}}, "find.bad_weight"),
    ],
)
def test_a_weight_that_makes_no_sense_is_refused(priority: Any, key: str) -> None:
    with pytest.raises(UserError) as fault:
        wanted(priority)
    assert fault.value.key == key


@pytest.mark.parametrize("name", ["product", "category"])
def test_a_lever_on_what_the_bank_does_not_have_is_refused(name: str) -> None:
    with pytest.raises(UserError) as fault:
        wanted({"levers": {name: {"no_such": 0.1}}}).by_product(PRODUCTS)
    assert fault.value.key == "find.unknown_lever"


def test_a_run_orders_by_it_and_keeps_who_is_offered_what_and_how_likely(tmp_path: Path) -> None:
    made = snapshot(tmp_path, **random_bank(1))
    plain = rendered(found(made), made, Selection(per_subject=0))
    pushed = str(plain.filter(kind="cross_sell").sort("rank")["product_id"][-1])
    said = wanted({"context": {"cross_sell": 2}, "levers": {"product": {pushed: BOUND}}})
    findings = found(made, priorities=said)
    rows = rendered(findings, made, Selection(per_subject=0))
    keys = ["opportunity_id", "probability", "expected_value"]
    assert rows.select(keys).sort(keys).equals(plain.select(keys).sort(keys))
    lifted, before = (each.filter(kind="cross_sell", product_id=pushed) for each in (rows, plain))
    assert lifted.filter(pl.col("priority").is_not_null())["levers"].unique().to_list() == [1 + BOUND]
    assert lifted["rank"].sum() < before["rank"].sum()
    assert findings.manifest["priority"]["context"] == {"cross_sell": 2.0}
