"""What a company's staff list and payrolls show of it as an employer: who of its people banks here, and their pay.

Counts are of persons on the staff list on the day, whatever the number of their records. Pay is shown as a median of
at least `LEAST_WAGES` persons, so that it tells nobody's salary.
"""

from datetime import date, timedelta
from functools import reduce
from typing import Final

import narwhals as nw
import polars as pl

from graph.facts.payroll import salaries
from graph.features.bank import Bank, kept
from graph.people import Frame, coded_end
from graph.snapshot import Snapshot

LEAST_WAGES: Final = 5
HALF_YEAR: Final = 183


def employers(snapshot: Snapshot, bank: Bank, day: date) -> pl.DataFrame:
    """One row per company with staff, a payroll or a payroll product.

    Returns:
        entity; staff, staff_identified (a customer record is theirs), staff_banking (who hold a contract);
        staff_coverage and payroll_coverage (shares of staff: banking here; with a salary that comes to an account
        here); median_wage (yuan a month); wage_growth (of the last half-year against the one before, 0.1 is 10 %);
        payroll_bank (`inside`: its payroll runs from an account here, `outside`: its staff are paid by others).
    """
    staff = kept(bank.staff.group_by("company", "entity").agg(nw.col("monthly_salary").max()))
    streams = kept(salaries(bank, day))
    counts, wages = _counts(bank, staff, streams), _wages(bank, staff, streams, day)
    told = _payroll_bank(bank, staff, streams, _accounts_here(snapshot, bank))
    joined = counts.join(wages, on="company", how="left").join(told, on="company", how="full", coalesce=True)
    known = bank.companies.select(nw.col("entity").alias("company")).collect().to_native()
    return joined.join(known, on="company", how="semi").rename({"company": "entity"}).sort("entity")


def _counts(bank: Bank, staff: Frame, streams: Frame) -> pl.DataFrame:
    here = bank.banking()
    holding = bank.held().select("entity").unique().join(here, on="entity", how="semi")
    paid = streams.select(nw.col("payee").alias("entity")).unique().join(here, on="entity", how="semi")
    table = staff.group_by("company").agg(nw.len().alias("staff"))
    for name, people in (("staff_identified", here), ("staff_banking", holding), ("paid", paid)):
        of_them = staff.join(people, on="entity", how="semi").group_by("company").agg(nw.len().alias(name))
        table = table.join(of_them, on="company", how="left")
    counts = table.collect().to_native().with_columns(pl.all().exclude("company").fill_null(0).cast(pl.Int64))
    return counts.with_columns(
        staff_coverage=(pl.col("staff_banking") / pl.col("staff")).round(4),
        payroll_coverage=(pl.col("paid") / pl.col("staff")).round(4),
    ).drop("paid")


def _wages(bank: Bank, staff: Frame, streams: Frame, day: date) -> pl.DataFrame:
    """(company, median_wage, wage_growth): as the staff list says, or else as it is paid."""
    best = streams.group_by("payee").agg(nw.col("monthly_fen").max()).rename({"payee": "entity"})
    listed = (nw.col("monthly_salary") * 100).round().cast(nw.Int64)
    fen = nw.when(nw.col("monthly_salary") > 0).then(listed).otherwise(nw.col("monthly_fen")).alias("fen")
    each = staff.join(best, on="entity", how="left").select("company", "entity", fen)
    grown = each.join(_growth(bank, streams, day), on="entity", how="left").collect().to_native()
    enough = [pl.col(name).count() >= LEAST_WAGES for name in ("fen", "growth")]
    return grown.group_by("company").agg(
        pl.when(enough[0]).then((pl.col("fen").median() / 100).round(2)).alias("median_wage"),
        pl.when(enough[1]).then(pl.col("growth").median().round(4)).alias("wage_growth"),
    )


def _growth(bank: Bank, streams: Frame, day: date) -> Frame:
    """(entity, growth): a median month of the last half-year over one of the half-year before it, less 1."""
    paid = bank.payments.join(streams.select("payer", "payee"), on=["payer", "payee"], how="semi")
    month = (nw.col("paid_on").dt.year() * 12 + nw.col("paid_on").dt.month()).alias("month")
    medians: list[Frame] = []
    for name, last in (("now", day), ("then", day - timedelta(days=HALF_YEAR))):
        within = (nw.col("paid_on") <= last) & (nw.col("paid_on") > last - timedelta(days=HALF_YEAR))
        months = paid.filter(within).with_columns(month).group_by("payee", "month").agg(nw.col("fen").sum())
        medians.append(months.group_by("payee").agg(nw.col("fen").median().alias(name)))
    both = medians[0].join(medians[1], on="payee", how="inner").filter(nw.col("then") > 0)
    return both.select(nw.col("payee").alias("entity"), (nw.col("now") / nw.col("then") - 1).alias("growth"))


def _accounts_here(snapshot: Snapshot, bank: Bank) -> Frame:
    """(payer, payee): who was paid from a client company's account here, and not from one that it has elsewhere."""
    paid = nw.from_native(snapshot.relationships("PAID")).filter(nw.col("from_label") == "Company")
    coded = coded_end(coded_end(paid, bank.parties, "from"), bank.parties, "to")
    clients = bank.companies.filter(~nw.col("client_since").is_null())
    pairs = coded.select(nw.col("from").alias("payer"), nw.col("to").alias("payee"))
    return pairs.join(clients.select(nw.col("entity").alias("payer")), on="payer", how="semi").unique()


def _payroll_bank(bank: Bank, staff: Frame, streams: Frame, here: Frame) -> pl.DataFrame:
    """(company, payroll_bank), where anything tells: a payroll product, or who pays most of the salaries."""
    payroll = bank.products.filter(nw.col("category") == "payroll").select("product")
    sold = bank.held().join(payroll, on="product", how="semi").select(nw.col("entity").alias("company")).unique()
    own = streams.join(here, on=["payer", "payee"], how="semi")
    by_itself = own.group_by(nw.col("payer").alias("company")).agg(nw.len().alias("own"))
    employed = staff.select("company", nw.col("entity").alias("payee"))
    marked = own.select(nw.col("payer").alias("company"), "payee", nw.lit(1).alias("by_itself"))
    paid = streams.select("payee").unique().join(employed, on="payee", how="inner")
    elsewhere = paid.join(marked, on=["company", "payee"], how="anti")
    others = elsewhere.group_by("company").agg(nw.len().alias("others"))
    tables = [frame.collect().to_native() for frame in (by_itself, others, sold.with_columns(nw.lit(1).alias("sold")))]
    told = reduce(lambda one, other: one.join(other, on="company", how="full", coalesce=True), tables)
    inside = pl.col("sold").is_not_null() | (pl.col("own").fill_null(0) >= pl.col("others").fill_null(0))
    hint = pl.when(inside).then(pl.lit("inside")).otherwise(pl.lit("outside"))
    return told.select("company", payroll_bank=hint)
