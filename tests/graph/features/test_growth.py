"""How the openings of a line have grown, and what is expected of them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from helpers.snapshots import TODAY, snapshot
from helpers.tables import Rows

from graph.features.bank import Bank
from graph.features.growth import Growth

HORIZON = 180
MONTHS = 48


def seen(folder: Path, openings: Callable[[int], float], line: str = "retail", **customer: object) -> Growth:
    """The growth of a bank that saw so many openings in the month that began `month` + 1 months ago."""
    days = (np.linspace(30 * month, 30 * month + 29, round(openings(month))) for month in range(MONTHS))
    held = {"holder_type": "customer", "holder_id": "C1", "product_id": "P1"}
    rows: Rows = [{**held, "opened_on": TODAY - timedelta(days=int(ago))} for ago in np.concatenate(list(days))]
    products: Rows = [{"product_id": "P1", "name": "某", "category": "fund", "line": "retail"}]
    person = {"customer_id": "C1", "since": TODAY - timedelta(days=9999), **customer}
    bank = Bank.read(snapshot(folder, customers=[person], products=products, holdings=rows), TODAY)
    return Growth.of(bank, line, TODAY, TODAY - timedelta(days=30 * MONTHS))


def test_after_a_past_day_it_is_what_came(tmp_path: Path) -> None:
    growth = seen(tmp_path, lambda month: 200 if month < 6 else 100)
    assert growth.carried_forward(TODAY - timedelta(days=HORIZON), HORIZON) == pytest.approx(np.log(2), abs=0.02)
    assert growth.carried_forward(TODAY - timedelta(days=3 * HORIZON), HORIZON) == pytest.approx(0.0, abs=0.02)


def test_after_the_day_of_the_bank_it_is_expected(tmp_path: Path) -> None:
    yearly = 0.3
    growth = seen(tmp_path, lambda month: 300 * np.exp(-yearly * (month + 0.5) / 12.2))
    assert growth.carried_forward(TODAY, HORIZON) == pytest.approx(yearly * 0.75, abs=0.05)


def test_what_is_expected_is_told_against_the_last_horizon_too(tmp_path: Path) -> None:
    yearly = 0.3
    growth = seen(tmp_path, lambda month: 300 * np.exp(-yearly * (month + 0.5) / 12.2))
    assert growth.ahead(HORIZON) == pytest.approx(np.exp(yearly / 2), rel=0.05)
    assert seen(tmp_path / "quiet", lambda month: float(month == 1)).ahead(HORIZON) == 1.0


def test_no_more_than_three_times_as_much_is_expected(tmp_path: Path) -> None:
    assert seen(tmp_path, lambda month: 1000 * np.exp(-0.3 * month)).ahead(HORIZON) == 3.0


def test_few_openings_show_little_growth(tmp_path: Path) -> None:
    growth = seen(tmp_path, lambda month: float(month in (1, 2, 8)))
    assert 0 < growth.carried_forward(TODAY - timedelta(days=HORIZON), HORIZON) < np.log(4) / 2
    assert growth.carried_forward(TODAY, HORIZON) == 0.0


def test_a_line_without_openings_does_not_grow(tmp_path: Path) -> None:
    growth = seen(tmp_path, lambda _: 50, line="corporate")
    assert growth.carried_forward(TODAY, HORIZON) == 0.0


def test_what_a_new_customer_opens_at_once_is_no_growth(tmp_path: Path) -> None:
    growth = seen(tmp_path, lambda _: 50, since=TODAY - timedelta(days=100))
    assert growth.counts.events[:3].sum() == pytest.approx(150)
    assert not growth.counts.events[3:].any()
    assert list(growth.counts.at_risk[:5]) == [1, 1, 1, 0, 0]
