"""Ranking metrics with bootstrap intervals over subjects.

A metric looks at a `Scored` once and gives a function of weights per subject, so that one Poisson bootstrap serves all:
a resample of subjects is a weight of 0, 1, 2, … for each (Hanley and MacGibbon 2006, "Creating non-parametric
bootstrap samples using Poisson frequencies").
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
RESAMPLES: Final = 200


@dataclass(frozen=True)
class Scored:
    """Candidates with their scores, in an order that breaks ties (by key).

    `subject`: codes 0..n-1, one per row; `label`: 0 or 1, whether it was taken; `score`: any real number; `value`: what
    taking it is worth, in yuan a year.
    """

    subject: Integers
    label: Floats
    score: Floats
    value: Floats | None = None

    @cached_property
    def order(self) -> Integers:
        """Rows from the best score to the worst; ties as given."""
        return np.argsort(-self.score, kind="stable")

    @cached_property
    def subjects(self) -> int:
        """How many subjects there are."""
        return int(self.subject.max()) + 1 if self.subject.size else 0

    @cached_property
    def position(self) -> Integers:
        """Each row's place among its subject's rows, 0 the best."""
        order = self.order[np.argsort(self.subject[self.order], kind="stable")]
        of = self.subject[order]
        first = np.flatnonzero(np.r_[True, of[1:] != of[:-1]]) if of.size else np.zeros(0, np.int64)
        places = np.arange(of.size) - np.repeat(first, np.diff(np.r_[first, of.size]))
        back = np.empty_like(places)
        back[order] = places
        return back

    @cached_property
    def takers(self) -> Floats:
        """How many products each subject took."""
        return np.bincount(self.subject, self.label, self.subjects).astype(np.float64)


Weighted = Callable[[Floats], float]
Metric = Callable[[Scored], Weighted]


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float

    def json(self) -> dict[str, float | None]:
        """Not-a-number (no positives, say) becomes null."""
        return {name: None if np.isnan(value) else round(value, 6) for name, value in vars(self).items()}


def auc(scored: Scored) -> Weighted:
    """The chance that a taken candidate scores above one that was not, ties counted half (Mann and Whitney 1947)."""
    subject, label, score = scored.subject[scored.order], scored.label[scored.order], scored.score[scored.order]
    starts = np.flatnonzero(np.r_[True, score[1:] != score[:-1]]) if score.size else np.zeros(0, np.int64)

    def weighted(weights: Floats) -> float:
        positive, negative = weights[subject] * label, weights[subject] * (1 - label)
        if positive.sum() == 0 or negative.sum() == 0:
            return float("nan")
        won, lost = np.add.reduceat(positive, starts), np.add.reduceat(negative, starts)
        below = lost.sum() - np.cumsum(lost)
        return float((won * (below + lost / 2)).sum() / (positive.sum() * negative.sum()))

    return weighted


def hit_rate(at: int) -> Metric:
    """HR@k: of the subjects who took anything, the share with a taken product among their k best."""

    def metric(scored: Scored) -> Weighted:
        hits = np.bincount(scored.subject, scored.label * (scored.position < at), scored.subjects) > 0
        return _mean(hits.astype(np.float64), scored.takers > 0)

    return metric


def mean_average_precision(at: int) -> Metric:
    """MAP@k over the subjects who took anything; the precision at each hit, over min(k, products taken)."""

    def metric(scored: Scored) -> Weighted:
        order = np.lexsort((scored.position, scored.subject))
        hit = (scored.label * (scored.position < at))[order]
        subject, place = scored.subject[order], scored.position[order]
        before = np.cumsum(hit)
        first = np.flatnonzero(place == 0)
        hits_so_far = before - np.repeat((before - hit)[first], np.diff(np.r_[first, place.size]))
        precision = np.bincount(subject, hit * hits_so_far / (place + 1), scored.subjects)
        return _mean(precision / np.clip(np.minimum(scored.takers, at), 1, None), scored.takers > 0)

    return metric


def lift(share: float) -> Metric:
    """How many times more takers there are in the best `share` of candidates than over all."""

    def metric(scored: Scored) -> Weighted:
        subject, label = scored.subject[scored.order], scored.label[scored.order]

        def weighted(weights: Floats) -> float:
            weight = weights[subject]
            taken = weight * label
            if taken.sum() == 0:
                return float("nan")
            best = np.cumsum(weight) <= max(share * weight.sum(), weight.max())
            return float((taken[best].sum() / weight[best].sum()) / (taken.sum() / weight.sum()))

        return weighted

    return metric


def captured(share: float) -> Metric:
    """The part of all that was taken which the best `share` of candidates holds."""

    def metric(scored: Scored) -> Weighted:
        return _captured(scored, scored.order, scored.label, share)

    return metric


def captured_value(share: float) -> Metric:
    """The part of the value of all that was taken which the best `share` holds, best by score times value."""

    def metric(scored: Scored) -> Weighted:
        value = np.ones_like(scored.score) if scored.value is None else scored.value
        order = np.argsort(-np.clip(scored.score, 0.0, None) * value, kind="stable")
        return _captured(scored, order, scored.label * value, share)

    return metric


def _captured(scored: Scored, order: Integers, worth: Floats, share: float) -> Weighted:
    subject, ordered = scored.subject[order], worth[order]

    def weighted(weights: Floats) -> float:
        weight = weights[subject]
        taken = weight * ordered
        best = np.cumsum(weight) <= max(share * weight.sum(), weight.max())
        return float(taken[best].sum() / taken.sum()) if taken.sum() else float("nan")

    return weighted


def calibration_error(scored: Scored) -> Weighted:
    """ECE: the mean gap between predicted and observed over tenths of the candidates by what is predicted."""
    tenth = np.empty(len(scored.score), np.int64)
    tenth[scored.order] = np.arange(len(scored.score)) * 10 // max(len(scored.score), 1)

    def weighted(weights: Floats) -> float:
        weight = weights[scored.subject]
        gap = np.bincount(tenth, weight * (scored.score - scored.label), 10)
        return float(np.abs(gap).sum() / weight.sum()) if weight.sum() else float("nan")

    return weighted


def calibration(scored: Scored) -> Weighted:
    """Mean predicted over mean observed; 1 is right."""

    def weighted(weights: Floats) -> float:
        weight = weights[scored.subject]
        observed = (weight * scored.label).sum()
        return float((weight * scored.score).sum() / observed) if observed else float("nan")

    return weighted


def _mean(values: Floats, counted: NDArray[np.bool_]) -> Weighted:
    def weighted(weights: Floats) -> float:
        weight = weights * counted
        return float((values * weight).sum() / weight.sum()) if weight.sum() else float("nan")

    return weighted


METRICS: Final[dict[str, Metric]] = {
    "auc": auc,
    "hit_rate_1": hit_rate(1),
    "hit_rate_3": hit_rate(3),
    "hit_rate_5": hit_rate(5),
    "map_7": mean_average_precision(7),
    "lift_1pct": lift(0.01),
    "lift_5pct": lift(0.05),
    "captured_5pct": captured(0.05),
    "value_5pct": captured_value(0.05),
}
PROBABILITY_METRICS: Final[dict[str, Metric]] = {
    "ece": calibration_error, "predicted_over_observed": calibration,
}  # fmt: skip
"""Only for scores that are probabilities."""


@dataclass(frozen=True)
class Sampled:
    """A metric's value, and its values in the resamples; those of two models with one seed are paired."""

    value: float
    drawn: Floats

    def __sub__(self, other: "Sampled") -> "Sampled":
        return Sampled(self.value - other.value, self.drawn - other.drawn)

    @property
    def estimate(self) -> Estimate:
        """The value with its percentile interval."""
        known = self.drawn[~np.isnan(self.drawn)]
        low, high = np.quantile(known, [0.025, 0.975]) if known.size else (np.nan, np.nan)
        return Estimate(self.value, float(low), float(high))


def sampled(metric: Metric, scored: Scored, seed: int = 0, resamples: int = RESAMPLES) -> Sampled:
    """The metric, and the metric over resamples of the subjects."""
    weighted = metric(scored)
    draw = np.random.default_rng(seed)
    drawn = [weighted(draw.poisson(1.0, scored.subjects).astype(np.float64)) for _ in range(resamples)]
    return Sampled(weighted(np.ones(scored.subjects)), np.array(drawn))
