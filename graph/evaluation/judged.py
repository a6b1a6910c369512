"""The figures of one kind: each model's metrics, what the graph adds, and predictions against outcomes."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from graph.evaluation.metrics import METRICS, PROBABILITY_METRICS, Estimate, Floats, Metric, Scored, sampled

OWN: Final = "guanxi"
PLAIN: Final = "without_graph"
"""The same learner with every feature of the graph left out."""
RANKING: Final = ("hit_rate_1", "hit_rate_3", "hit_rate_5", "map_7")
"""Metrics of the order of products within a subject: they say nothing where each subject has one row."""
MAIN: Final = "auc"
"""The metric by which the graph is said to add something or not."""
BINS: Final = 10

Figures = dict[str, dict[str, Estimate]]


@dataclass(frozen=True)
class Judged:
    """One kind's figures by model and metric."""

    figures: Figures
    gains: dict[str, Estimate]
    """by metric: what the learner has over the same without the graph; empty where there is no such"""
    calibration: list[dict[str, float]]
    """tenths of the candidates by what was predicted: mean predicted, observed with its interval, rows"""
    size: dict[str, int]

    @property
    def verdict(self) -> str:
        """What the graph does to the main metric: adds, nothing, harms; or unknown, or none where none was scored."""
        if not self.size["rows"]:
            return "none"
        if MAIN not in self.gains or np.isnan(self.gains[MAIN].value):
            return "unknown"
        gain = self.gains[MAIN]
        return "adds" if gain.low > 0 else "harms" if gain.high < 0 else "nothing"

    def json(self) -> dict[str, Any]:
        """What is said of the kind beside its figures."""
        gains = {name: one.json() for name, one in self.gains.items()}
        return {"size": self.size, "graph_adds": {"verdict": self.verdict, **gains}, "calibration": self.calibration}


def judged(rows: pl.DataFrame, scores: dict[str, Floats], seed: int, *, calibrated: bool) -> Judged:
    """Judge the scores of candidates.

    Args:
        rows: subject, label (0 or 1) and annual_value, in an order that breaks ties.
        scores: by model; `OWN` first.
        seed: of the resamples; the same ones for every model, so that differences are paired.
        calibrated: the scores of `OWN` and `PLAIN` are probabilities of this horizon.
    """
    if rows.is_empty():
        return Judged({}, {}, [], {"rows": 0, "subjects": 0, "taken": 0})
    codes = rows["subject"].rank("dense").to_numpy().astype(np.int64) - 1
    label, value = rows["label"].to_numpy().astype(np.float64), rows["annual_value"].fill_null(0.0).to_numpy()
    samples = {
        model: {
            name: sampled(metric, Scored(codes, label, score, value), seed)
            for name, metric in _metrics(rows, model, calibrated=calibrated).items()
        }
        for model, score in scores.items()
    }
    own, plain = samples[OWN], samples.get(PLAIN, {})
    return Judged(
        {model: {name: one.estimate for name, one in each.items()} for model, each in samples.items()},
        {name: (own[name] - plain[name]).estimate for name in METRICS if name in own and name in plain},
        calibration_table(scores[OWN], label) if calibrated else [],
        {"rows": len(rows), "subjects": int(codes.max(initial=-1)) + 1, "taken": int(label.sum())},
    )


def _metrics(rows: pl.DataFrame, model: str, *, calibrated: bool) -> dict[str, Metric]:
    single, valued = rows["subject"].n_unique() == len(rows), rows["annual_value"].fill_null(0.0).max() or 0.0
    left_out = (RANKING if single else ()) + (() if valued else ("value_5pct",))
    metrics = {name: metric for name, metric in METRICS.items() if name not in left_out}
    return metrics | (PROBABILITY_METRICS if calibrated and model in (OWN, PLAIN) else {})


def calibration_table(chance: Floats, label: Floats) -> list[dict[str, float]]:
    """Mean predicted and observed of tenths of the rows; the interval is Wilson's (1927)."""
    parts = np.array_split(np.argsort(chance, kind="stable"), BINS)
    return [_tenth(chance[part], label[part]) for part in parts if part.size]


def _tenth(chance: Floats, label: Floats) -> dict[str, float]:
    number, share, z = len(label), float(label.mean()), 1.96
    middle = (share + z * z / (2 * number)) / (1 + z * z / number)
    spread = z * np.sqrt(share * (1 - share) / number + z * z / (4 * number * number)) / (1 + z * z / number)
    values = {"predicted": chance.mean(), "observed": share, "low": middle - spread, "high": middle + spread}
    return {name: round(float(value), 6) for name, value in values.items()} | {"rows": number}
