"""The learned chance that a customer takes a retail product, where no opening has a date.

Which product is missing is learned from what everybody holds and who they are (`graph.learning.basket`): that ranks a
customer's products. A stated prior gives the scale: holdings were opened evenly over `ASSUMED_YEARS`.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph.features.bank import Bank
from graph.features.groups import GROUPS
from graph.features.items import person_products
from graph.learning import basket
from graph.learning.model import LEAST_POSITIVES
from graph.learning.rows import Floats
from graph.learning.sampling import uniform
from graph.opportunities.drivers import Contribute
from graph.opportunities.task import Task
from graph.opportunities.undated_card import UndatedCard
from graph.people import Frame

ASSUMED_YEARS: Final = 5.0
NOTE: Final = (
    "no dated history: learned which product of a customer is missing; scale by the prior that holdings were opened "
    f"evenly over {ASSUMED_YEARS:g} years"
)


@dataclass(frozen=True)
class UndatedModel:
    """A fitted posterior over products, or how often each is held where there is too little to learn from."""

    model: UndatedCard | None
    """the posterior, with what its card says"""
    scale: float
    """products that a person is expected to open within the horizon"""
    products: NDArray[np.uint16]
    """codes of the retail products, ascending: the columns of a basket"""
    held: pl.DataFrame
    """unique (entity, product)"""
    profiles: pl.DataFrame
    """attributes by party, ascending"""
    shares: Floats
    """by product: its share of all holdings"""
    rows: int
    """baskets with one product taken out that were learned from"""

    def probability(self, table: pl.DataFrame) -> Floats:
        """The chance of each row (party, entity, product)."""
        held, profile, place, column = self._looked_up(table)
        if self.model is None:
            chance = np.where(held, 0.0, self.shares)
            chance /= np.maximum(chance.sum(axis=1, keepdims=True), 1e-12)
        else:
            chance = self.model.basket.posterior(held, profile)
        return np.round(chance[place, column] * self.scale, 9)

    def contribute(self) -> Contribute | None:
        """What each group adds to the score of a row's product; the other products' scores are in the base."""
        if self.model is None:
            return None
        classes, explainers = self.model.basket.classes, self.model.explainers()

        def added(table: pl.DataFrame) -> NDArray[np.float32]:
            held, profile, place, column = self._looked_up(table)
            features = basket.features(held, profile)
            result = np.zeros((len(table), len(GROUPS)), np.float32)
            for product, explainer in zip(classes, explainers, strict=True):
                rows = np.flatnonzero(column == product)
                result[rows] = explainer.contributions(features[place[rows]])
            return result

        return added

    def _looked_up(
        self, table: pl.DataFrame
    ) -> tuple[basket.Baskets, NDArray[np.float32], NDArray[np.intp], NDArray[np.intp]]:
        """Baskets and attributes of the people in a table, and each row's person and column of the baskets."""
        people = table.select("party", "entity").unique("party").sort("party")
        held = _baskets(self.held, people["entity"].to_numpy(), self.products)
        place = people["party"].search_sorted(table["party"]).to_numpy()
        column = np.searchsorted(self.products, table["product"].to_numpy())
        return held, _matrix(self.profiles, people["party"]), place.astype(np.intp), column

    def described(self, kind: str) -> dict[str, Any]:
        """Its entry in the manifest."""
        mode, digest = ("leave-one-out", self.model.basket.digest) if self.model else ("prior", "0")
        sampled = f"; learned from a sample of about {basket.EXAMPLES} holdings"
        note = NOTE + (sampled if len(self.held) > basket.EXAMPLES else "")
        return {"model_version": f"{kind}-{mode}-{digest}", "mode": mode, "rows": self.rows, "note": note}


def learn(task: Task, retail: Frame) -> UndatedModel:
    """Learn which product of a person is missing."""
    bank = task.bank.people()
    listed = retail.select("product", "product_id").sort("product").collect().to_native()
    products = listed["product"].to_numpy()
    held = bank.held().collect().to_native().sort("entity", "product")
    profiles = bank.profiles.features(task.as_of).collect().to_native().sort("party")
    shares = np.bincount(np.searchsorted(products, held["product"].to_numpy()), minlength=len(products)) + 0.5
    scale = len(held) / max(1, held["entity"].n_unique()) / ASSUMED_YEARS * task.horizon / 365
    model = UndatedModel(None, min(scale, 0.999), products, held, profiles, shares / shares.sum(), 0)
    if len(held) < LEAST_POSITIVES:
        return model
    people = _sampled(bank, held, task.seed)
    baskets = _baskets(held, people["entity"].to_numpy(), products)
    names, categories = bank.profiles.names, bank.profiles.categories
    categorical = [place for place, name in enumerate(names) if name in categories]
    profile = _matrix(profiles, people["party"])
    card = UndatedCard(
        basket=basket.fit(baskets, profile, categorical, task.seed), products=tuple(listed["product_id"]),
        attributes=names, held=baskets, profile=profile, draw=people["draw"].to_numpy(), categories=categories,
        seed=task.seed,
    )  # fmt: skip
    return replace(model, model=card, rows=int(baskets.sum()))


def _sampled(bank: Bank, held: pl.DataFrame, seed: int) -> pl.DataFrame:
    """(party, entity) of those who hold anything, one record each; a sample by key where holdings are many."""
    customers = bank.customers.select("party", "entity", "draw").collect().to_native().sort("party")
    holders = customers.unique("entity", keep="first", maintain_order=True).join(
        held.select("entity").unique(), on="entity", how="semi", maintain_order="left"
    )
    return holders.filter(uniform(holders["draw"].to_numpy(), seed, 31) < basket.EXAMPLES / max(1, len(held)))


def _baskets(held: pl.DataFrame, people: NDArray[np.uint32], products: NDArray[np.uint16]) -> basket.Baskets:
    """(people, products) what each of the given persons holds; a person may come more than once."""
    entities, place = np.unique(people, return_inverse=True)
    theirs = held.filter(pl.col("entity").is_in(pl.Series(entities).implode()))
    matrix = person_products(nw.from_native(theirs.lazy()), entities, int(products.max(initial=0)) + 1)
    return matrix[:, products].toarray().astype(bool)[place]


def _matrix(profiles: pl.DataFrame, parties: pl.Series) -> NDArray[np.float32]:
    """The attributes of the given records, NaN where unknown."""
    rows = pl.DataFrame({"party": parties}).join(profiles, on="party", how="left", maintain_order="left")
    return rows.drop("party").cast(pl.Float32).fill_null(np.nan).to_numpy()
