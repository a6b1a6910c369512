"""Names: of people by surname frequency and sex, and of companies as place, brand, trade and legal form."""

import tomllib
from importlib.resources import files

import numpy as np
import polars as pl

from demo.columns import Bools, Ints, chance, choose, pick
from demo.places import CITIES

_WORDS = tomllib.loads(files("demo").joinpath("names.toml").read_text(encoding="utf-8"))
SURNAMES = {name: float(weight) for weight, same in _WORDS["surnames"].items() for name in same.split()}
_MALE, _FEMALE = (list("".join(_WORDS["given"][sex].split())) for sex in ("male", "female"))
_COMMONNESS = 1 / np.sqrt(np.arange(1, max(len(_MALE), len(_FEMALE)) + 1))
_BRANDS, _TAILS = (_WORDS["companies"][part].split() for part in ("brands", "tails"))
INDUSTRY_NAMES = [industry["name"] for industry in _WORDS["industries"]]
INDUSTRY_WEIGHTS = [industry["weight"] for industry in _WORDS["industries"]]
INDUSTRY_PAY = np.array([industry["pay"] for industry in _WORDS["industries"]])
_TRADES = [industry["trades"].split() for industry in _WORDS["industries"]]


def surnames(rng: np.random.Generator, size: int) -> Ints:
    """Indices into `SURNAMES`."""
    return choose(rng, tuple(SURNAMES.values()), size)


def given_names(rng: np.random.Generator, female: Bools) -> pl.Series:
    """One- and two-character given names that fit the sex."""
    size = len(female)
    men, women = pl.Series(_MALE), pl.Series(_FEMALE)
    parts: list[pl.Series] = []
    for _ in range(2):
        man = men.gather(choose(rng, _COMMONNESS[: len(men)], size))
        woman = women.gather(choose(rng, _COMMONNESS[: len(women)], size))
        parts.append(woman.zip_with(pl.Series(female), man))
    single = chance(rng, 0.14, size)
    return parts[0] + parts[1].zip_with(pl.Series(~single), pl.repeat("", size, eager=True))


def full_names(surname: Ints, given: pl.Series) -> pl.Series:
    """Surname and given name together."""
    return pick(tuple(SURNAMES), surname) + given


def company_names(rng: np.random.Generator, city: Ints, industry: Ints, incorporated: Bools) -> pl.Series:
    """Names such as 杭州云帆精密机械有限公司; joint-stock companies (股份有限公司) where `incorporated`."""
    return company_brands(rng, city, industry) + pick(("有限公司", "股份有限公司"), incorporated.astype(np.int32))


def company_brands(rng: np.random.Generator, city: Ints, industry: Ints) -> pl.Series:
    """The names without their legal form."""
    size = len(city)
    place = pick([entry.name for entry in CITIES], city)
    brand = pick(_BRANDS, rng.integers(0, len(_BRANDS), size))
    tail = pick(("", *_TAILS), np.maximum(rng.integers(-2 * len(_TAILS), len(_TAILS), size) + 1, 0))
    counts = np.array([len(trades) for trades in _TRADES])
    starts = np.cumsum(counts) - counts
    trade = starts[industry] + np.floor(rng.random(size) * counts[industry]).astype(np.int64)
    return place + brand + tail + pick([word for trades in _TRADES for word in trades], trade)
