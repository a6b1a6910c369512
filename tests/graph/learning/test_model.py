from datetime import timedelta

import numpy as np
import pytest
from helpers.snapshots import TODAY

from graph.learning.model import fit, platt
from graph.learning.rows import Rows, expit
from graph.learning.sampling import held_out, thinned, uniform
from graph.learning.windows import cutoffs


def examples(number: int, rate: float, seed: int) -> Rows:
    draw = np.random.default_rng(seed)
    features = draw.normal(size=(number, 3)).astype(np.float32)
    label = draw.random(number) < expit(features[:, 0].astype(float) + np.log(rate))
    return Rows(features, np.zeros(number), label, np.ones(number, np.float32))


def test_probabilities_match_what_is_observed_in_the_newest_time() -> None:
    old, new, later = examples(20_000, 0.02, 1), examples(20_000, 0.08, 2), examples(20_000, 0.08, 3)
    model = fit(old, new, ("a", "b", "c"), (), 0)
    chance = model.probability(later.features, later.start)
    assert chance.sum() / later.label.sum() == pytest.approx(1.0, abs=0.1)
    tenths = np.array_split(np.argsort(chance), 10)
    gaps = [abs(chance[rows].mean() - later.label[rows].mean()) for rows in tenths]
    assert np.mean(gaps) < 0.02


def test_thinned_rows_stand_for_all_of_them() -> None:
    rows = examples(40_000, 0.02, 4)
    taken, weight = thinned(np.arange(40_000), rows.label, 10_000, 0)
    thin = Rows(rows.features[taken], rows.start[taken], rows.label[taken], weight)
    assert taken.sum() < 11_000
    assert taken[rows.label].all()
    assert weight.sum() == pytest.approx(40_000, rel=0.05)
    model = fit(thin, thin, ("a", "b", "c"), (), 0)
    assert model.probability(rows.features, rows.start).mean() == pytest.approx(rows.label.mean(), rel=0.1)


def test_the_slope_is_never_negative() -> None:
    raw = np.linspace(-3, 3, 2000)
    slope, _ = platt(raw, raw < 0, np.ones(2000, np.float32))
    assert slope == 0.0


def test_draws_depend_on_keys_alone() -> None:
    keys = np.arange(1000, dtype=np.uint64)
    draws = uniform(keys, 1)
    assert np.array_equal(draws[::-1], uniform(keys[::-1], 1))
    assert ((draws >= 0) & (draws < 1)).all()
    assert 400 < held_out(keys).sum() < 600


def test_cutoffs_leave_a_history_before_them() -> None:
    assert cutoffs(TODAY, 100, None) == []
    days = cutoffs(TODAY, 100, TODAY - timedelta(days=270))
    assert days == [TODAY - timedelta(days=100), TODAY - timedelta(days=200)]


def test_trees_never_fall_with_a_rising_feature() -> None:
    draw = np.random.default_rng(5)
    features = draw.normal(size=(3_000, 2)).astype(np.float32)
    label = draw.random(3_000) < expit(features[:, 0].astype(float) - 3)
    rows = Rows(features, np.full(3_000, -3.0), label, np.ones(3_000, np.float32))
    model = fit(rows, rows, ("a", "b"), (), 0, rising=("a",))
    steps = np.stack([np.linspace(-3, 3, 50), np.zeros(50)], axis=1).astype(np.float32)
    assert (np.diff(model.log_odds(steps, np.full(50, -3.0))) >= 0).all()
