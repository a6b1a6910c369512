"""Each horizon has a level of its own."""

import numpy as np
import pytest

from graph.learning.levels import levels
from graph.learning.rows import Rows, expit, logit


def examples(rates: list[float], size: int) -> tuple[Rows, np.ndarray]:
    """A horizon for each rate, exactly so often; all start from a tenth."""
    label = np.concatenate([np.arange(size) < round(rate * size) for rate in rates])
    number = len(label)
    start = np.full(number, float(logit(0.1)))
    rows = Rows(np.zeros((number, 1), np.float32), start, label, np.ones(number, np.float32))
    return rows, np.repeat(np.arange(len(rates)), size)


def test_each_horizon_is_moved_to_what_it_brought() -> None:
    rows, time = examples([0.2, 0.05], 100_000)
    shifts, _ = levels(rows, time, 2)
    assert expit(rows.start[0] + shifts) == pytest.approx([0.2, 0.05], abs=1e-4)


def test_the_level_now_counts_outcomes() -> None:
    for sizes, place in (((10_000, 40), 0), ((40, 10_000), 1)):
        (newest, older) = (examples([rate], size) for rate, size in zip((0.2, 0.05), sizes, strict=True))
        rows, time = Rows.joined([newest[0], older[0]]), np.r_[newest[1], older[1] + 1]
        shifts, now = levels(rows, time, 2)
        assert abs(now - shifts[place]) < abs(now - shifts[1 - place])


def test_of_many_outcomes_the_newest_count() -> None:
    rows, time = examples([0.3, 0.2, 0.1], 100_000)
    shifts, now = levels(rows, time, 3)
    assert now == pytest.approx(shifts[0], abs=0.02)


def test_a_horizon_without_outcomes_has_a_level() -> None:
    rows, time = examples([0.1, 0.0], 200)
    shifts, now = levels(rows, time, 2)
    assert np.isfinite(shifts).all()
    assert shifts[1] < 0
    assert abs(now) < 0.1


def test_weights_stand_for_rows() -> None:
    rows, time = examples([0.1, 0.3], 1_000)
    kept = rows.label | (np.arange(2_000) % 3 == 0)
    weight = np.where(rows.label, 1.0, (~rows.label).sum() / (kept & ~rows.label).sum())
    some = Rows(rows.features, rows.start, rows.label, weight.astype(np.float32)).where(kept)
    assert levels(some, time[kept], 2)[0] == pytest.approx(levels(rows, time, 2)[0], abs=0.02)
