"""Metrics against plain definitions."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.evaluation.metrics import (
    Scored,
    auc,
    calibration_error,
    captured,
    captured_value,
    hit_rate,
    lift,
    mean_average_precision,
    sampled,
)

Row = tuple[int, int, int]
rows = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 1), st.integers(0, 5)), min_size=1, max_size=40)


def scored(data: list[Row]) -> Scored:
    codes = {subject: code for code, subject in enumerate(sorted({row[0] for row in data}))}
    subject = np.array([codes[row[0]] for row in data], dtype=np.int64)
    return Scored(subject, np.array([row[1] for row in data], float), np.array([row[2] for row in data], float))


def weights(of: Scored) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.ones(of.subjects)


def best(data: list[Row], subject: int) -> list[Row]:
    return sorted((row for row in data if row[0] == subject), key=lambda row: -row[2])


@given(rows)
def test_auc_counts_pairs(data: list[Row]) -> None:
    pairs = [(a, b) for a, b in itertools.product(data, data) if a[1] == 1 and b[1] == 0]
    expected = sum((a[2] > b[2]) + (a[2] == b[2]) / 2 for a, b in pairs) / len(pairs) if pairs else np.nan
    assert auc(scored(data))(weights(scored(data))) == pytest.approx(expected, nan_ok=True)


@given(rows, st.integers(1, 4))
def test_hit_rate_looks_at_the_best_k(data: list[Row], at: int) -> None:
    takers = {row[0] for row in data if row[1]}
    hits = [any(row[1] for row in best(data, subject)[:at]) for subject in takers]
    expected = np.mean(hits) if hits else np.nan
    assert hit_rate(at)(scored(data))(weights(scored(data))) == pytest.approx(expected, nan_ok=True)


def average_precision(ranked: list[Row], at: int) -> float:
    precisions = [sum(r[1] for r in ranked[: n + 1]) / (n + 1) for n, row in enumerate(ranked[:at]) if row[1]]
    return sum(precisions) / min(at, sum(row[1] for row in ranked))


@given(rows, st.integers(1, 4))
def test_mean_average_precision(data: list[Row], at: int) -> None:
    takers = {row[0] for row in data if row[1]}
    expected = np.mean([average_precision(best(data, subject), at) for subject in takers]) if takers else np.nan
    result = mean_average_precision(at)(scored(data))(weights(scored(data)))
    assert result == pytest.approx(expected, nan_ok=True)


def test_lift_compares_the_best_with_all() -> None:
    data = [(n, int(n < 2), -n) for n in range(10)]
    assert lift(0.2)(scored(data))(np.ones(10)) == pytest.approx(5.0)


def test_captured_is_the_share_of_all_takers() -> None:
    data = [(n, int(n in {0, 1, 5, 9}), -n) for n in range(10)]
    assert captured(0.2)(scored(data))(np.ones(10)) == pytest.approx(0.5)


def test_captured_value_ranks_by_score_times_value() -> None:
    value = np.array([1.0, 1.0, 1.0, 1.0, 50.0])
    of = Scored(np.arange(5), np.array([1.0, 0, 0, 0, 1]), np.array([0.5, 0.4, 0.3, 0.2, 0.1]), value)
    assert captured_value(0.2)(of)(np.ones(5)) == pytest.approx(50 / 51)


def test_calibration_error_is_the_mean_gap_of_tenths() -> None:
    chance = np.repeat([0.1, 0.6], 50)
    label = np.r_[np.tile([1, 0, 0, 0, 0], 10), np.tile([1, 1, 1, 0, 0], 10)].astype(float)
    of = Scored(np.arange(100), label, chance)
    assert calibration_error(of)(np.ones(100)) == pytest.approx(0.5 * 0.1)


def test_a_difference_is_paired_by_resample() -> None:
    draw = np.random.default_rng(1)
    label, noise = (draw.random(400) < 0.3).astype(float), draw.random(400)
    good, same = (sampled(auc, Scored(np.arange(400), label, noise + label)) for _ in range(2))
    assert (good - same).estimate.high == 0.0
    assert (good - sampled(auc, Scored(np.arange(400), label, noise))).estimate.low > 0.0


def test_the_interval_holds_the_value_and_repeats() -> None:
    draw = np.random.default_rng(1)
    data = [(n // 3, int(draw.random() < 0.3), int(draw.integers(0, 9))) for n in range(600)]
    first, again = (sampled(auc, scored(data), seed=3).estimate for _ in range(2))
    assert first == again
    assert first.low < first.value < first.high
