"""The level of the horizon ahead, from those of the past."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.learning.levels import PRIOR, RESIDUAL, basis, forecast

AHEAD = date(2026, 1, 1)
DAYS = [AHEAD - timedelta(days=180 * back) for back in range(1, 5)]
MANY = np.full(4, 1e6)


def test_without_a_past_the_level_stays() -> None:
    assert forecast([], np.array([]), np.array([]), AHEAD) == 0.0


def test_what_was_always_so_goes_on() -> None:
    assert forecast(DAYS, np.full(4, 0.7), MANY, AHEAD) == pytest.approx(0.7, abs=0.02)


def test_growth_goes_on_but_is_drawn_to_none() -> None:
    years = np.array([(day - AHEAD).days / 365.25 for day in DAYS])
    assert -0.3 < forecast(DAYS, 0.3 * years, MANY, AHEAD) < np.mean(0.3 * years) + 0.15


def test_the_season_of_a_year_ago_comes_again() -> None:
    levels = np.array([-0.2, 0.2, -0.2, 0.2])
    assert forecast(DAYS, levels, MANY, AHEAD) == pytest.approx(0.2, abs=0.1)


def test_few_outcomes_show_no_season() -> None:
    levels = np.array([-0.2, 0.2, -0.2, 0.2])
    assert abs(forecast(DAYS, levels, np.full(4, 2.0), AHEAD)) < 0.05


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(-2, 2), st.integers(0, 5000)), min_size=1, max_size=4))
def test_it_is_least_squares_with_the_prior_as_more_rows(seen: list[tuple[float, int]]) -> None:
    levels, outcomes = (np.array(column, float) for column in zip(*seen, strict=True))
    days = DAYS[: len(seen)]
    weight = np.sqrt(1 / (RESIDUAL**2 + 1 / np.maximum(outcomes, 0.5)))
    rows = np.vstack([np.stack([basis(day, AHEAD) for day in days]) * weight[:, None], np.diag(1 / np.array(PRIOR))])
    target = np.concatenate([levels * weight, np.zeros(4)])
    expected = basis(AHEAD, AHEAD) @ np.linalg.lstsq(rows, target, rcond=None)[0]
    assert forecast(days, levels, outcomes, AHEAD) == pytest.approx(expected, abs=1e-6)
