"""Plain scores of the same candidates, to see what the learner is worth.

popularity   openings of the product in the trailing year (without dates: its holders)
item_knn     cosine of the product with those already held (Sarwar et al. 2001)
ease         a linear item-to-item model in closed form (Steck 2019)
als          matrix factorisation of implicit feedback (Hu et al. 2008)
evidence     how many peers or neighbours do it already; for kinds that name one product at most
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array, csr_matrix

from graph.evaluation.metrics import Floats
from graph.features.bank import Bank
from graph.features.items import items
from graph.opportunities.task import FAMILIES, GUESSED, Task

EASE_PENALTY: Final = 100.0
MOST_FACTORS: Final = 16
ALS_CONFIDENCE: Final = 4.0
ALS_PENALTY: Final = 1.0
People = NDArray[np.integer]
ItemScores = Callable[[csr_array, People], Floats]
"""Scores of every product, from who holds what (entity by product), for some people: (people, products)."""


def baselines(rows: pl.DataFrame, task: Task) -> dict[str, Floats]:
    """The scores of each baseline for candidates (entity, product, family, holders)."""
    if rows["product"].n_unique() < 2:  # noqa: PLR2004
        counted = pl.when(~pl.col("family").is_in([FAMILIES.index(name) for name in GUESSED])).then("holders")
        return {"evidence": rows.select(counted.fill_null(0).cast(pl.Float64)).to_series().to_numpy()}
    statistics = items(task.bank, task.as_of)
    popular = statistics.opening if task.first else statistics.holder_count
    held = _held(rows, task.bank)
    people, place = np.unique(rows["entity"].to_numpy(), return_inverse=True)
    product = rows["product"].to_numpy()
    by_items = {name: score(held, people)[place, product] for name, score in _BY_ITEMS.items()}
    return {"popularity": popular[product], **by_items}


def item_knn(held: csr_array, people: People) -> Floats:
    """Sum of cosines between each product and those held, by counts of persons."""
    together = _together(held)
    norm = np.sqrt(np.clip(np.diag(together), 1, None))
    cosine = together / norm[:, None] / norm[None, :]
    np.fill_diagonal(cosine, 0.0)
    return np.asarray(held[people] @ cosine)


def ease(held: csr_array, people: People) -> Floats:
    """Held products times the weights that best rebuild each product from the others, with a ridge penalty."""
    together = _together(held)
    inverse = np.linalg.inv(together + EASE_PENALTY * np.eye(len(together)))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return np.asarray(held[people] @ weights)


def als(held: csr_array, people: People) -> Floats:
    """Products of the factors of persons and products, by alternating least squares."""
    from implicit.cpu.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    some, products = csr_matrix(held[people].astype(np.float32)), len(held[:1].toarray()[0])
    factors = max(2, min(MOST_FACTORS, products // 10))  # more would only learn each row by heart
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=factors, alpha=ALS_CONFIDENCE, regularization=ALS_PENALTY, random_state=0
        )
        model.fit(some, show_progress=False)
    return np.asarray(model.user_factors, np.float64) @ np.asarray(model.item_factors, np.float64).T


_BY_ITEMS: Final[dict[str, ItemScores]] = {"item_knn": item_knn, "ease": ease, "als": als}


def _held(rows: pl.DataFrame, bank: Bank) -> csr_array:
    """(entity, product): one where held."""
    held = bank.held().collect().to_native()
    entities = int(max(held["entity"].max() or 0, rows["entity"].max() or 0)) + 1
    ones = np.ones(len(held))
    return csr_array(
        (ones, (held["entity"].to_numpy(), held["product"].to_numpy())), (entities, len(bank.products.collect()))
    )


def _together(held: csr_array) -> Floats:
    return np.asarray((held.T @ held).toarray(), np.float64)
