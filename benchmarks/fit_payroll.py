"""Learn the two ensembles of `graph/facts/payroll.py` on made-up worlds drawn at random.

python benchmarks/fit_payroll.py [WORLDS]      default: 120; writes graph/facts/payroll_own.txt and payroll_all.txt

The worlds of `bench_payroll.py` have other seeds and other settings.
"""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import polars as pl
from payrolls import CHINESE, CODES, ENGLISH, Spec, bank_of, coded_truth, world

from graph.facts.pay_evidence import BESIDE, FALLING, OWN, RISING, evidence_beside, matrix_of, own_features
from graph.facts.pay_streams import main_rows, streams, to_people

DAY = date(2031, 1, 1)
PINYIN = {
    "pay": ("gongzi", "daifa", "XC"), "rent": ("fangzu",), "goods": ("huokuan", "cg"), "pension": ("yanglao", "tx"),
    "claim": ("lp",), "annuity": ("nj",), "refund": ("tk",), "expense": ("bx", "clf"), "dividend": ("fh",),
    "gig": ("ps",), "bonus": ("jj",), "family": ("zz", "hb"), "benefit": ("bt",), "settlement": ("js",),
}  # fmt: skip
PARAMETERS = {
    "objective": "binary", "num_leaves": 10, "learning_rate": 0.1, "min_data_in_leaf": 200, "lambda_l2": 5.0,
    "feature_fraction": 0.6, "seed": 1, "deterministic": True, "force_row_wise": True, "verbosity": -1,
}  # fmt: skip
TREES = 100


class Example:
    """A world's streams with their own features, and which are salaries."""

    def __init__(self, spec: Spec) -> None:
        made = world(spec)
        bank = bank_of(made)
        payments, self.texts = to_people(bank, DAY)
        self.rows = main_rows(payments)
        self.table = own_features(streams(self.rows), self.rows, self.texts, bank, DAY)
        truth = coded_truth(made, bank).with_columns(truth=pl.lit(value=True))
        joined = self.table.join(truth, on=["payer", "payee"], how="left").sort("payer", "payee")
        self.label = joined["truth"].fill_null(value=False).to_numpy()
        self.own = matrix_of(self.table.select(OWN))

    def whole(self, first: lgb.Booster) -> np.ndarray:
        """Own features and what the streams beside say, given the first ensemble."""
        raw = np.asarray(first.predict(self.own, raw_score=True))
        return np.hstack([self.own, matrix_of(evidence_beside(self.rows, self.texts, self.table, raw))])


def random_spec(seed: int) -> Spec:
    """Anything between a village bank without words and a city with a giant employer."""
    rng = np.random.default_rng(seed)

    def one(*values: Any) -> Any:
        return values[rng.integers(len(values))]

    people = int(one(60, 250, 800, 1500, 3000))
    return Spec(
        f"random {seed}", seed, words=one(CHINESE, ENGLISH, CODES, PINYIN), people=people,
        firms=max(1, int(people / one(12, 30, 80))), giant=max(1, int(people * one(0, 0.02, 0.15, 0.3))),
        months=int(one(2, 3, 4, 6, 9, 14, 20, 26)), silent=one(0.1, 0.25, 0.25, 0.4, 0.7, 1.0),
        misled=one(0, 0.05, 0.1, 0.2), noise=one(0, 0.01, 0.03, 0.08), hourly=one(0, 0.1, 0.3),
        jitter=int(one(0, 0, 2, 6)),
        inside=one(0.1, 0.5, 0.9), staff_list=bool(one(0, 1)), known=bool(one(0, 1, 1)), sums=bool(one(0, 0, 0, 0, 1)),
        turnover=one(0.01, 0.03, 0.06), rounded=one(0, 0.2, 0.6), one_day=bool(one(0, 1)),
        gig_days=int(one(1, 7, 15, 30)),
    )  # fmt: skip


def fitted(inputs: list[np.ndarray], examples: list[Example], names: tuple[str, ...]) -> lgb.Booster:
    """One ensemble; a world counts by the root of its size."""
    weight = np.concatenate([np.full(len(each.label), len(each.label) ** -0.5) for each in examples])
    ways = [1 if name in RISING else -1 if name in FALLING else 0 for name in names]
    label = np.concatenate([each.label for each in examples])
    data = lgb.Dataset(np.concatenate(inputs), label, weight=weight / weight.mean(), feature_name=list(names))
    return lgb.train({**PARAMETERS, "monotone_constraints": ways}, data, TREES)


def main() -> None:
    """Fit and write both; the second sees log-odds from a first that did not learn from the same worlds."""
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else 120
    examples = [Example(random_spec(10_000 + number)) for number in range(worlds)]
    own = fitted([each.own for each in examples], examples, OWN)
    halves = [examples[::2], examples[1::2]]
    firsts = [fitted([each.own for each in half], half, OWN) for half in halves]
    inputs = {id(each): each.whole(firsts[1 - side]) for side, half in enumerate(halves) for each in half}
    both = fitted([inputs[id(each)] for each in examples], examples, OWN + BESIDE)
    for name, booster in (("own", own), ("all", both)):
        text = booster.model_to_string().partition("\nparameters:")[0]
        place = Path(__file__).parents[1] / "graph" / "facts" / f"payroll_{name}.txt"
        place.write_text(text + "\n", encoding="utf-8")
        print(place.name, len(text), booster.num_trees(), "trees")


if __name__ == "__main__":
    main()
