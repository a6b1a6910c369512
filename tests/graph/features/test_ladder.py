from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from helpers.snapshots import TODAY, snapshot
from helpers.tables import Rows
from scipy.sparse import csr_array

from graph.features.bank import Bank
from graph.features.ladder import HALF, Ladder, ladder

PEOPLE = 1_500


def holdings(seed: int) -> Rows:
    """All hold 0 for long, half hold 1; who holds 1 opens 2 three times as often, in the half year before TODAY."""
    draw = np.random.default_rng(seed)
    rows: Rows = []
    for person in range(PEOPLE):
        held = {"holder_type": "customer", "holder_id": f"C{person:04}"}
        rows.append({**held, "product_id": "P0", "opened_on": TODAY - timedelta(days=900)})
        if person % 2:
            rows.append({**held, "product_id": "P1", "opened_on": TODAY - timedelta(days=800)})
        if draw.random() < (0.3 if person % 2 else 0.1):
            rows.append({**held, "product_id": "P2", "opened_on": TODAY - timedelta(days=int(draw.integers(0, HALF)))})
    return rows


def fitted(folder: Path, rows: Rows) -> Ladder:
    products = [{"product_id": f"P{p}", "name": "某", "category": "fund", "line": "retail"} for p in range(3)]
    people = [{"customer_id": f"C{i:04}"} for i in range(PEOPLE)]
    made = snapshot(folder, customers=people, products=products, holdings=rows)
    return ladder(Bank.read(made, TODAY), TODAY, 3)


def test_what_is_held_raises_the_rate_of_what_follows(tmp_path: Path) -> None:
    found = fitted(tmp_path, holdings(1))
    with_it = csr_array(np.array([[1, 1, 0], [1, 0, 0]]))
    rates = found.rates(with_it, csr_array((2, 3), dtype=np.int32))
    assert rates[0, 2] - rates[1, 2] == pytest.approx(np.log(3), abs=0.3)


def test_the_order_of_holdings_changes_nothing(tmp_path: Path) -> None:
    rows = holdings(2)
    one, other = fitted(tmp_path / "a", rows), fitted(tmp_path / "b", rows[::-1])
    assert np.array_equal(one.effects, other.effects)


def test_too_few_openings_say_nothing(tmp_path: Path) -> None:
    rows = [row for row in holdings(3) if row["product_id"] != "P2"]
    assert not fitted(tmp_path, rows).effects.any()
