from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from helpers.snapshots import TODAY
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.learning.trend import MONTH, YEAR, Counts, Trend

MONTHS = 36
back = st.none() | st.integers(-50, 400)


def months(rate: float, growth: float = 0.0, season: float = 0.0) -> Counts:
    """Counts without chance: log rate `growth` a month steeper, swinging by `season` through the year."""
    month = -0.5 - np.arange(MONTHS)
    at_risk = np.full(MONTHS, 10_000.0)
    return Counts(at_risk, at_risk * rate * np.exp(growth * month + season * np.sin(2 * np.pi * month / YEAR)))


def expected(counts: Counts, days: int, like: Trend | None = None) -> float:
    trend = Trend.fitted(counts, like)
    assert trend
    return trend.expected(days)


def test_an_even_rate_goes_on() -> None:
    assert expected(months(0.01), 180) == pytest.approx(0.06, rel=0.01)
    assert expected(months(0.01), 75) == pytest.approx(0.025, rel=0.01)


def test_growth_goes_on() -> None:
    ahead = 0.01 * np.exp(0.04 * np.arange(0.5, 6)).sum()
    assert expected(months(0.01, growth=0.04), 180) == pytest.approx(ahead, rel=0.03)


def test_growth_that_has_turned_is_carried_on_as_it_is_now() -> None:
    month = -0.5 - np.arange(MONTHS)
    turned = np.exp(np.where(month > -9, 0.04 * month, -0.36 + 0.01 * (month + 9)))
    many, few = (Counts(np.full(MONTHS, people), people * 0.01 * turned) for people in (1e6, 1e4))
    ahead = 0.01 * np.exp(0.04 * np.arange(0.5, 6)).sum()
    assert expected(many, 180) == pytest.approx(ahead, rel=0.05)
    assert 0.06 < expected(few, 180) < expected(many, 180)


def test_growth_flattens_ahead() -> None:
    steep = expected(months(0.001, growth=0.1), 720)
    assert steep < 0.001 * np.exp(0.1 * np.arange(0.5, 24)).sum() / 1.5


def test_the_season_comes_round_again() -> None:
    high = 0.01 * np.exp(0.2 * np.sin(2 * np.pi * np.arange(0.5, 6) / YEAR)).sum()
    assert expected(months(0.01, season=0.2), 180) == pytest.approx(high, rel=0.04)


def test_where_little_happens_the_trend_is_that_of_something_like_it() -> None:
    like = Trend.fitted(months(0.05, growth=0.04))
    few, many = (Counts(np.full(MONTHS, people), np.full(MONTHS, people / 100)) for people in (100.0, 1e8))
    assert expected(few, 180) == pytest.approx(0.06, rel=0.01)
    assert expected(few, 180, like) > 0.07
    assert expected(many, 180, like) == pytest.approx(0.06, rel=0.01)


def test_a_short_or_quiet_past_says_nothing() -> None:
    assert Trend.fitted(Counts(np.full(8, 1000.0), np.full(8, 20.0))) is None
    assert Trend.fitted(Counts(np.full(MONTHS, 1000.0), np.full(MONTHS, 0.5))) is None


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(back, back), max_size=12))
def test_months_are_counted_as_one_by_one(spells: list[tuple[int | None, int | None]]) -> None:
    def day(days: int | None) -> date | None:
        return None if days is None else TODAY - timedelta(days=days)

    rows = [(day(start), day(end)) for start, end in spells]
    table = pl.DataFrame(rows, schema={"start": pl.Date, "end": pl.Date}, orient="row")
    counts = Counts.of(table, TODAY, TODAY - timedelta(days=300))
    assert len(counts.events) == 10
    for place in range(10):
        begin = TODAY - timedelta(days=MONTH * (place + 1))
        there = [end for start, end in rows if (not start or start <= begin) and (not end or end > begin)]
        assert counts.at_risk[place] == len(there)
        assert counts.events[place] == sum(bool(end and end <= begin + timedelta(days=MONTH)) for end in there)
