import numpy as np
import polars as pl
import pytest

from graph.learning.linear import Linear
from graph.learning.model import Rows, expit, fit
from graph.opportunities.drivers import contributions


def examples(number: int, seed: int) -> Rows:
    """The first feature speaks, the second is a code, a third of the third is unknown."""
    draw = np.random.default_rng(seed)
    features = draw.normal(size=(number, 3)).astype(np.float32)
    features[:, 1] = draw.integers(0, 5, number)
    features[draw.random(number) < 1 / 3, 2] = np.nan
    label = draw.random(number) < expit(features[:, 0].astype(float) - 3)
    return Rows(features, np.full(number, -3.0), label, np.ones(number, np.float32))


@pytest.fixture
def line() -> Linear:
    rows = examples(4_000, 1)
    return Linear.fitted(rows.features, rows.label, rows.weight, np.array([False, True, False]))


def test_contributions_add_up_to_the_log_odds(line: Linear) -> None:
    rows = examples(200, 2)
    parts = line.contributions(rows.features)
    assert parts.shape == (200, 3)
    assert np.allclose(parts.sum(axis=1) + line.intercept, line.log_odds(rows.features))


def test_codes_are_not_followed(line: Linear) -> None:
    assert (line.contributions(examples(200, 2).features)[:, 1] == 0).all()


def test_values_far_outside_count_as_the_outermost_seen(line: Linear) -> None:
    odds = line.log_odds(np.array([[4, 0, 0], [1e6, 0, 0]], np.float32))
    assert odds[0] == pytest.approx(odds[1])


def test_with_few_outcomes_the_line_finds_more_than_the_trees() -> None:
    few, many = examples(1_500, 3), examples(20_000, 4)
    names = ("a", "b", "c")
    alone, lined = (fit(few, few, names, ("b",), 0, lined=on) for on in (False, True))
    truth = many.features[:, 0].argsort().argsort()
    alike = [
        np.corrcoef(truth, model.log_odds(many.features, many.start).argsort().argsort())[0, 1]
        for model in (alone, lined)
    ]
    assert alike[1] > alike[0]


def test_trees_and_line_together_are_explained_to_a_base() -> None:
    rows, names = examples(1_500, 6), ("age", "industry", "wage")
    model = fit(rows, rows, names, ("industry",), 0, lined=True)
    contribute = contributions(model)
    assert contribute
    groups = contribute(pl.DataFrame(rows.features, schema=list(names)))
    base = model.log_odds(rows.features, rows.start) - groups.sum(axis=1)
    assert np.ptp(base) < 1e-3


def test_trees_never_fall_with_a_rising_feature() -> None:
    rows = examples(3_000, 5)
    model = fit(rows, rows, ("a", "b", "c"), ("b",), 0, rising=("a",))
    steps = np.zeros((50, 3), np.float32)
    steps[:, 0] = np.linspace(-3, 3, 50)
    assert (np.diff(model.log_odds(steps, np.full(50, -3.0))) >= 0).all()
