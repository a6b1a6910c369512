"""What a model card keeps, and drift."""

import numpy as np
import pytest

from graph.learning.card import LARGE, distribution, held_out_figures, stability


def test_a_distribution_is_its_quantiles() -> None:
    kept = distribution(np.r_[np.arange(1000.0), np.full(250, np.nan)])
    assert kept["unknown"] == pytest.approx(0.2)
    assert kept["quantiles"][25] == pytest.approx(500, abs=2)


def test_rows_that_stand_for_many_weigh_more() -> None:
    kept = distribution(np.r_[np.zeros(10), np.ones(10)], np.r_[np.full(10, 9.0), np.ones(10)])
    assert np.mean(kept["quantiles"]) < 0.15


def test_the_same_data_has_no_drift_and_another_sample_little() -> None:
    draw = np.random.default_rng(1)
    one, other = (distribution(draw.normal(size=20_000)) for _ in range(2))
    assert stability(one, one) == 0.0
    assert stability(one, other) < 0.02


@pytest.mark.parametrize(
    "now",
    [np.random.default_rng(2).normal(1.0, 1.0, 5000), np.full(5000, np.nan)],
    ids=["moved", "no longer known"],
)
def test_drift_is_large_where_the_data_moved(now: np.ndarray) -> None:
    before = distribution(np.random.default_rng(3).normal(size=5000))
    assert stability(before, distribution(now)) > LARGE


def test_a_count_that_is_mostly_zero_compares_with_itself() -> None:
    draw = np.random.default_rng(4)
    one, other = (distribution((draw.random(5000) < 0.1).astype(float)) for _ in range(2))
    assert stability(one, other) < 0.02


def test_figures_of_the_held_out_rows() -> None:
    draw = np.random.default_rng(5)
    chance = draw.uniform(0, 0.5, 20_000)
    figures = held_out_figures(chance, draw.random(20_000) < chance, np.ones(20_000))
    assert figures["ece"] < 0.02
    assert figures["auc"] > 0.6
    assert figures["mean_predicted"] == pytest.approx(figures["mean_observed"], abs=0.01)
    assert sum(tenth["rows"] for tenth in figures["tenths"]) == 20_000
