"""How fast openings grow, from a day's point of view."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from helpers.snapshots import TODAY, snapshot
from helpers.tables import Rows

from graph.features.bank import Bank
from graph.features.growth import carried_forward, yearly_growth


def bank(folder: Path, late: int, early: int) -> Bank:
    held = {"holder_type": "customer", "holder_id": "C1", "product_id": "P1"}
    rows: Rows = [{**held, "opened_on": TODAY - timedelta(days=days)} for days in [10] * late + [400] * early]
    products: Rows = [{"product_id": "P1", "name": "某", "category": "fund", "line": "retail"}]
    return Bank.read(snapshot(folder, customers=[{"customer_id": "C1"}], products=products, holdings=rows), TODAY)


def test_twice_the_openings_is_a_growth_of_log_two(tmp_path: Path) -> None:
    assert yearly_growth(bank(tmp_path, 2000, 1000), TODAY, "retail") == pytest.approx(np.log(2), abs=0.01)


def test_few_openings_show_no_growth(tmp_path: Path) -> None:
    seen = bank(tmp_path, 2, 1)
    assert 0 < yearly_growth(seen, TODAY, "retail") < np.log(2) / 2
    assert yearly_growth(seen, TODAY, "corporate") == 0.0


def test_nothing_later_than_the_day_counts(tmp_path: Path) -> None:
    seen, without = bank(tmp_path / "a", 50, 50), bank(tmp_path / "b", 0, 50)
    day = date(2026, 6, 1)
    assert yearly_growth(seen, day, "retail") == yearly_growth(without, day, "retail")


def test_it_is_carried_to_the_middle_of_the_horizon(tmp_path: Path) -> None:
    seen = bank(tmp_path, 2000, 1000)
    assert carried_forward(seen, TODAY, 365, "retail") == pytest.approx(yearly_growth(seen, TODAY, "retail"))
