"""Models that learn from every row, and calibrate on rows that they never saw."""

from datetime import date, timedelta

import numpy as np
import pytest

from graph.learning.cross_fit import Past, cross_fit
from graph.learning.model import Rows

AHEAD = date(2026, 1, 1)
DAYS = [AHEAD - timedelta(days=180 * back) for back in range(1, 5)]
NAMES = ("signal", "noise")


def past(chance: np.ndarray, signal: np.ndarray, seed: int = 0) -> Past:
    draw = np.random.default_rng(seed)
    size = len(chance)
    features = np.stack([signal, draw.normal(size=size)], axis=1).astype(np.float32)
    rows = Rows(features, np.full(size, -2.0), draw.random(size) < chance, np.ones(size, np.float32))
    return Past(rows, draw.integers(0, 2**63, size).astype(np.uint64), np.arange(size) % 4, DAYS)


def test_a_signal_is_learned_and_calibrated() -> None:
    signal = np.random.default_rng(1).normal(size=6000)
    chance = 1 / (1 + np.exp(2 - 1.2 * signal))
    model = cross_fit(past(chance, signal), AHEAD, NAMES, (), 0)
    found = model.probability(past(chance, signal, 2).rows.features, np.full(6000, -2.0))
    assert found.mean() == pytest.approx(chance.mean(), rel=0.1)
    assert np.corrcoef(found, chance)[0, 1] > 0.9


def test_chance_alone_teaches_nothing() -> None:
    signal = np.random.default_rng(1).normal(size=2000)
    model = cross_fit(past(np.full(2000, 0.1), signal), AHEAD, NAMES, (), 0)
    found = model.probability(past(np.full(2000, 0.1), signal).rows.features, np.full(2000, -2.0))
    assert found.std() < 0.03
    assert found.mean() == pytest.approx(0.1, abs=0.03)
