"""Features of a person: what their own records, their pay and money, and their answers say, as of a day.

Assets, balances and the segment are not among them. A source gives today's, which already hold, or follow from, what
was bought after a past day: learned from, they foretell the past and mislead about what is to come.
"""

from datetime import date, timedelta
from typing import Final

import narwhals as nw

from graph.facts.payroll import salaries
from graph.features.bank import Bank, days_since
from graph.people import Frame

RECORDS: Final = ("age", "female", "income", "risk_tolerance", "tenure")
OWN: Final = ("held_number", "since_opening", "opened_half", "opened_year", "last_product")
MONEY: Final = (
    "wage", "pay_months", "pay", "pay_rise", "paid_by_employer", "inflow", "inflow_rise", "largest_inflow", "outflow",
)  # fmt: skip
ANSWERS: Final = ("contacts", "answers", "refusals")
FEATURES: Final = (*RECORDS, *OWN, *MONEY, *ANSWERS)
ANSWER: Final = {"complained": -1, "refused": -1, "none": 0, "opened": 1, "clicked": 1, "accepted": 2}
YEAR: Final = 365
HALF: Final = 182


def features(bank: Bank, day: date, held: Frame) -> Frame:
    """(party, `FEATURES`) of every customer, where `held` is `bank.held()`; years of age, spans in days, yuan."""
    number = held.group_by("entity").agg(nw.len().cast(nw.Int32).alias("held_number"))
    wages = bank.staff.group_by("entity").agg(nw.col("monthly_salary").max().alias("wage"))
    joined = _records(bank, day)
    for part in (number, _activity(bank, day), wages, pay(bank, day), _streams(bank, day), _flows(bank, day)):
        joined = joined.join(part, on="entity", how="left")
    joined = joined.join(_answers(bank, day), on="entity", how="left")
    counts = ("held_number", "opened_half", "opened_year", "paid_by_employer", *ANSWERS)
    return joined.with_columns(nw.col(*counts).fill_null(0)).select("party", nw.col(*FEATURES).cast(nw.Float32))


def pay(bank: Bank, day: date) -> Frame:
    """(entity, pay_months, pay): the salary that payments show a person to receive."""
    found = salaries(bank, day).group_by("payee")
    return found.agg(nw.col("months").max().alias("pay_months"), nw.col("monthly_fen").max().alias("pay")).rename(
        {"payee": "entity"}
    )


def _records(bank: Bank, day: date) -> Frame:
    return bank.customers.select(
        "party",
        "entity",
        (days_since("birth_date", day) / YEAR).alias("age"),
        (nw.col("gender") == "F").cast(nw.Int8).alias("female"),
        nw.col("monthly_income").alias("income"),
        "risk_tolerance",
        days_since("came_on", day).alias("tenure"),
    )


def _activity(bank: Bank, day: date) -> Frame:
    age = days_since("opened_on", day)
    dated = bank.holdings.filter(~nw.col("opened_on").is_null())
    last = dated.unique(subset="entity", keep="last", order_by=["opened_on", "product"])
    counted = bank.holdings.group_by("entity").agg(
        age.min().alias("since_opening"),
        (age < HALF).sum().cast(nw.Int32).alias("opened_half"),
        (age < YEAR).sum().cast(nw.Int32).alias("opened_year"),
    )
    return counted.join(last.select("entity", nw.col("product").alias("last_product")), on="entity", how="left")


def _streams(bank: Bank, day: date) -> Frame:
    """(entity, pay_rise, paid_by_employer): how payments of one's largest payer have changed within half a year."""
    paid = _lately(bank, day).join(bank.banking().rename({"entity": "payee"}), on="payee", how="semi")
    streams = paid.group_by("payee", "payer").agg(
        nw.col("fen").sum(), *_sums("fen", "after", late=True), *_sums("fen", "before", late=False)
    )
    jobs = bank.staff.select(nw.col("entity").alias("payee"), nw.col("company").alias("payer")).unique()
    streams = streams.join(jobs.with_columns(nw.lit(1).alias("employer")), on=["payee", "payer"], how="left")
    mean = (nw.col("after") / nw.col("after_count")) / (nw.col("before") / nw.col("before_count"))
    known = (nw.col("after_count") > 0) & (nw.col("before_count") > 0)
    largest = streams.unique(subset="payee", keep="last", order_by=["fen", "payer"])
    rises = largest.select("payee", nw.when(known).then(mean.log()).otherwise(None).alias("pay_rise"))
    employed = streams.group_by("payee").agg(nw.col("employer").max().alias("paid_by_employer"))
    return rises.join(employed, on="payee", how="left").rename({"payee": "entity"})


def _flows(bank: Bank, day: date) -> Frame:
    """(entity, inflow, inflow_rise, largest_inflow, outflow): fen in and out over the half year, and its change."""
    lately = _lately(bank, day)
    came = lately.group_by("payee").agg(
        *_sums("fen", "inflow", late=True), *_sums("fen", "before", late=False),
        nw.when(nw.col("late")).then(nw.col("fen")).otherwise(0).max().alias("largest_inflow"),
    ).rename({"payee": "entity"})  # fmt: skip
    went = lately.group_by("payer").agg(*_sums("fen", "outflow", late=True)).rename({"payer": "entity"})
    people = bank.banking().join(came, on="entity", how="left").join(went, on="entity", how="left")
    rise = ((nw.col("inflow") + 1.0) / (nw.col("before") + 1.0)).log()
    known = (nw.col("before_count") > 0) & (nw.col("inflow_count") > 0)
    return people.select(
        "entity", "inflow", nw.when(known).then(rise).otherwise(None).alias("inflow_rise"), "largest_inflow", "outflow"
    )


def _lately(bank: Bank, day: date) -> Frame:
    """The payments of the last two half years; `late` marks those of the last."""
    lately = bank.payments.filter(nw.col("paid_on") > day - timedelta(days=2 * HALF))
    return lately.select("payer", "payee", "fen", (nw.col("paid_on") > day - timedelta(days=HALF)).alias("late"))


def _sums(column: str, name: str, *, late: bool) -> tuple[nw.Expr, nw.Expr]:
    of_half = nw.col("late") if late else ~nw.col("late")
    return (
        nw.when(of_half).then(nw.col(column)).otherwise(0).sum().alias(name),
        of_half.cast(nw.Int64).sum().alias(f"{name}_count"),
    )


def _answers(bank: Bank, day: date) -> Frame:
    """(entity, contacts, answers, refusals) of the last year; who was held out was not contacted."""
    lately = bank.contacts.filter((nw.col("contacted_on") > day - timedelta(days=YEAR)) & (nw.col("arm") == "treated"))
    return lately.group_by("entity").agg(
        nw.len().cast(nw.Int32).alias("contacts"),
        nw.col("outcome").is_in(["opened", "clicked", "accepted"]).sum().cast(nw.Int32).alias("answers"),
        nw.col("outcome").is_in(["refused", "complained"]).sum().cast(nw.Int32).alias("refusals"),
    )


def answers(bank: Bank) -> Frame:
    """(entity, product, product_answer): the last known answer to an offer of it, -1 refused to 2 accepted."""
    told = bank.contacts.filter((nw.col("arm") == "treated") & ~nw.col("product").is_null())
    last = told.unique(subset=["entity", "product"], keep="last", order_by=["contacted_on", "outcome"])
    code = nw.col("outcome").replace_strict(list(ANSWER), list(ANSWER.values()), default=None, return_dtype=nw.Float32)
    return last.select("entity", "product", code.alias("product_answer"))
