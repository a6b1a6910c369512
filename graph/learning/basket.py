"""Which product is missing from a basket: a posterior over products given what is held and who holds it.

One example for each person and held product, with that product taken out of the basket, weighing one over the number
held, so that each person counts once. LightGBM's softmax over the products learns from them; nothing of an example's
own product is left in its features, and no share over a group is among them, from which it could be read back.
"""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from graph.learning.model import threads
from graph.learning.rows import Floats

if TYPE_CHECKING:
    from lightgbm import Booster

Baskets = NDArray[np.bool_]
PARAMETERS: Final = {
    "objective": "multiclass",
    "learning_rate": 0.1,
    "num_leaves": 10,
    "min_data_in_leaf": 20,
    "lambda_l2": 1.0,
    "feature_fraction": 0.8,
    "max_bin": 127,
    "max_depth": 8,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}
ROUNDS: Final = 60
MOST_CLASSES: Final = 60
"""The most held products have trees of their own; the others share what is left by how often they are held."""
EXAMPLES: Final = 250_000


@dataclass(frozen=True)
class Basket:
    """A fitted posterior."""

    booster: "Booster"
    classes: NDArray[np.intp]
    """the products that have trees of their own"""
    rest: Floats
    """by product: its probability where it has none, 0 where it has"""

    def posterior(self, held: Baskets, profile: NDArray[np.float32]) -> Floats:
        """The chance that each product is the one missing, (people, products); 0 where held, rows sum to one.

        Args:
            held: (people, products), what each person holds.
            profile: (people, attributes), as the model was fitted with.
        """
        raw = np.asarray(self.booster.predict(features(held, profile), num_threads=threads()))
        chance = np.tile(self.rest, (len(held), 1))
        chance[:, self.classes] = raw * (1.0 - self.rest.sum())
        chance[held] = 0.0
        return chance / np.maximum(chance.sum(axis=1, keepdims=True), 1e-12)

    @property
    def digest(self) -> str:
        """A short name that changes with anything the model says."""
        trees = self.booster.model_to_string().partition("\nparameters:")[0]
        return hashlib.sha256(f"{trees}|{self.rest.tolist()}".encode()).hexdigest()[:10]


def fit(held: Baskets, profile: NDArray[np.float32], categorical: list[int], seed: int) -> Basket:
    """Learn from whole baskets.

    Args:
        held: (people, products), what each person holds.
        profile: (people, attributes); NaN where unknown.
        categorical: which columns of `profile` are codes.
        seed: of the trees.
    """
    import lightgbm as lgb

    person, product = np.nonzero(held)
    weight = 1.0 / held.sum(axis=1)[person]
    mass = np.bincount(product, weight, held.shape[1])
    classes = np.sort(np.argsort(-mass, kind="stable")[: min(MOST_CLASSES, int((mass > 0).sum()))])
    rest = (mass + 0.5) / (mass + 0.5).sum()
    rest[classes] = 0.0
    own = np.isin(product, classes)
    person, product, weight = person[own], product[own], weight[own]
    baskets = held[person]
    baskets[np.arange(len(person)), product] = False
    parameters: dict[str, Any] = {
        **PARAMETERS, "num_class": len(classes), "seed": seed, "num_threads": threads()
    }  # fmt: skip
    data = lgb.Dataset(
        features(baskets, profile[person]),
        label=np.searchsorted(classes, product),
        weight=weight,
        categorical_feature=[held.shape[1] + 1 + column for column in categorical],
        params=parameters,
    )
    return Basket(lgb.train(parameters, data, num_boost_round=ROUNDS), classes, rest)


def features(held: Baskets, profile: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the trees see of each basket: what is held, how many, and who."""
    return np.column_stack([held, held.sum(axis=1), profile]).astype(np.float32)
