import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array

from graph.features.items import from_held, patterns


@settings(max_examples=40, deadline=None)
@given(arrays(bool, st.tuples(st.integers(0, 9), st.integers(1, 140)), elements=st.booleans()))
def test_patterns_are_the_different_rows_in_their_order(rows: np.ndarray) -> None:
    first, place = patterns(rows)
    different, expected = np.unique(rows, axis=0, return_inverse=True) if len(rows) else (rows, place)
    assert np.array_equal(rows[first], different)
    assert np.array_equal(place, expected.ravel())


@settings(max_examples=40, deadline=None)
@given(arrays(bool, st.tuples(st.integers(1, 6), st.integers(1, 70))), st.integers(0, 1000))
def test_mean_and_best_of_what_is_held(held: np.ndarray, seed: int) -> None:
    weights = np.random.default_rng(seed).normal(size=(held.shape[1], held.shape[1]))
    ((mean, best, source),) = from_held(csr_array(held.astype(np.int32)), weights)
    for row, has in enumerate(held):
        if has.any():
            assert np.allclose(mean[row], weights[has].mean(axis=0))
            assert np.allclose(best[row], weights[has].max(axis=0))
            assert np.allclose(best[row], weights[source[row], np.arange(held.shape[1])])
        else:
            assert not mean[row].any()
            assert not best[row].any()
