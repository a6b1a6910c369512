"""Features of a person: what their own records and their pay say, as of a day."""

from datetime import date
from typing import Final

import narwhals as nw

from graph.facts.payroll import salaries
from graph.features.bank import Bank, days_since
from graph.people import Frame

FEATURES: Final = (
    "age", "female", "income", "aum", "segment", "risk_tolerance", "tenure", "held_number", "since_opening",
    "opened_year", "wage", "pay_months", "pay",
)  # fmt: skip
SEGMENTS: Final = ("mass", "affluent", "private")
YEAR: Final = 365


def features(bank: Bank, day: date, held: Frame) -> Frame:
    """(party, `FEATURES`) of every customer, where `held` is `bank.held()`; years of age, spans in days, yuan."""
    return (
        _records(bank, day)
        .join(_activity(bank, day), on="entity", how="left")
        .join(held.group_by("entity").agg(nw.len().cast(nw.Int32).alias("held_number")), on="entity", how="left")
        .join(bank.staff.group_by("entity").agg(nw.col("monthly_salary").max().alias("wage")), on="entity", how="left")
        .join(pay(bank, day), on="entity", how="left")
        .with_columns(nw.col("held_number", "opened_year").fill_null(0))
        .drop("entity")
    )


def pay(bank: Bank, day: date) -> Frame:
    """(entity, pay_months, pay): the salary that payments show a person to receive."""
    found = salaries(bank, day).group_by("payee")
    return found.agg(nw.col("months").max().alias("pay_months"), nw.col("monthly_fen").max().alias("pay")).rename(
        {"payee": "entity"}
    )


def _records(bank: Bank, day: date) -> Frame:
    codes = list(range(len(SEGMENTS)))
    segment = nw.col("segment").replace_strict(list(SEGMENTS), codes, default=None, return_dtype=nw.Int8)
    return bank.customers.select(
        "party",
        "entity",
        (days_since("birth_date", day) / YEAR).alias("age"),
        (nw.col("gender") == "F").cast(nw.Int8).alias("female"),
        nw.col("monthly_income").alias("income"),
        "aum",
        segment,
        "risk_tolerance",
        days_since("came_on", day).alias("tenure"),
    )


def _activity(bank: Bank, day: date) -> Frame:
    age = days_since("opened_on", day)
    return bank.holdings.group_by("entity").agg(
        age.min().alias("since_opening"), (age < YEAR).sum().cast(nw.Int32).alias("opened_year")
    )
