"""Plain scores against plain definitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from graph.evaluation.baselines import EASE_PENALTY, als, ease, item_knn


def holdings(seed: int, people: int = 60, products: int = 5) -> csr_array:
    held = np.random.default_rng(seed).random((people, products)) < 0.4
    return csr_array(held.astype(float))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_ease_is_a_ridge_regression_of_each_product_on_the_others(seed: int) -> None:
    held = holdings(seed)
    dense = held.toarray()
    expected = np.zeros(dense.shape)
    for product in range(dense.shape[1]):
        others = np.delete(dense, product, axis=1)
        penalty = EASE_PENALTY * np.eye(others.shape[1])
        expected[:, product] = others @ np.linalg.solve(others.T @ others + penalty, others.T @ dense[:, product])
    assert ease(held, np.arange(len(dense))) == pytest.approx(expected)


def test_item_knn_sums_cosines_of_what_is_held() -> None:
    held = csr_array(np.array([[1.0, 1, 0], [1, 0, 1], [1, 1, 0]]))
    scores = item_knn(held, np.array([1]))
    assert scores[0, 1] == pytest.approx(2 / np.sqrt(3 * 2) + 0.0)


def test_als_finds_which_products_go_together_and_repeats() -> None:
    draw = np.random.default_rng(1)
    group = np.repeat([0, 1], 100)
    chance = np.where(group[:, None] == (np.arange(8) >= 4), 0.7, 0.05)
    held = csr_array((draw.random((200, 8)) < chance).astype(float))
    scores = als(held, np.arange(200))
    inside = group[:, None] == (np.arange(8) >= 4)
    free = held.toarray() == 0
    assert scores[inside & free].mean() > scores[~inside & free].mean() + 0.2
    assert np.array_equal(scores, als(held, np.arange(200)))
