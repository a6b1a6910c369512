"""What a model card keeps of data and fit, and how far two runs have drifted apart.

Distributions are kept as quantiles, so that any two runs can be compared without their data. Drift is the population
stability index over tenths (PSI, Siddiqi 2006): under 0.1 nothing, from 0.25 large.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LARGE: Final = 0.25
QUANTILES: Final = 51
SAMPLE: Final = 50_000
"""About so many rows, evenly taken, show a distribution."""
BINS: Final = 10
LEAST_SHARE: Final = 0.002


def distribution(values: NDArray[np.floating], weight: NDArray[np.floating] | None = None) -> dict[str, Any]:
    """Quantiles of what is known, and the share that is not; of an even sample where there is much."""
    step = max(1, len(values) // SAMPLE)
    some = np.asarray(values[::step], np.float64)
    heavy = np.ones(len(some)) if weight is None else np.asarray(weight[::step], np.float64)
    known = ~np.isnan(some)
    if not known.any():
        return {"unknown": 1.0, "quantiles": []}
    order = np.argsort(some[known], kind="stable")
    ordered, mass = some[known][order], np.cumsum(heavy[known][order])
    at = np.searchsorted(mass, np.linspace(0.0, 1.0, QUANTILES) * mass[-1]).clip(0, len(ordered) - 1)
    unknown = 1.0 - heavy[known].sum() / heavy.sum()
    return {"unknown": round(float(unknown), 6), "quantiles": [float(f"{value:.6g}") for value in ordered[at]]}


def stability(before: dict[str, Any], now: dict[str, Any]) -> float:
    """PSI between two distributions; the bins are tenths of the earlier one, and one for what is unknown."""
    edges = np.unique(before["quantiles"][:: QUANTILES // BINS][1:-1]) if before["quantiles"] else np.zeros(0)
    expected, actual = (np.maximum(_shares(one, edges), LEAST_SHARE) for one in (before, now))
    return round(float(((actual - expected) * np.log(actual / expected)).sum()), 4)


def _shares(one: dict[str, Any], edges: Floats) -> Floats:
    if not one["quantiles"]:
        return np.r_[np.zeros(len(edges) + 1), 1.0]
    below = np.searchsorted(one["quantiles"], edges, side="right") / QUANTILES
    return np.r_[np.diff(np.r_[0.0, below, 1.0]) * (1.0 - one["unknown"]), one["unknown"]]


def held_out_figures(chance: Floats, label: NDArray[np.bool_], weight: NDArray[np.floating]) -> dict[str, Any]:
    """How the model does on outcomes that it was not grown on: rows, AUC, ECE, means, tenths; for the card."""
    if not len(label):
        return {"rows": 0}
    order = np.argsort(chance, kind="stable")
    tenths = [_tenth(chance[part], label[part], weight[part]) for part in np.array_split(order, BINS) if part.size]
    total = weight.sum()
    error = sum(one["weight"] * abs(one["predicted"] - one["observed"]) for one in tenths) / total
    return {
        "rows": len(label), "positives": int(label.sum()), "auc": _auc(chance, label, weight),
        "ece": round(float(error), 6), "mean_predicted": round(float(chance @ weight / total), 6),
        "mean_observed": round(float(label @ weight / total), 6), "tenths": tenths,
    }  # fmt: skip


def _tenth(chance: Floats, label: NDArray[np.bool_], weight: NDArray[np.floating]) -> dict[str, Any]:
    total = float(weight.sum())
    means = {"predicted": chance @ weight / total, "observed": label @ weight / total}
    return {name: round(float(value), 6) for name, value in means.items()} | {"rows": len(label), "weight": total}


def _auc(chance: Floats, label: NDArray[np.bool_], weight: NDArray[np.floating]) -> float | None:
    from sklearn.metrics import roc_auc_score

    if label.all() or not label.any():
        return None
    return round(float(roc_auc_score(label, chance, sample_weight=weight)), 6)
