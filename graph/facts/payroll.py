"""Salaries in payments: who is paid every month by an organisation, about the same, and not for something else.

First form: at least three months of payments, most of them near their median, and a purpose that speaks of pay (a
weak label) or a payer who pays several people that way.
"""

import re
import tomllib
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Final

import narwhals as nw

from graph.features.bank import Bank
from graph.people import Frame

LEAST_MONTHS: Final = 3
WINDOW_DAYS: Final = 365
NEAR: Final = 0.35
"""A month's pay is near the median within this share of it."""
LEAST_STEADY: Final = 0.6
LEAST_PAYEES: Final = 3
"""Without a word of pay, a payer of fewer regular payees than this is no employer."""


def salaries(bank: Bank, day: date, window: int = WINDOW_DAYS) -> Frame:
    """(payer, payee, months, monthly_fen, confidence) for each salary seen within `window` days before `day`."""
    streams = _streams(_months(_to_people(bank, day, window)))
    regular = streams.filter(
        (nw.col("months") >= LEAST_MONTHS) & (nw.col("steady") >= LEAST_STEADY) & (nw.col("other") == 0)
    )
    payees = regular.group_by("payer").agg(nw.len().alias("payees"))
    said = nw.col("said") / nw.col("months")
    confidence = (
        0.5 + 0.3 * said + 0.15 * nw.col("steady") + nw.when(nw.col("months") > LEAST_MONTHS).then(0.04).otherwise(0.0)
    )
    return (
        regular.join(payees, on="payer", how="left")
        .filter((nw.col("said") > 0) | (nw.col("payees") >= LEAST_PAYEES))
        .select("payer", "payee", "months", "monthly_fen", confidence.round(4).alias("confidence"))
    )


@cache
def _words(name: str) -> str:
    listed = tomllib.loads(files("graph.facts").joinpath("purposes.toml").read_text(encoding="utf-8"))
    return "(?i)" + "|".join(re.escape(word) for word in listed[name])


def _to_people(bank: Bank, day: date, window: int) -> Frame:
    """Payments of organisations to people."""
    kinds = bank.parties.select("entity", "label").unique()
    organisations = kinds.filter(nw.col("label").is_in(["Company", "Counterparty"])).select(
        nw.col("entity").alias("payer")
    )
    people = kinds.filter(nw.col("label").is_in(["Customer", "Employee"])).select(nw.col("entity").alias("payee"))
    lately = bank.payments.filter(nw.col("paid_on") > day - timedelta(days=window))
    return lately.join(people, on="payee", how="semi").join(organisations, on="payer", how="semi")


def _months(payments: Frame) -> Frame:
    """One row per payer, payee and calendar month, with what its purposes say."""
    purpose = nw.col("purpose").fill_null("")
    marked = payments.with_columns(
        (nw.col("paid_on").dt.year() * 12 + nw.col("paid_on").dt.month()).alias("month"),
        purpose.str.contains(_words("salary")).cast(nw.Int32).alias("said"),
        purpose.str.contains(_words("not_salary")).cast(nw.Int32).alias("other"),
    )
    return marked.group_by("payer", "payee", "month").agg(
        nw.col("fen").sum(), nw.col("said").max(), nw.col("other").max()
    )


def _streams(months: Frame) -> Frame:
    middle = months.group_by("payer", "payee").agg(nw.col("fen").median().alias("middle"))
    near = (nw.col("fen") - nw.col("middle")).abs() <= NEAR * nw.col("middle")
    joined = months.join(middle, on=["payer", "payee"], how="left").with_columns(near.cast(nw.Int32).alias("near"))
    streams = joined.group_by("payer", "payee").agg(
        nw.len().cast(nw.Int32).alias("months"), nw.col("near").sum(), nw.col("said").sum(), nw.col("other").sum(),
        nw.col("middle").max().round().cast(nw.Int64).alias("monthly_fen"),
    )  # fmt: skip
    return streams.with_columns((nw.col("near") / nw.col("months")).alias("steady"))
