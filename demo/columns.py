"""Columns: the few vector helpers that every part of the demo bank is made with.

Days are whole days since 1970-01-01; `NEVER` stands for a day that has not come (null once written).
"""

import zlib
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

Ints: TypeAlias = npt.NDArray[np.integer[Any]]
Floats: TypeAlias = npt.NDArray[np.floating[Any]]
Bools: TypeAlias = npt.NDArray[np.bool_]

NEVER = 1_000_000
YEAR = 365.25


def stream(seed: int, part: str) -> np.random.Generator:
    """A random stream of its own for each part, so that a change in one part leaves the others as they were."""
    return np.random.default_rng([seed, zlib.crc32(part.encode())])


def keys(prefix: str, count: int, width: int) -> pl.Series:
    """Keys such as `C00000042`, numbered from 1."""
    return prefix + pl.Series(np.arange(1, count + 1)).cast(pl.String).str.zfill(width)


def pick(values: pl.Series | Sequence[str], index: Ints) -> pl.Series:
    """`values[index]`; null where the index is negative."""
    series = values if isinstance(values, pl.Series) else pl.Series(values, dtype=pl.String)
    if len(series) == 0:
        return pl.repeat(None, len(index), dtype=series.dtype, eager=True)
    return blank(series.gather(np.maximum(index, 0)), index < 0)


def blank(series: pl.Series, where: Bools) -> pl.Series:
    """The series with nulls at `where`."""
    if not where.any():
        return series
    return series.zip_with(pl.Series(~where), pl.repeat(None, len(series), dtype=series.dtype, eager=True))


def dates(days: Ints) -> pl.Series:
    """Day numbers as dates."""
    known = np.minimum(days, NEVER).astype(np.int32)
    return blank(pl.Series(known).cast(pl.Date), known == NEVER)


def money(yuan: Floats) -> pl.Series:
    """Yuan rounded to fen; NaN is unknown."""
    return pl.Series(np.round(yuan.astype(np.float64), 2), nan_to_null=True)


def choose(rng: np.random.Generator, weights: Sequence[float] | Floats, size: int) -> Ints:
    """Indices drawn in proportion to the weights."""
    bounds = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.searchsorted(bounds, rng.random(size) * bounds[-1], side="right").astype(np.int32)


def chance(rng: np.random.Generator, probability: float | Floats, size: int) -> Bools:
    """True with the given probability, each on its own."""
    return rng.random(size, dtype=np.float32) < probability


def between(rng: np.random.Generator, first: Ints | int, last: Ints | int, size: int) -> Ints:
    """Whole numbers from `first` to `last`, both included; `first` where the span is empty."""
    span = np.maximum(np.asarray(last) - np.asarray(first) + 1, 1)
    return (np.asarray(first) + np.floor(rng.random(size) * span)).astype(np.int32)


class Groups:
    """Members numbered group by group: `counts[g]` of them in group g."""

    def __init__(self, counts: Ints) -> None:
        self.counts = counts.astype(np.int64)
        self.starts = np.cumsum(self.counts) - self.counts

    def owner(self) -> Ints:
        """The group of each member."""
        return np.repeat(np.arange(len(self.counts), dtype=np.int32), self.counts)

    def draw(self, rng: np.random.Generator, group: Ints) -> Ints:
        """A random member of each given group; -1 where it has none."""
        counts = self.counts[group]
        member = self.starts[group] + np.floor(rng.random(len(group)) * counts).astype(np.int64)
        return np.where(counts > 0, member, -1)


def match(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Pairs the k-th member of a key on the left with the k-th of the same key on the right (positions)."""
    _, at_left, at_right = np.intersect1d(_ranked(left), _ranked(right), assume_unique=True, return_indices=True)
    return at_left, at_right


def _ranked(key: Ints) -> Ints:
    """Keys made unique by their rank among equals."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    first = np.searchsorted(ordered, ordered, side="left")
    ranked = np.empty(len(key), dtype=np.int64)
    ranked[order] = ordered.astype(np.int64) * 2**32 + np.arange(len(key)) - first
    return ranked
