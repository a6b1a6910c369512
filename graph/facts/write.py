"""The facts that `find` detects, as tables: from_type, from_id, to_type, to_id, confidence, and what each has more."""

from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from graph.facts.payroll import payroll
from graph.features.bank import Bank
from graph.snapshot import Snapshot

FACTS: Final = ("is_customer", "same_as", "pays_salary")


def write_facts(snapshot: Snapshot, bank: Bank, day: date, folder: Path) -> dict[str, int]:
    """Write each fact's table into `folder`; the number of rows of each."""
    folder.mkdir()
    tables = {
        "is_customer": _is_customer(snapshot, bank), "same_as": _same_as(snapshot, bank),
        "pays_salary": _pays_salary(bank, day),
    }  # fmt: skip
    for name, table in tables.items():
        table.sort("from_type", "from_id", "to_type", "to_id").write_parquet(folder / f"{name}.parquet")
    return {name: len(table) for name, table in tables.items()}


def _is_customer(snapshot: Snapshot, bank: Bank) -> pl.DataFrame:
    """Links between records that both stood on the day."""
    links = snapshot.relationships("IS_CUSTOMER")
    known = bank.parties.to_native().select("party", "label", "id")
    for end, label, frame in (("from", "Employee", bank.staff), ("to", "Customer", bank.customers)):
        there = frame.to_native().select("party").join(known, on="party").select("id")
        links = links.filter(pl.col(f"{end}_label") == label).join(
            there, left_on=f"{end}_id", right_on="id", how="semi"
        )
    return links.select(
        pl.lit("employee").alias("from_type"), "from_id", pl.lit("customer").alias("to_type"), "to_id",
        pl.col("probability").fill_null(1.0).alias("confidence"), "method",
    ).collect()  # fmt: skip


def _same_as(snapshot: Snapshot, bank: Bank) -> pl.DataFrame:
    """Links between other records of one person or organisation, both of which were there on the day."""
    links = snapshot.relationships("SAME_AS")
    known = bank.parties.to_native().select("label", "id")
    for end in ("from", "to"):
        links = links.join(known, left_on=[f"{end}_label", f"{end}_id"], right_on=["label", "id"], how="semi")
    types = [pl.col(f"{end}_label").str.to_lowercase().alias(f"{end}_type") for end in ("from", "to")]
    return links.select(
        types[0], "from_id", types[1], "to_id", pl.col("probability").fill_null(1.0).alias("confidence"), "method"
    ).collect()


def _pays_salary(bank: Bank, day: date) -> pl.DataFrame:
    """Salaries between records: of one party's several, a company before a counterparty, a customer before the rest."""
    found = payroll(bank, day).with_columns((pl.col("monthly_fen") / 100).alias("monthly_amount"))
    first = pl.col("label").replace_strict({"Company": 0, "Customer": 0, "Employee": 1}, default=2)
    known = bank.parties.to_native().select("entity", "label", "id", first.alias("place")).collect()
    best = known.sort("entity", "place", "id").unique("entity", keep="first", maintain_order=True)
    for code, end in (("payer", "from"), ("payee", "to")):
        keys = best.select(
            pl.col("entity").alias(code), pl.col("label").str.to_lowercase().alias(f"{end}_type"),
            pl.col("id").alias(f"{end}_id"),
        )  # fmt: skip
        found = found.join(keys, on=code, how="left")
    return found.select(
        "from_type", "from_id", "to_type", "to_id", "confidence", "months", "monthly_amount", "tier", "usual_day",
        "first_on", "last_on", "next_on", "stopped",
    )  # fmt: skip
