"""Contributions from tables are the SHAP values that LightGBM gives."""

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.learning.contributions import Explainer, shapley

FEATURES = 7
GROUP = [0, 1, 1, 2, 0, 2, 2]


def rows(seed: int, number: int = 3000) -> np.ndarray:
    """Plain numbers, whole numbers, categories, unknown values."""
    draw = np.random.default_rng(seed)
    values = draw.normal(size=(number, FEATURES)).astype(np.float32)
    values[:, 1] = draw.integers(0, 12, number)
    values[:, 2] = draw.integers(0, 4, number)
    values[draw.random((number, FEATURES)) < 0.1] = np.nan
    return values


def booster(seed: int, classes: int = 1, **parameters: object) -> lgb.Booster:
    values = rows(seed)
    known = np.nan_to_num(values)
    score = known[:, 0] * known[:, 3] + (known[:, 1] % 3) + known[:, 4]
    label = score > 1 if classes == 1 else np.digitize(score, [0, 1])
    fixed = {"objective": "binary"} if classes == 1 else {"objective": "multiclass", "num_class": classes}
    settings = fixed | {"num_leaves": 24, "max_depth": 14, "verbosity": -1, "seed": seed, "num_threads": 1} | parameters
    data = lgb.Dataset(values, label=label.astype(float), categorical_feature=[1])
    return lgb.train(settings, data, num_boost_round=8)


def grouped(each: np.ndarray) -> np.ndarray:
    return each[:, :FEATURES] @ np.eye(3)[GROUP]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([4, 24, 63]), st.sampled_from([5, 100]))
def test_as_lightgbm_gives_them(seed: int, leaves: int, least: int) -> None:
    model = booster(seed, num_leaves=leaves, min_data_in_leaf=least)
    ours, asked = Explainer.of(model, GROUP, 3), rows(seed + 1, 500)
    theirs = np.asarray(model.predict(asked, pred_contrib=True))
    assert ours.contributions(asked) == pytest.approx(grouped(theirs), abs=1e-4)
    assert ours.base == pytest.approx(theirs[0, -1])


def test_of_each_class_among_several() -> None:
    model, asked = booster(3, classes=3), rows(4, 200)
    theirs = np.asarray(model.predict(asked, pred_contrib=True))
    for one, ours in enumerate(Explainer.of_classes(model, GROUP, 3)):
        of_class = theirs[:, one * (FEATURES + 1) : (one + 1) * (FEATURES + 1)]
        assert ours.contributions(asked) == pytest.approx(grouped(of_class), abs=1e-4)


def test_a_tree_without_a_split_adds_nothing() -> None:
    model = booster(1, min_data_in_leaf=3000)
    assert not Explainer.of(model, GROUP, 3).contributions(rows(2, 10)).any()


@given(st.lists(st.tuples(st.booleans(), st.floats(0.05, 1.0)), min_size=1, max_size=6))
def test_values_of_a_leaf_share_out_what_it_is_worth(conditions: list[tuple[bool, float]]) -> None:
    met, share = np.array([one for one, _ in conditions]), np.array([one for _, one in conditions])
    values = shapley(met[None, :], share, 2.0)
    assert values.sum() == pytest.approx(2.0 * (met.all() - share.prod()))
