"""Models that learn from every row, and calibrate on rows that they never saw."""

import numpy as np
import polars as pl
import pytest

from graph.learning.cross_fit import cross_fit
from graph.learning.model import Model
from graph.learning.rows import Rows
from graph.opportunities.drivers import contributions

NAMES = ("wage", "industry")


def examples(chance: np.ndarray, wage: np.ndarray, seed: int = 0) -> Rows:
    """The wage tells, the industry is a code of no meaning; every row starts too low."""
    draw = np.random.default_rng(seed)
    size = len(chance)
    features = np.stack([wage, draw.integers(0, 5, size)], axis=1).astype(np.float32)
    return Rows(features, np.full(size, -2.0), draw.random(size) < chance, np.ones(size, np.float32))


def fitted(rows: Rows) -> Model:
    size = len(rows.label)
    people = np.random.default_rng(7).integers(0, 2**63, size).astype(np.uint64)
    return cross_fit(rows, np.arange(size) % 4, people, NAMES, ("industry",), 0)


def test_a_signal_is_learned_and_calibrated() -> None:
    wage = np.random.default_rng(1).normal(size=6000)
    chance = 1 / (1 + np.exp(2 - 1.2 * wage))
    found = fitted(examples(chance, wage)).probability(examples(chance, wage, 2).features, np.full(6000, -2.0))
    assert found.mean() == pytest.approx(chance.mean(), rel=0.1)
    assert np.corrcoef(found, chance)[0, 1] > 0.9


def test_chance_alone_teaches_nothing() -> None:
    rows = examples(np.full(2000, 0.1), np.random.default_rng(1).normal(size=2000))
    found = fitted(rows).probability(rows.features, np.full(2000, -2.0))
    assert found.std() < 0.03
    assert found.mean() == pytest.approx(0.1, abs=0.03)


def test_with_few_outcomes_the_line_counts_for_most() -> None:
    wage = np.random.default_rng(1).normal(size=400)
    model = fitted(examples(1 / (1 + np.exp(2 - wage)), wage))
    assert model.share < 0.1
    odds = model.log_odds(np.stack([np.linspace(-2, 2, 9), np.ones(9)], axis=1).astype(np.float32), np.full(9, -2.0))
    assert (np.diff(odds) > 0).all()


def test_trees_and_line_together_are_explained_to_a_base() -> None:
    wage = np.random.default_rng(1).normal(size=3000)
    rows = examples(1 / (1 + np.exp(2 - wage)), wage)
    model = fitted(rows)
    contribute = contributions(model)
    assert contribute
    groups = contribute(pl.DataFrame(rows.features, schema=list(NAMES)))
    base = model.log_odds(rows.features, rows.start) - groups.sum(axis=1)
    assert np.ptp(base) < 1e-3
