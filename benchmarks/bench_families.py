"""What each family of evidence adds, kind by kind: the same learner on worlds with an oracle, one family left out.

python benchmarks/bench_families.py [--customers N] [--seeds 12] [--styles balanced,workplace] [--kinds KIND,KIND]

A line per world and kind: the skill (see `bench_worlds.py`) with all, then what is lost without each family, and
without all that comes from the graph. What another family can stand in for is not lost; a loss below zero is a gain.
"""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
from bench_worlds import joined, judged
from world import Truth, make_world

from graph.features.bank import Bank
from graph.features.groups import GRAPH, GROUPS
from graph.opportunities.kinds import KINDS
from graph.opportunities.task import Task
from loaders.load import Request, temporary_snapshot
from texts.progress import Silent

OFFERED = "product"
"""What a row offers is no evidence."""


def skill(task: Task, kind: str, truth: Truth, products: pl.DataFrame) -> float:
    """Of one kind, as the task looks at it."""
    scored = KINDS[kind](task).scored
    parties = task.bank.parties.select("party", "label", "id").collect().to_native()
    named = scored.join(parties, left_on="subject", right_on="party", how="left", maintain_order="left")
    offered = task.bank.products.select("product", "product_id").collect().to_native()
    keyed = named.join(offered, on="product", how="left", maintain_order="left").select(
        pl.col("label").str.to_lowercase().alias("subject_type"), pl.col("id").alias("subject_id"),
        pl.col("product_id").cast(pl.String), "probability",
    )  # fmt: skip
    return judged(joined(keyed, truth, kind, products))["skill"]


def bench(folder: Path, customers: int, seed: int, style: str, kinds: Sequence[str]) -> None:
    """One world, one line per kind."""
    truth = make_world(folder / "bank", customers, seed, style)
    (folder / "snapshot").mkdir()
    snapshot = temporary_snapshot(Request(str(folder / "bank")), folder / "snapshot", Silent())
    products = pl.read_parquet(folder / "bank" / "products.parquet")
    bank = Bank.read(snapshot, truth.as_of)
    task = Task(bank, truth.as_of, truth.horizon, 0, bank.first_date(), consent_known=True, progress=Silent())
    families = {group: {group} for group in GROUPS if group != OFFERED} | {"graph": GRAPH}
    for kind in kinds:
        whole = skill(task, kind, truth, products)
        lost = {
            name: whole - skill(replace(task, without=frozenset(groups)), kind, truth, products)
            for name, groups in families.items()
        }
        said = "  ".join(f"{name} {value:+.3f}" for name, value in lost.items())
        print(f"{style:10} {seed} {kind:20} skill {whole:.3f}; lost without {said}", flush=True)


def main() -> None:
    """Print one line per world and kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--seeds", default="12")
    parser.add_argument("--styles", default="balanced,workplace")
    parser.add_argument("--kinds", default=",".join(KINDS))
    asked = parser.parse_args()
    for style in asked.styles.split(","):
        for seed in asked.seeds.split(","):
            with tempfile.TemporaryDirectory() as folder:
                bench(Path(folder), asked.customers, int(seed), style, asked.kinds.split(","))


if __name__ == "__main__":
    main()
