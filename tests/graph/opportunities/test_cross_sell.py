"""cross_sell where nothing is dated, and what money and answers after the day may not change."""

import json
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from helpers.random_bank import random_bank
from helpers.rendered import rendered
from helpers.snapshots import TODAY, found, snapshot
from helpers.tables import Rows
from polars.testing import assert_frame_equal

from graph.learning.rows import expit
from graph.opportunities.find import FILE
from graph.opportunities.rendered import Selection
from graph.snapshot import Tables

HIDDEN = 10


def undated(people: int = 600, *, values: bool = False) -> dict[str, Rows]:
    """Everybody holds P0 and the product of their trade, but the first few, who lack the latter."""
    draw = np.random.default_rng(1)
    trade = draw.integers(0, 3, people)
    products: Rows = [
        {
            "product_id": f"P{p}", "name": "某", "category": "fund", "line": "retail",
            "annual_value": 100.0 if values else None,
        }
        for p in range(4)
    ]  # fmt: skip
    held = [(i, 0) for i in range(people)] + [(i, 1 + int(trade[i])) for i in range(HIDDEN, people)]
    return {
        "customers": [{"customer_id": f"C{i:03}", "trade": f"T{trade[i]}"} for i in range(people)],
        "products": products,
        "holdings": [{"holder_type": "customer", "holder_id": f"C{i:03}", "product_id": f"P{p}"} for i, p in held],
    }


def best(findings: Tables) -> list[str]:
    """The product in the first place of each of those who lack one."""
    rows = pl.read_parquet(findings.path / FILE).filter(pl.col("place") == 1).sort("subject_id")
    return rows["product_id"].to_list()[:HIDDEN]


def wanted(tables: dict[str, Rows]) -> list[str]:
    return [f"P{1 + int(row['trade'][1])}" for row in tables["customers"][:HIDDEN]]


def test_a_column_that_the_contract_does_not_name_finds_the_missing_product(tmp_path: Path) -> None:
    tables = undated()
    assert best(found(snapshot(tmp_path, **tables), None, kinds=["cross_sell"])) == wanted(tables)


def test_without_values_the_likeliest_comes_first_as_with_equal_ones(tmp_path: Path) -> None:
    for name, values in (("none", False), ("equal", True)):
        made = found(snapshot(tmp_path / name, **undated(values=values)), None, kinds=["cross_sell"])
        rows = pl.read_parquet(made.path / FILE).sort("subject_id", "place")
        assert rows.select((pl.col("probability").diff().over("subject_id") <= 0).all()).item()


def test_the_rows_say_what_they_rest_on_and_the_card_how_it_does(tmp_path: Path) -> None:
    """The trade tells the product: it is what drives the score, and finds it for people who were not learned from."""
    made = snapshot(tmp_path, **undated())
    findings = found(made, None, kinds=["cross_sell"])
    rows = rendered(findings, made, Selection()).sort("rank").filter(pl.col("place") == 1)
    drivers = [json.loads(text)["drivers"] for text in rows.sort("subject_id")["evidence"]][:HIDDEN]
    assert all(max((set(one) - {"base"}), key=one.__getitem__) == "person" for one in drivers)
    sums = np.array([sum(one.values()) for one in drivers])
    assert expit(sums) == pytest.approx(rows.sort("subject_id")["probability"].to_numpy()[:HIDDEN], abs=2e-3)
    card = json.loads((findings.path / "models" / "cross_sell.json").read_text("utf-8"))
    assert card["features"]["trade"]["gain"] > card["features"]["holds_P1"]["gain"]
    assert card["columns"] == [*(f"holds_P{p}" for p in range(4)), "held_number", "trade"]
    assert card["calibration"]["hit_rate_1"] > 0.9
    assert card["calibration"]["ece"] < 0.05


def test_few_holdings_are_ranked_by_how_often_they_are_held_and_the_run_says_so(tmp_path: Path) -> None:
    tables = undated(12)
    findings = found(snapshot(tmp_path, **tables), None, kinds=["cross_sell"])
    assert findings.manifest["models"]["cross_sell"]["mode"] == "prior"
    assert "prior" in findings.manifest["models"]["cross_sell"]["note"]


def test_probabilities_add_up_to_what_the_prior_expects(tmp_path: Path) -> None:
    tables = undated()
    rows = pl.read_parquet(found(snapshot(tmp_path, **tables), None, kinds=["cross_sell"]).path / FILE)
    expected = len(tables["holdings"]) / len(tables["customers"]) / 5 * 180 / 365
    assert np.allclose(rows.group_by("subject_id").agg(pl.col("probability").sum())["probability"], expected, rtol=1e-3)


def test_money_and_answers_of_later_days_change_nothing(tmp_path: Path) -> None:
    tables = random_bank(6, 250)
    offers: dict[str, Rows] = {
        "campaigns": [{"campaign_id": "Q1", "name": "某", "product_id": "P1"}],
        "contacts": [_contact(row, TODAY - timedelta(days=30 + place)) for place, row in enumerate(_some(tables))],
    }
    before = _scored(tmp_path / "a", tables | offers)
    later = [row | {"outcome": "accepted"} for row in offers["contacts"]]
    offers["contacts"] = later + [_contact(row, TODAY + timedelta(days=1)) for row in _some(tables)]
    paid = {"payer_type": "customer", "payee_type": "customer", "amount": 9e6, "paid_on": TODAY + timedelta(days=1)}
    ends = [row["customer_id"] for row in _some(tables)]
    tables["payments"] = tables["payments"] + [{**paid, "payer_id": a, "payee_id": b} for a, b in pairwise(ends)]
    assert_frame_equal(before, _scored(tmp_path / "b", tables | offers))


def _some(tables: dict[str, Rows]) -> Rows:
    return [row for row in tables["customers"] if row["since"] < TODAY - timedelta(days=200)][:40]


def _contact(row: dict[str, Any], day: date) -> dict[str, Any]:
    return {"campaign_id": "Q1", "customer_id": row["customer_id"], "contacted_on": day, "arm": "treated",
            "outcome": "none"}  # fmt: skip


def _scored(folder: Path, tables: dict[str, Rows]) -> pl.DataFrame:
    return pl.read_parquet(found(snapshot(folder, **tables), TODAY, kinds=["cross_sell"]).path / FILE)
