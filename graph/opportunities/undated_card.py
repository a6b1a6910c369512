"""What the card of a posterior over products says, and what each group of evidence adds to a product's score."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from graph.features.groups import GROUPS, group_of
from graph.learning import basket
from graph.learning.basket import Basket, Baskets
from graph.learning.card import distribution, held_out_figures
from graph.learning.contributions import Explainer
from graph.learning.sampling import uniform

if TYPE_CHECKING:
    from lightgbm import Booster

HELD_OUT: Final = 0.2
"""Share of the people that judge a twin learned from the others: all are learned from in the model itself."""
EXAMPLES: Final = 20_000
"""About so many hidden products of theirs at most are looked for."""
PLACES: Final = (1, 3, 5)


@dataclass(frozen=True)
class UndatedCard:
    """A fitted posterior, and what it was learned from."""

    basket: Basket
    products: tuple[str, ...]
    """keys of the products, in the order of the baskets' columns"""
    attributes: tuple[str, ...]
    held: Baskets
    profile: NDArray[np.float32]
    draw: NDArray[np.uint64]
    """by person, what samples are drawn by"""
    categories: tuple[str, ...]
    seed: int

    @property
    def booster(self) -> "Booster":
        """Its trees, one for each product in turn."""
        return self.basket.booster

    @property
    def names(self) -> tuple[str, ...]:
        """The features, in the order of the trees' columns."""
        return (*(f"holds_{product}" for product in self.products), "held_number", *self.attributes)

    @property
    def seen(self) -> dict[str, Any]:
        """How each feature is distributed over the people."""
        return dict(zip(self.names, map(distribution, basket.features(self.held, self.profile).T), strict=True))

    def explainers(self) -> list[Explainer]:
        """For each product with trees of its own, what each of `GROUPS` adds to its raw score."""
        return Explainer.of_classes(self.booster, [GROUPS.index(group_of(name)) for name in self.names], len(GROUPS))

    def held_out(self) -> dict[str, Any]:
        """How a twin does that never saw a fifth of the people: one product of each of their baskets hidden in turn.

        The chances are those of a product being the hidden one; hit rates weigh each person once.
        """
        out = uniform(self.draw, self.seed, 37) < HELD_OUT
        if out.all() or not out.any():
            return {"rows": 0}
        columns = [self.attributes.index(name) for name in self.categories]
        twin = basket.fit(self.held[~out], self.profile[~out], columns, self.seed)
        person, product = np.nonzero(self.held[out])
        some = np.arange(0, len(person), max(1, len(person) // EXAMPLES))
        weight = 1.0 / self.held[out].sum(axis=1)[person[some]]
        person, product = person[some], product[some]
        baskets = self.held[out][person]
        baskets[np.arange(len(person)), product] = False
        chance = twin.posterior(baskets, self.profile[out][person])
        own = chance[np.arange(len(person)), product]
        place = (chance > own[:, None]).sum(axis=1)
        hits = {f"hit_rate_{most}": float(np.average(place < most, weights=weight)) for most in PLACES}
        hidden = np.zeros_like(baskets)
        hidden[np.arange(len(person)), product] = True
        asked = ~baskets
        each = np.repeat(weight, asked.sum(axis=1)).astype(np.float32)
        figures = held_out_figures(chance[asked], hidden[asked], each)
        return figures | {name: round(value, 6) for name, value in hits.items()}
