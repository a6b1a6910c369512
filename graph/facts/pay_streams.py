"""Payments of organisations to people as streams, one for each payer and person, and the batches they come in.

    payments ──► main rows: of each stream and month the payment of the greatest batch ──► streams
                                └──► batches: what one payer pays on one day

A batch is judged by how many of its payees come again in the month before or after: that tells the payday from the day
of a refund, whatever is written beside it. Means are made of whole millionths, so that no order of adding shows.
"""

import re
import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import polars as pl

from graph.features.bank import Bank

ENDS: Final = ("payer", "payee")
STREAM: Final = "stream"
"""One number for payer and payee, in their order: grouping, joining and sorting by one is much faster than by two."""
NEAR: Final = 0.35
"""A month's pay is near the median within this share of it."""
_PASSING: Final = r"20\d{2}[-/.年]?(\d{1,2}月?份?)?|\d{1,2}月份?|\d{5,}|[\s\p{P}]+"
"""What changes from month to month in a purpose: years, months, numbers of orders; and signs."""
_MILLION: Final = 1_000_000
_DAYS: Final = 30.4


@cache
def words(name: str) -> str:
    """The pattern of a list of words in `payroll.toml`."""
    listed = tomllib.loads(files("graph.facts").joinpath("payroll.toml").read_text(encoding="utf-8"))
    return "(?i)" + "|".join(re.escape(word) for word in listed[name])


def parties(bank: Bank) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Who may pay (payer: organisations, and parties outside of unknown kind), and who may be paid (payee: people)."""
    known = bank.parties.to_native().select("entity", "label").unique().collect()
    companies = known.filter(pl.col("label") == "Company").select("entity")
    people = known.filter(pl.col("label").is_in(["Customer", "Employee"])).select("entity")
    outside = bank.counterparties.to_native().select("entity", "kind").collect()
    payers = pl.concat([companies, outside.filter(pl.col("kind").ne_missing("person")).select("entity")])
    payees = pl.concat([people, outside.filter(pl.col("kind").ne_missing("company")).select("entity")])
    return (
        payers.join(people, on="entity", how="anti").unique().rename({"entity": "payer"}),
        payees.join(companies, on="entity", how="anti").unique().rename({"entity": "payee"}),
    )


def to_people(bank: Bank, day: date, after: date = date.min) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Payments of organisations to people after one day until another, and what is written beside them.

    stream, payer, payee, month (since year 0), paid_on, fen, count, text, sorted by stream and day; and text, said,
    unsaid, silent (1 or 0).
    """
    payers, payees = parties(bank)
    rows = (
        bank.payments.to_native()
        .filter((pl.col("paid_on") > after) & (pl.col("paid_on") <= day) & (pl.col("fen") > 0))
        .join(payers.lazy(), on="payer", how="semi")
        .join(payees.lazy(), on="payee", how="semi")
        .with_columns(
            (pl.col("paid_on").dt.year() * 12 + pl.col("paid_on").dt.month()).cast(pl.Int32).alias("month"),
            pl.col("purpose").fill_null(""),
        )
        .collect()
    )
    written = rows.select("purpose").unique().with_columns(
        pl.col("purpose").str.to_lowercase().str.replace_all(_PASSING, "").alias("normal")
    )  # fmt: skip
    texts = written.select("normal").unique().sort("normal").with_row_index("text")
    other = pl.col("normal").str.contains(words("not_salary"))
    said = pl.col("normal").str.contains(words("salary")) & ~other
    codes = written.join(texts, on="normal").select("purpose", "text")
    marked = texts.select(
        "text", said.cast(pl.Int64).alias("said"), other.cast(pl.Int64).alias("unsaid"),
        (pl.col("normal") == "").alias("silent"),
    )  # fmt: skip
    coded = rows.join(codes, on="purpose", how="left").drop("purpose")
    return coded.with_columns(stream_of("payer", "payee")).sort(STREAM, "paid_on"), marked


def stream_of(payer: str, payee: str) -> pl.Expr:
    """`stream` from the columns of the ends."""
    return (pl.col(payer).cast(pl.UInt64) * 2**32 + pl.col(payee)).alias(STREAM)


def main_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """One row for each payer, person and month, sorted by these: the payment of the greatest batch.

    stream, payer, payee, month, paid_on, fen, text, number (of payments in the month), total (fen of the month), again
    (how many others of the day's batch come again), mates (how many others are in it).
    """
    # rows are in order, so a month of a stream is known by where it begins, and its figures are taken by its place
    place = (~(_same(STREAM) & _same("month"))).cum_sum().alias("place")
    placed = rows.with_columns(place - 1)
    months = _months(placed)
    placed = placed.drop("count").with_columns(
        months[name].gather(placed["place"]) for name in ("number", "total", "rows", "comes")
    )
    comes = pl.col("comes").cast(pl.Int64)
    first_of_day = ~(_same(STREAM) & _same("paid_on"))
    batches = placed.filter(first_of_day).group_by("payer", "paid_on").agg(
        pl.len().cast(pl.Int64).alias("size"), comes.sum().alias("coming")
    )  # fmt: skip
    ranked = placed.join(batches, on=["payer", "paid_on"], how="left").with_columns(
        (pl.col("coming") - comes).alias("again"), (pl.col("size") - 1).alias("mates")
    )
    alone = pl.col("rows") == 1
    chosen = pl.concat([ranked.filter(alone), _greatest(ranked.filter(~alone))])
    return chosen.drop("coming", "size", "comes", "rows").sort("place").drop("place")


def _greatest(rows: pl.DataFrame) -> pl.DataFrame:
    """Of each stream and month the row of the greatest batch, then of the greatest sum, then the first."""
    order = ["place", "again", "fen", "paid_on", "text"]
    ordered = rows.sort(order, descending=[False, True, True, False, False])
    return ordered.unique("place", keep="first", maintain_order=True)


def _months(rows: pl.DataFrame) -> pl.DataFrame:
    """By place: number, total, rows, comes (the payer pays them in the month before or after, too)."""
    months = (
        rows.group_by("place")
        .agg(
            pl.col(STREAM, "month").first(),
            pl.col("count").sum().cast(pl.Int64).alias("number"),
            pl.col("fen").sum().alias("total"),
            pl.len().alias("rows"),
        )
        .sort("place")
    )
    beside = [_same(STREAM, step) & ((pl.col("month") - pl.col("month").shift(step)).abs() == 1) for step in (1, -1)]
    return months.with_columns((beside[0] | beside[1].fill_null(value=False)).alias("comes"))


def _same(column: str, step: int = 1) -> pl.Expr:
    """Whether the row `step` before has the same value."""
    return (pl.col(column) == pl.col(column).shift(step)).fill_null(value=False)


def streams(rows: pl.DataFrame) -> pl.DataFrame:
    """One row for each payer and person, from `main_rows`, sorted by them: what it shows on its own.

    stream, payer, payee, months, first_on, last_on, span (months from first to last), middle (median fen), near and
    equal (shares of months near the median; of months equal to the one before), deviation (mean, relative to the
    median), round (share of whole hundreds of yuan), number (payments a month), extra (money beside the main payments,
    of them), again (mean of log2(1 + …)), share (of batch-mates who come again), regular (0..1, of days of the month).
    """
    middle = rows.group_by(STREAM).agg(pl.col("fen").median().alias("middle"))
    off = (pl.col("fen") - pl.col("middle")).abs() / pl.col("middle").clip(1)
    same = _same(STREAM) & _same("fen")
    angle = pl.col("paid_on").dt.day() * (2 * np.pi / _DAYS)
    joined = rows.join(middle, on=STREAM, how="left", maintain_order="left").with_columns(
        off=off, equal=same, cos=millionths(angle.cos()), sin=millionths(angle.sin()),
        log=millionths((1 + pl.col("again")).log(2)),
    )  # fmt: skip
    return joined.group_by(STREAM).agg(
        pl.col(ENDS).first(), pl.len().cast(pl.Int32).alias("months"),
        pl.col("paid_on").min().alias("first_on"), pl.col("paid_on").max().alias("last_on"),
        (pl.col("month").max() - pl.col("month").min() + 1).alias("span"),
        pl.col("middle").first(),
        (pl.col("off") <= NEAR).mean().alias("near"),
        (millionths(pl.col("off").clip(0, 2)).mean() / _MILLION).alias("deviation"),
        (pl.col("equal").sum() / (pl.len() - 1).clip(1)).alias("equal"),
        (pl.col("fen") % 10_000 == 0).mean().alias("round"),
        pl.col("number").mean().alias("number"),
        (pl.col("total").sum() / pl.col("fen").sum() - 1).alias("extra"),
        (pl.col("log").mean() / _MILLION).alias("again"),
        (pl.col("again").sum() / pl.col("mates").sum().clip(1)).alias("share"),
        ((pl.col("cos").mean() ** 2 + pl.col("sin").mean() ** 2).sqrt() / _MILLION).round(6).alias("regular"),
    ).sort(STREAM)  # fmt: skip


def millionths(value: pl.Expr) -> pl.Expr:
    """Whole millionths."""
    return (value * _MILLION).round().cast(pl.Int64)
