import numpy as np

from graph.learning import basket


def baskets(number: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Everybody holds product 0 and the one that their trade buys; 4 is nobody's, 5 comes by chance."""
    draw = np.random.default_rng(seed)
    trade = draw.integers(0, 3, number)
    held = np.zeros((number, 6), bool)
    held[:, 0] = True
    held[np.arange(number), 1 + trade] = True
    held[:, 5] = draw.random(number) < 0.1
    return held, trade[:, None].astype(np.float32)


def test_attributes_say_which_product_is_missing() -> None:
    held, trade = baskets(3_000, 1)
    model = basket.fit(held, trade, [0], 0)
    asked, theirs = np.zeros((3, 6), bool), np.arange(3, dtype=np.float32)[:, None]
    asked[:, 0] = True
    chance = model.posterior(asked, theirs)
    assert chance.argmax(axis=1).tolist() == [1, 2, 3]


def test_a_posterior_sums_to_one_over_what_is_not_held() -> None:
    held, trade = baskets(500, 2)
    chance = basket.fit(held, trade, [0], 0).posterior(held, trade)
    assert not chance[held].any()
    assert np.allclose(chance.sum(axis=1), 1.0)
    assert (chance[~held] > 0).all()


def test_what_nobody_holds_is_hardly_likely() -> None:
    held, trade = baskets(500, 3)
    chance = basket.fit(held, trade, [0], 0).posterior(np.zeros((1, 6), bool), trade[:1])
    assert 0 < chance[0, 4] < 0.002


def test_the_order_of_people_changes_no_posterior_by_more_than_rounding() -> None:
    held, trade = baskets(400, 4)
    order = np.random.default_rng(0).permutation(400)
    one, other = (basket.fit(held[rows], trade[rows], [0], 0) for rows in (np.arange(400), order))
    assert np.allclose(one.posterior(held, trade), other.posterior(held, trade), atol=0.02)
