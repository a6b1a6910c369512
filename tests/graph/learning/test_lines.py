import numpy as np
from sklearn.linear_model import LogisticRegression

from graph.learning import lines
from graph.learning.lines import Lines
from graph.learning.rows import Rows, expit


def made(number: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two groups in which the first feature acts in opposite ways; the second is money, the third says nothing."""
    draw = np.random.default_rng(seed)
    features = draw.normal(size=(number, 3)).astype(np.float32)
    features[:, 1] = np.exp(9 + features[:, 1])
    group = draw.integers(0, 2, number)
    odds = -2 + np.where(group == 0, 1.0, -1.0) * features[:, 0] + 0.5 * (np.log(features[:, 1]) - 9)
    return features, group, draw.random(number) < expit(odds)


def learned(
    features: np.ndarray, label: np.ndarray, group: np.ndarray, columns: list[int], **more: np.ndarray
) -> Lines:
    number = len(label)
    examples = Rows(features, more.get("start", np.zeros(number)), label, np.ones(number, np.float32))
    return lines.fit(examples, group, 3, more.get("time", np.zeros(number, np.intp)), columns)


def fitted(number: int = 60_000) -> Lines:
    features, group, label = made(number, 1)
    return learned(features, label, group, [0, 1, 2])


def test_each_group_has_its_own_effects() -> None:
    line = fitted()
    assert np.allclose(line.effects[:2, 0], [1.0, -1.0], atol=0.1)
    assert np.allclose(line.effects[:2, 1], 0.5, atol=0.1)
    assert np.allclose(line.effects[:2, 2], 0.0, atol=0.1)
    assert not line.effects[2].any()


def test_what_never_falls_has_no_effect_below_nothing_and_the_others_are_fitted_without_it() -> None:
    features, group, label = made(20_000, 3)
    examples = Rows(features, np.zeros(20_000), label, np.ones(20_000, np.float32))
    none = np.zeros(20_000, np.intp)
    line = lines.fit(examples, group, 2, none, [0, 1], rising=[0, 1])
    assert line.effects[0, 0] > 0
    assert line.effects[1, 0] == 0
    alone = lines.fit(examples.where(group == 1), none[group == 1], 1, none[group == 1], [1])
    scale = line.deviation[1] / alone.deviation[0]
    assert np.isclose(line.effects[1, 1] / scale, alone.effects[0, 0], atol=0.01)


def test_contributions_and_level_add_up_to_the_log_odds() -> None:
    line = fitted()
    features, group, _ = made(50, 2)
    features[0, 1] = np.nan
    whole = line.contributions(features, group).sum(axis=1) + line.levels[group, 0]
    assert np.allclose(line.log_odds(features, group), whole, atol=1e-5)


def test_rows_that_start_right_need_no_level() -> None:
    features, group, label = made(20_000, 4)
    start = np.full(20_000, np.log(label.mean() / (1 - label.mean())))
    line = learned(features, label, group, [2], start=start)
    assert np.allclose(line.levels[:2], 0.0, atol=0.1)


def test_it_is_the_ridge_regression_of_scikit_learn() -> None:
    features, group, label = made(3_000, 5)
    one = np.zeros_like(group)
    line = learned(features, label, one, [0, 2])
    standard = (features[:, [0, 2]] - features[:, [0, 2]].mean(axis=0)) / features[:, [0, 2]].std(axis=0)
    same = LogisticRegression(C=lines.VARIANCE, tol=1e-8, max_iter=500).fit(standard, label)
    assert np.allclose(line.effects[0], same.coef_[0], atol=2e-3)


def test_no_feature_stands_for_time() -> None:
    features, group, label = made(20_000, 6)
    time = np.repeat([0, 1], 10_000)
    features[:, 2] += 3 * (time == 0)
    label &= (time == 1) | (np.random.default_rng(0).random(20_000) < 0.5)
    line = learned(features, label, group, [0, 1, 2], time=time)
    assert np.allclose(line.effects[:2, 2], 0.0, atol=0.12)
    assert (line.levels[:2, 0] < line.levels[:2, 1] - 0.4).all()


def test_what_is_unknown_counts_as_the_mean() -> None:
    unknown = np.full((1, 3), np.nan, np.float32)
    assert not fitted().contributions(unknown, np.array([0])).any()


def test_a_group_of_few_outcomes_keeps_to_its_start() -> None:
    features, group, label = made(200, 3)
    label[:] = False
    label[:5] = True
    line = learned(features, label, group, [0, 1, 2])
    assert not line.effects.any()
