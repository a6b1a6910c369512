"""Payroll detection on made-up worlds with truth, against two plain rules; then seconds and memory on a demo bank.

python benchmarks/bench_payroll.py [CUSTOMERS]      default: no demo bank

Precision and recall at (payer, person), F1 among streams without a word of pay, recall of streams under three months,
streams of pension payers called a salary, mean confidence over mean truth of those with any, seconds.
"""

import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from payrolls import CODES, ENGLISH, Spec, bank_of, coded_truth, world

from demo import make_bank
from graph.facts.payroll import payroll
from graph.features.bank import Bank
from graph.home import Home
from graph.snapshot import latest_snapshot

DAY = date(2031, 1, 1)
WORLDS = (
    Spec("plain", 1), Spec("english", 2, words=ENGLISH, silent=0.3, giant=1000),
    Spec("codes", 3, words=CODES, silent=0.25), Spec("no words", 4, silent=1.0),
    Spec("no words, nothing known", 5, silent=1.0, known=False, staff_list=False),
    Spec("sums per month", 6, sums=True, silent=0.25),
    Spec("small firms", 7, giant=20, firms=250, silent=0.3, staff_list=False),
    Spec("misleading words", 8, misled=0.2, silent=0.3, jitter=4),
    Spec("hourly pay, much turnover", 9, hourly=0.6, jitter=2, silent=0.25, turnover=0.06),
    Spec("payers outside", 10, inside=0.1, silent=0.3, staff_list=False),
    Spec("same sum every month", 11, silent=0.5, known=False, words=CODES, noise=0.0),
    Spec("four months", 12, months=4, silent=0.25, turnover=0.08),
    Spec("all on one day", 13, silent=0.4, one_day=True, gig_days=30, rounded=0.5),
)  # fmt: skip
PAY, OTHER = "工资|代发|薪|salary|payroll|wage", "养老|退休|pension|benefit|租|rent|货款|报销|refund|退款"


def by_words(rows: pl.DataFrame) -> pl.DataFrame:
    """A word of pay in at least three months."""
    months = rows.filter("said").group_by("payer", "payee").agg(pl.col("month").n_unique().alias("months"))
    return months.filter(pl.col("months") >= 3).select("payer", "payee")


def by_words_and_habits(rows: pl.DataFrame) -> pl.DataFrame:
    """A word of pay, or a day on which the payer says so to most whom it pays."""
    days = rows.group_by("payer", "paid_on").agg(pl.col("said").mean().alias("share"), pl.len().alias("size"))
    usual = days.filter((pl.col("share") > 0.3) & (pl.col("size") > 2)).select("payer", "paid_on")
    joined = rows.join(usual, on=["payer", "paid_on"], how="semi").filter(~pl.col("other"))
    return pl.concat([rows.filter("said"), joined]).select("payer", "payee").unique()


def marked(bank: Bank) -> pl.DataFrame:
    """Payments with what a plain rule reads in them."""
    purpose = pl.col("purpose").fill_null("")
    other = purpose.str.contains(f"(?i){OTHER}")
    month = pl.col("paid_on").dt.truncate("1mo").alias("month")
    said = purpose.str.contains(f"(?i){PAY}") & ~other
    return bank.payments.to_native().collect().with_columns(month, said.alias("said"), other.alias("other"))


def scores(found: pl.DataFrame, truth: pl.DataFrame, spoken: pl.DataFrame) -> tuple[float, float, float, float]:
    """Precision, recall, F1 without words, recall under three months."""
    pairs = ["payer", "payee"]
    hit = found.select(pairs).join(truth, on=pairs, how="left")
    right = hit.filter(pl.col("true_months").is_not_null())
    quiet = hit.join(spoken, on=pairs, how="anti")
    asked = truth.join(spoken, on=pairs, how="anti")
    short, caught = (frame.filter(pl.col("true_months") < 3).height for frame in (truth, right))
    quiet_right = quiet.filter(pl.col("true_months").is_not_null()).height
    return (
        right.height / max(1, hit.height), right.height / truth.height,
        2 * quiet_right / max(1, quiet.height + asked.height), caught / max(1, short),
    )  # fmt: skip


def judge(spec: Spec) -> list[tuple[float, float, float, float]]:
    """Print the three rules on one world."""
    made = world(spec)
    bank = bank_of(made)
    truth, rows = coded_truth(made, bank), marked(bank)
    spoken = rows.filter("said").select("payer", "payee").unique()
    begun = time.monotonic()
    found = payroll(bank, DAY)
    seconds = time.monotonic() - begun
    names = pl.concat(
        [bank.companies.to_native().select("entity", "name"), bank.counterparties.to_native().select("entity", "name")]
    )
    bureaus = (
        names.filter(pl.col("name").is_in(["市社会保险事业管理中心", "付款户甲"])).select(payer="entity").collect()
    )
    pensions = found.join(bureaus, on="payer", how="semi").height
    right = found.join(truth, on=["payer", "payee"], how="semi").height
    ratio = float(found["confidence"].sum()) / max(1, right)
    rules = {"words": by_words(rows), "words and habits": by_words_and_habits(rows), "guanxi": found}
    figures = [scores(each, truth, spoken) for each in rules.values()]
    for name, each in zip(rules, figures, strict=True):
        print(f"{spec.name:27}{name:18}" + "".join(f"{value:9.3f}" for value in each))
    print(f"{'':27}pensions {pensions}, confidence / truth {ratio:.3f}, {seconds:.1f} s for {len(rows)} payments")
    return figures


def large(customers: int) -> None:
    """Seconds and peak memory on a demo bank."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_bank(folder / "bank", customers, seed=1)
        command = [sys.executable, "-m", "guanxi", "load", str(folder / "bank"), "--home", str(folder / "home")]
        subprocess.run([*command, "--store", "none"], check=True, stdout=subprocess.DEVNULL)
        snapshot = latest_snapshot(Home(folder / "home"))
        day = date.fromisoformat(snapshot.manifest["newest_date"][:10])
        bank = Bank.read(snapshot, day)
        begun, worked = time.monotonic(), time.process_time()
        found = payroll(bank, day)
        seconds, work = time.monotonic() - begun, time.process_time() - worked
        rows = bank.payments.to_native().select(pl.len()).collect().item()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{customers:,} customers, {rows:,} payments: {len(found):,} salaries in {seconds:.1f} s")
    print(f"{work:.1f} s of processor, peak {peak:.2f} GB")


def main() -> None:
    """Print everything."""
    print(f"{'':45}{'precision':>9}{'recall':>9}{'no words':>9}{'short':>9}")
    figures = np.array([judge(spec) for spec in WORLDS])
    for name, each in zip(("words", "words and habits", "guanxi"), figures.mean(axis=0), strict=True):
        print(f"{'mean':27}{name:18}" + "".join(f"{value:9.3f}" for value in each))
    if len(sys.argv) > 1:
        large(int(sys.argv[1]))


if __name__ == "__main__":
    main()
