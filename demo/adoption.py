"""Who takes which product when: a hazard per quarter that rises with what one's peers already hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from demo.catalogue import Product
from demo.clock import STEPS, Clock
from demo.columns import NEVER, YEAR, Bools, Floats, Ints, between, chance
from demo.ties import Tie

Days: TypeAlias = npt.NDArray[np.int32]

_HIGHEST = 0.5
_TASTE = 0.35  # standard deviation (log) of what makes one holder keener than another
_QUARTER = YEAR / 4


@dataclass(frozen=True)
class Adopters:
    """Those who take products: the first day each may take each product, their traits (standard scores), their ties.

    `earliest` is products x holders, NEVER where one may not; the keys of `ties` name the pulls in `Product`; `given`
    has the opening days of the products that are not for the simulation to decide.
    """

    earliest: Days
    traits: Mapping[str, Floats]
    ties: Mapping[str, Tie]
    given: Mapping[str, Ints]


def adopt(
    rng: np.random.Generator,
    products: Sequence[Product],
    who: Adopters,
    clock: Clock,
    on_step: Callable[[int, int], None],
) -> Days:
    """The first day on which each holds each product (products x holders), NEVER where not by the as-of day.

    `on_step(done, total)` is told how far it is.
    """
    taste = rng.normal(0, _TASTE, who.earliest.shape[1]).astype(np.float32)
    appeal = [None if product.product_id in who.given else _appeal(product, who, taste) for product in products]
    place = {product.product_id: index for index, product in enumerate(products)}
    opened = _before(rng, products, who, appeal, clock)
    for done, (first, last) in enumerate(clock.steps(), start=1):
        holds = opened <= first
        for index, (product, liking) in enumerate(zip(products, appeal, strict=True)):
            if liking is not None:
                rate = _hazard(product, liking, holds, place, who) * ((who.earliest[index] <= first) & ~holds[index])
                takers = np.flatnonzero(chance(rng, rate, len(rate)))
                opened[index, takers] = between(rng, first + 1, last, len(takers))
        on_step(done, STEPS)
    return opened


def _appeal(product: Product, who: Adopters, taste: Floats) -> Floats:
    """The log hazard without ties and ladder."""
    score = np.log(product.rate) + taste
    for trait, pull in product.draws.items():
        score = score + pull * who.traits[trait]
    return score.astype(np.float32)


def _hazard(product: Product, appeal: Floats, holds: Bools, place: Mapping[str, int], who: Adopters) -> Floats:
    score = appeal.copy()
    for step, pull in product.ladder.items():
        score += np.float32(pull) * holds[place[step]]
    for name, tie in who.ties.items():
        tie.add(getattr(product, name), holds[place[product.product_id]], score)
    rate = np.minimum(np.exp(score, out=score), np.float32(_HIGHEST))
    return rate * holds[place[product.prerequisite]] if product.prerequisite else rate


def _before(
    rng: np.random.Generator,
    products: Sequence[Product],
    who: Adopters,
    appeal: Sequence[Floats | None],
    clock: Clock,
) -> Days:
    """What was held when the simulated years began: by appeal and by the time one could have taken it."""
    opened = np.full(who.earliest.shape, NEVER, dtype=np.int32)
    held = dict(zip((product.product_id for product in products), opened, strict=True))
    for product, liking, earliest in zip(products, appeal, who.earliest, strict=True):
        days = held[product.product_id]
        if liking is None:
            days[:] = who.given[product.product_id]
            continue
        after = np.maximum(earliest, held[product.prerequisite]) if product.prerequisite else earliest
        quarters = np.clip((clock.start - after) / _QUARTER, 0, product.life * 4)
        has = chance(rng, 1 - np.exp(-np.exp(liking) * quarters), len(days))
        days[has] = between(rng, after[has], clock.start, int(has.sum()))
    return opened
