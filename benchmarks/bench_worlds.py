"""Every kind against worlds with an oracle: what is found as of a day, beside what came in the 180 days after.

python benchmarks/bench_worlds.py [--customers N] [--seeds 1,2,3] [--styles balanced,workplace] [--kinds KIND,KIND]

skill    (AUC - 0.5) / (the oracle's AUC - 0.5)
value    yearly margin taken in the best 5 % by expected value, over the oracle's
taken    number taken in the best 5 % by probability, over the oracle's
HR@1     of the subjects who took anything, the share whose likeliest product was taken; the oracle's behind it
p/o      mean predicted over mean observed; oracle's: the same of its chances, which were frozen on the day
ECE      expected calibration error over ten bins of equal size
scored   share of the truth's rows that were scored at all; seen, seen p/o: skill and p/o over these alone
already  payroll_to_retail: share of the best 5 % who are customers already

Rows of the truth that were not scored count as probability 0.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from world import STYLES, Truth, make_world

from graph.opportunities.find import find
from graph.opportunities.kinds import KINDS
from graph.snapshot import Snapshot
from loaders.load import Request, temporary_snapshot
from texts.progress import Silent

BEST = 0.05
BINS = 10
SUBJECT = ["subject_type", "subject_id"]
Floats: TypeAlias = NDArray[np.float64]


def found(snapshot: Snapshot, truth: Truth, kind: str) -> tuple[pl.DataFrame, float]:
    """All scored candidates of a kind, and the seconds it took."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        find(
            snapshot, as_of=truth.as_of, horizon=truth.horizon, kinds=[kind], progress=Silent(), out=Path(folder)
        )  # fmt: skip
        rows = pl.read_parquet(Path(folder) / "opportunities.parquet")
    scored = rows.select(pl.col("subject_type").str.to_lowercase(), "subject_id", "product_id", "probability")
    return scored, time.monotonic() - begun


def joined(scored: pl.DataFrame, truth: Truth, kind: str, products: pl.DataFrame) -> pl.DataFrame:
    """The truth's rows (subject, product_id, chance, taken, already, value) with the `probability` they were given."""
    true = truth.kinds[kind].rename({"probability": "chance"}).with_columns(already=pl.lit(value=False))
    if kind == "payroll_to_retail":  # customers already whom nobody recognised: they will never come
        known = scored.join(truth.already.to_frame("subject_id"), on="subject_id", how="semi")
        wrong = known.select(
            *SUBJECT, pl.lit(None, pl.String).alias("product_id"), pl.lit(0.0).alias("chance"),
            pl.lit(value=False).alias("taken"), pl.lit(value=True).alias("already"),
        )  # fmt: skip
        true = pl.concat([true, wrong])
    key = [*SUBJECT, "product_id"]
    if true["product_id"].null_count() or scored["product_id"].null_count():
        key = SUBJECT
        true = true.group_by(key, maintain_order=True).agg(
            (1 - (1 - pl.col("chance")).product()).alias("chance"),
            pl.col("taken", "already").any(),
            pl.lit(None).alias("product_id"),
        )
    best = scored.group_by(key).agg(pl.col("probability").max())
    rows = true.join(best, on=key, how="left", maintain_order="left").with_columns(pl.col("probability").fill_null(0.0))
    values = products.select("product_id", pl.col("annual_value").alias("value"))
    rows = rows.with_columns(pl.col("product_id").cast(pl.String)).join(
        values, on="product_id", how="left", maintain_order="left"
    )
    return rows.with_columns(pl.col("value").fill_null(1.0))


def judged(rows: pl.DataFrame) -> dict[str, float]:
    """The figures of one kind."""
    taken, value = rows["taken"].to_numpy(), rows["value"].to_numpy()
    ours, oracle = rows["probability"].to_numpy(), rows["chance"].to_numpy()
    if not taken.any():
        return {}
    aucs = [float(roc_auc_score(taken, score)) for score in (ours, oracle)]
    figures = {
        "oracle": aucs[1],
        "skill": (aucs[0] - 0.5) / (aucs[1] - 0.5),
        "value": _captured(ours * value, taken * value) / _captured(oracle * value, taken * value),
        "taken": _captured(ours, taken) / _captured(oracle, taken),
        "p/o": float(ours.sum() / taken.sum()),
        "oracle's": float(oracle.sum() / taken.sum()),
        "ECE": calibration_error(ours, taken),
        "scored": float((ours > 0).mean()),
    }
    scored = ours > 0
    if not scored.all() and taken[scored].any():
        only = judged(rows.filter(pl.Series(scored)))
        figures |= {"seen": only["skill"], "seen p/o": only["p/o"]}
    if rows["already"].any():
        figures["already"] = float(rows["already"].to_numpy()[_best(ours)].mean())
    if rows["product_id"].n_unique() > 1:
        figures |= {"HR@1": hits(rows, "probability"), "of": hits(rows, "chance")}
    return figures


def _best(score: Floats) -> NDArray[np.intp]:
    return np.argsort(-score, kind="stable")[: max(1, round(BEST * len(score)))]


def _captured(score: Floats, worth: Floats) -> float:
    return max(float(worth[_best(score)].sum()), 1e-9)


def calibration_error(probability: Floats, taken: NDArray[np.bool_]) -> float:
    """Mean distance between predicted and observed over bins of equal size."""
    bins = np.array_split(np.argsort(probability, kind="stable"), BINS)
    return sum(len(one) * abs(probability[one].mean() - taken[one].mean()) for one in bins if len(one)) / len(taken)


def hits(rows: pl.DataFrame, score: str) -> float:
    """HR@1 over the subjects who took anything."""
    takers = rows.filter(pl.col("taken").any().over(SUBJECT))
    best = takers.sort(score, descending=True, maintain_order=True).unique(SUBJECT, keep="first", maintain_order=True)
    return float(best["taken"].to_numpy().mean())


def bench(folder: Path, customers: int, seed: int, style: str, kinds: Sequence[str]) -> None:
    """One world, one line per kind."""
    truth = make_world(folder / "bank", customers, seed, style)
    (folder / "snapshot").mkdir()
    snapshot = temporary_snapshot(Request(str(folder / "bank")), folder / "snapshot", Silent())
    products = pl.read_parquet(folder / "bank" / "products.parquet")
    for kind in kinds:
        scored, seconds = found(snapshot, truth, kind)
        rows = joined(scored, truth, kind, products)
        figures = judged(rows)
        said = "  ".join(f"{name} {value:.3f}" for name, value in figures.items())
        print(
            f"{style:10} {seed} {kind:20} {int(rows['taken'].sum()):6} of {len(rows):7}  {said}  {seconds:.1f} s",
            flush=True,
        )


def main() -> None:
    """Print one line per world and kind."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--styles", default=",".join(STYLES))
    parser.add_argument("--kinds", default=",".join(KINDS))
    asked = parser.parse_args()
    for style in asked.styles.split(","):
        for seed in asked.seeds.split(","):
            with tempfile.TemporaryDirectory() as folder:
                bench(Path(folder), asked.customers, int(seed), style, asked.kinds.split(","))


if __name__ == "__main__":
    main()
