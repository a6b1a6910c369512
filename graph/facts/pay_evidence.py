"""What tells a salary: a stream's own features, then what the streams beside it say.

Own evidence is learned by one small tree ensemble; its log-odds then go round: to the others of the same batch, of the
same payer, of the same payer and purpose, and, over all payers, to the purposes themselves, so that a bank's own words
and codes are learned from how they are used. Beside that stands what the payees are paid as salary elsewhere, and how a
sum compares with the bank's likely salaries. A stream never counts for itself. A second ensemble weighs all of it.
"""

from datetime import date
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph.facts.pay_streams import ENDS, STREAM, stream_of, words
from graph.features.bank import Bank
from graph.learning.rows import logit

OWN: Final = (
    "months", "near", "deviation", "equal", "round", "number", "extra", "again", "share", "regular", "listed",
    "unlisted", "back", "bureau", "payer_old", "old", "said", "unsaid", "cover",
)  # fmt: skip
BESIDE: Final = ("batch", "payer_mean", "same_text", "word", "elsewhere", "payer_elsewhere", "level", "payer_level")
RISING: Final = frozenset(
    {"near", "again", "share", "regular", "listed", "said", "cover", "batch", "same_text", "word"}
)
"""Features that can only speak for a salary, and below those that can only speak against it."""
FALLING: Final = frozenset(
    {
        "deviation", "round", "number", "unlisted", "back", "bureau", "payer_old", "old", "unsaid",
        "elsewhere", "payer_elsewhere",
    }
)  # fmt: skip
RETIRED: Final = 60
"""Age in years from which a payee counts as old."""
_BOUND: Final = 4.0
"""Log-odds beyond this say no more to others."""
_UNIT: Final = 1000
"""Log-odds and shares are added up in thousandths."""
_SHRINKAGE: Final = 1
"""Others' mean is drawn to zero as if by so many more."""
_WORD_SHRINKAGE: Final = 2.0
"""What is learned of a purpose is drawn to what the listed words say, as if by so many payers more."""
_SEED: Final = 3.0
"""Log-odds that a listed word starts from, for or against."""

Floats = NDArray[np.float64]


def own_features(streams: pl.DataFrame, rows: pl.DataFrame, texts: pl.DataFrame, bank: Bank, day: date) -> pl.DataFrame:
    """`streams` (sorted) with the columns `OWN`; also `retired` (share of the payer's payees of known age, or null)."""
    spoken = (
        rows.select(STREAM, "text")
        .join(texts, on="text", how="left")
        .group_by(STREAM)
        .agg(pl.col("said").mean(), pl.col("unsaid").mean())
    )
    table = streams.join(spoken, on=STREAM, how="left")
    for frame, key in _known(streams, bank, day):
        table = table.join(frame, on=key, how="left")
    several = pl.col("months") > 1
    old = pl.col("age") >= RETIRED
    return table.sort(STREAM).with_columns(
        *(pl.when(several).then(name).alias(name) for name in ("near", "deviation", "equal", "regular")),
        pl.col("months").clip(1, 12).cast(pl.Float64).alias("months"), pl.col("months").alias("seen"),
        pl.col("number").log().clip(0, 3), (pl.col("extra") + 1).log().clip(0, 3),
        (pl.col("months") / pl.col("span")).alias("cover"),
        ((pl.col("staff") > 0) & pl.col("listed").is_null()).cast(pl.Float64).fill_null(0.0).alias("unlisted"),
        pl.col("listed", "back", "bureau").fill_null(0.0),
        old.cast(pl.Float64).fill_null(0.0).alias("old"),
        old.mean().over("payer").fill_null(0.05).alias("payer_old"),
        pl.when(old.count().over("payer") >= 3).then(old.mean().over("payer")).alias("retired"),  # noqa: PLR2004
    )  # fmt: skip


def _known(streams: pl.DataFrame, bank: Bank, day: date) -> list[tuple[pl.DataFrame, list[str]]]:
    """What is known of the parties beside their payments, each with its key."""
    keys = streams.select(STREAM, *ENDS)
    age = ((pl.lit(day) - pl.col("birth_date")).dt.total_days() / 365.25).alias("age")
    people = bank.customers.to_native().select(pl.col("entity").alias("payee"), "employer_name", age).collect()
    names = pl.concat(
        frame.to_native().select(pl.col("entity").alias("payer"), "name").collect()
        for frame in (bank.companies, bank.counterparties)
    ).drop_nulls()
    staff = bank.staff.to_native().select(payer="company", payee="entity").unique().collect()
    declared = people.join(names, left_on="employer_name", right_on="name").select(ENDS)
    listed = pl.concat([staff, declared]).select(stream_of(*ENDS)).join(keys, on=STREAM, how="semi").unique()
    back = bank.payments.to_native().filter(pl.col("paid_on") <= day).select(stream_of("payee", "payer"))
    paying = back.join(keys.lazy(), on=STREAM, how="semi").unique().collect()
    bureau = names.filter(pl.col("name").str.contains(words("pension_payer"))).select("payer").unique()
    one = pl.lit(1.0)
    return [
        (listed.with_columns(listed=one), [STREAM]),
        (paying.with_columns(back=one), [STREAM]),
        (bureau.with_columns(bureau=one), ["payer"]),
        (staff.group_by("payer").agg(pl.len().alias("staff")), ["payer"]),
        (people.group_by("payee").agg(pl.col("age").max()), ["payee"]),
    ]


def evidence_beside(rows: pl.DataFrame, texts: pl.DataFrame, streams: pl.DataFrame, log_odds: Floats) -> pl.DataFrame:
    """The columns `BESIDE` for each of `streams` (sorted), given the log-odds of each so far.

    batch, payer_mean, same_text: mean log-odds of others paid on the same days, by the same payer, by the same payer
    with the same purpose. word: log of how much more often other payers' salaries bear the purpose than their other
    streams. elsewhere: of what the payee is paid in the same months, the share that other payers pay as salary, as far
    as is known, for who is paid a wage elsewhere is rarely on a second staff; level: log2 of the median sum over that
    of the bank's likely salaries; payer_elsewhere, payer_level: their means over the payer's other payees.
    """
    bounded = np.round(np.clip(log_odds, -_BOUND, _BOUND) * _UNIT).astype(np.int64)
    marked = streams.select(STREAM, *ENDS).with_columns(z=bounded)
    known = ("month", "paid_on", "text", "fen")
    placed = rows.select(STREAM, *ENDS, *known).join(marked.select(STREAM, "z"), on=STREAM, how="left")
    cells = placed.group_by(STREAM, "text").agg(
        pl.len().alias("rows"), pl.col("payer", "z").first()
    )  # fmt: skip
    weighted = (pl.col("others") * pl.col("rows")).sum() / pl.col("rows").sum()
    found = [
        _with_others(placed.select(STREAM, "payer", "paid_on", "z"), "payer", "paid_on")
        .group_by(STREAM)
        .agg(pl.col("others").mean().alias("batch")),
        _with_others(marked, "payer").select(STREAM, payer_mean="others"),
        _with_others(cells, "payer", "text").group_by(STREAM).agg(weighted.alias("same_text")),
        _words(cells, texts),
        *_with_payer(_elsewhere(placed), "elsewhere"),
        *_with_payer(_level(streams.with_columns(z=bounded)), "level"),
    ]
    table = marked.select(STREAM)
    for frame in found:
        table = table.join(frame, on=STREAM, how="left")
    return table.sort(STREAM).select(pl.col(BESIDE).fill_null(0.0).round(6))


def _with_others(frame: pl.DataFrame, *group: str) -> pl.DataFrame:
    """`frame` with `others`: the mean log-odds of the rest of each group, drawn to zero where they are few."""
    sums = frame.group_by(group).agg(pl.col("z").sum().alias("sum"), pl.len().cast(pl.Int64).alias("size"))
    others = (pl.col("sum") - pl.col("z")) / ((pl.col("size") - 1 + _SHRINKAGE) * _UNIT)
    return frame.join(sums, on=list(group), how="left").with_columns(others.cast(pl.Float64).round(6).alias("others"))


def _elsewhere(placed: pl.DataFrame) -> pl.DataFrame:
    """stream, payer, elsewhere."""
    pay = (_share() * pl.col("fen") // _UNIT).alias("pay")
    months = placed.lazy().select(STREAM, *ENDS, "month", "fen", pay)
    whole = months.group_by("payee", "month").agg(pl.col("pay").sum().alias("whole"))
    rest = pl.col("whole") - pl.col("pay")
    share = (rest * _UNIT // (rest + pl.col("fen")).clip(1)).alias("share")
    joined = months.join(whole, on=["payee", "month"], how="left").select(STREAM, "payer", share)
    mean = (pl.col("share").sum() / pl.len() / _UNIT).round(3).alias("elsewhere")
    return joined.group_by(STREAM).agg(pl.col("payer").first(), mean).collect(engine="streaming")


def _level(streams: pl.DataFrame) -> pl.DataFrame:
    """stream, payer, level."""
    usual = streams.filter(pl.col("z") > 0)["middle"].median()
    ratio = pl.col("middle").clip(1) / (usual if isinstance(usual, float) else pl.col("middle").clip(1))
    return streams.select(STREAM, "payer", ratio.log(2).clip(-_BOUND, _BOUND).round(3).alias("level"))


def _with_payer(found: pl.DataFrame, name: str) -> list[pl.DataFrame]:
    """`found`, and the mean of its column over the payer's other payees."""
    others = _with_others(found.with_columns(z=(pl.col(name) * _UNIT).round().cast(pl.Int64)), "payer")
    return [found.drop("payer"), others.select(STREAM, pl.col("others").alias(f"payer_{name}"))]


def _share() -> pl.Expr:
    """The probability of a salary, in thousandths."""
    return (_UNIT / (1 + (-pl.col("z") / _UNIT).exp())).round().cast(pl.Int64)


def _words(cells: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    """stream, word: what other payers' use of the purposes says; each payer counts about as one."""
    each = cells.group_by("payer", "text").agg(_share().sum().alias("sum"), pl.len().alias("size"))
    weight = ((1 + pl.col("size")).log(2) * _UNIT).round().cast(pl.Int64).alias("weight")
    each = each.with_columns(weight).with_columns(
        (pl.col("sum") * pl.col("weight") / pl.col("size") / _UNIT).round().cast(pl.Int64).alias("salaries")
    )
    mean = min(max(float(each["salaries"].sum()) / max(1, int(each["weight"].sum())), 1e-3), 1 - 1e-3)
    sums = each.group_by("text").agg(pl.col("weight").sum().alias("all"), pl.col("salaries").sum().alias("of_pay"))
    start = float(logit(mean)) + _SEED * (pl.col("said") - pl.col("unsaid"))
    prior = 1 / (1 + (-start).exp())
    rest = (pl.col("of_pay") - pl.col("salaries") + _WORD_SHRINKAGE * prior * _UNIT) / (
        pl.col("all") - pl.col("weight") + _WORD_SHRINKAGE * _UNIT
    )
    odds = (rest / (1 - rest)).log() - float(logit(mean))
    told = each.join(sums, on="text").join(texts, on="text").select(
        "payer", "text", pl.when("silent").then(0.0).otherwise(odds.clip(-_BOUND, _BOUND)).round(6).alias("word")
    )  # fmt: skip
    joined = cells.join(told, on=["payer", "text"], how="left")
    weighted = (pl.col("word") * pl.col("rows")).sum() / pl.col("rows").sum()
    return joined.group_by(STREAM).agg(weighted.alias("word"))


def matrix_of(*tables: pl.DataFrame) -> NDArray[np.float64]:
    """The tables side by side as the ensembles' input; null becomes NaN."""
    return np.hstack([table.select(pl.all().cast(pl.Float64)).fill_null(np.nan).to_numpy() for table in tables])
