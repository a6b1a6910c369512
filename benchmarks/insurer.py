"""A made-up insurer: customers with attributes and products, no contract has a date.

Products are bought in packages, and which package depends on occupation, branch, marital status, age and the year of
joining; riders come by chance. Occupation, marital status and year of birth are columns that the contract does not
name, as a source would carry them.
"""

from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

CUSTOMERS: Final = 29_132
PRODUCTS: Final = 21
PACKAGES: Final = 14
OCCUPATIONS, TRADES, BRANCHES, STATUSES = 230, 6, 6, 7
PULL: Final = 1.5
"""How strongly attributes pull towards packages."""


def make_insurer(folder: Path, seed: int = 0, customers: int = CUSTOMERS) -> None:
    """Write customers, products and holdings into `folder`."""
    draw = np.random.default_rng(seed)
    people = _people(customers, draw)
    held = _baskets(people, draw)
    identifiers = np.array([f"C{number:06}" for number in range(customers)])
    holder, product = np.nonzero(held)
    folder.mkdir(parents=True, exist_ok=True)
    pl.DataFrame({
        "customer_id": identifiers,
        "gender": np.where(people["gender"] == 1, "F", "M"),
        "occupation": [f"O{code:03}" for code in people["occupation"]],
        "branch_code": [f"B{code}" for code in people["branch"]],
        "marital_status": [f"S{code}" for code in people["status"]],
        "occupation_category": [f"T{code}" for code in people["trade"]],
        "birth_year": people["born"],
        "since": [f"{year}-{month:02}-01" for year, month in zip(people["year"], people["month"], strict=True)],
    }).write_csv(folder / "customers.csv")  # fmt: skip
    pl.DataFrame({
        "product_id": [f"P{code:02}" for code in range(PRODUCTS)],
        "name": [f"保险{code}" for code in range(PRODUCTS)],
        "category": ["insurance"] * PRODUCTS,
        "line": ["retail"] * PRODUCTS,
    }).write_csv(folder / "products.csv")  # fmt: skip
    pl.DataFrame({
        "holder_type": ["customer"] * len(holder),
        "holder_id": identifiers[holder],
        "product_id": [f"P{code:02}" for code in product],
    }).write_csv(folder / "holdings.csv")  # fmt: skip


def _people(number: int, draw: np.random.Generator) -> dict[str, np.ndarray]:
    trade_of = draw.integers(0, TRADES, OCCUPATIONS)
    common = 1.0 / np.arange(1, OCCUPATIONS + 1)
    occupation = draw.choice(OCCUPATIONS, number, p=common / common.sum())
    return {
        "gender": draw.integers(0, 2, number),
        "occupation": occupation,
        "trade": trade_of[occupation],
        "branch": draw.choice(BRANCHES, number, p=[0.45, 0.25, 0.12, 0.09, 0.06, 0.03]),
        "status": draw.choice(STATUSES, number, p=[0.55, 0.28, 0.07, 0.04, 0.03, 0.02, 0.01]),
        "born": np.clip(draw.normal(1980, 11, number), 1930, 2002).astype(int),
        "year": 2020 - np.minimum(draw.geometric(0.35, number), 10),
        "month": draw.integers(1, 13, number),
    }


def _baskets(people: dict[str, np.ndarray], draw: np.random.Generator) -> np.ndarray:
    """(people, products): one package each, and riders."""
    number = len(people["born"])
    logits = np.tile(draw.normal(0, 1.2, PACKAGES), (number, 1))
    for name, values in (("occupation", OCCUPATIONS), ("trade", TRADES), ("branch", BRANCHES), ("status", STATUSES)):
        logits += draw.normal(0, PULL, (values, PACKAGES))[people[name]]
    year = np.subtract.outer(people["year"], draw.uniform(2010, 2020, PACKAGES))
    logits += -PULL * (year / 3.0) ** 2 + draw.normal(0, PULL / 2, (2, PACKAGES))[people["gender"]]
    logits -= PULL * (np.subtract.outer(people["born"], draw.uniform(1950, 2000, PACKAGES)) / 20.0) ** 2
    package = (logits + draw.gumbel(size=logits.shape)).argmax(axis=1)
    inside = (
        draw.random((PACKAGES, PRODUCTS)).argsort(axis=1).argsort(axis=1)
        < draw.choice([2, 2, 2, 3, 4], PACKAGES)[:, None]
    )
    riders = draw.random((number, PRODUCTS)) < 0.02 * draw.random(PRODUCTS)
    return inside[package] | riders
