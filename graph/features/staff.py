"""Features of staff who do not bank here yet: their colleagues, their company, their pay, their family.

    (subject)─(company)─(colleagues)               shares who bank here: of all, of the same position, of about the
    (subject)─(company, grade)─(colleagues)        same pay; a smaller circle is drawn towards the next larger one
    (subject)─RELATED_TO / PAID─(customers)        counted one by one

Nothing is read of a record that came to the bank later: not even whether it has relatives.
"""

import math
from datetime import date, timedelta
from typing import Final

import narwhals as nw
import polars as pl

from graph.features import peers
from graph.features.acquaintances import acquaintances
from graph.features.bank import Bank, days_since, kept
from graph.features.relatives import Relatives
from graph.people import Frame

FEATURES: Final = (
    "colleagues", "banking_share", "title_share", "wage_share", "titles_share", "arrived_quarter", "arrived_half",
    "arrived_year", "colleague_value", "payroll_here", "paid_share", "paid", "client_days", "size", "industry",
    "registered_capital", "joined_share", "wage", "wage_ratio", "tenure", "age", "female", "relatives_banking",
    "likely_banking", "friends_banking", "friends_at_work",
)  # fmt: skip
CATEGORICAL: Final = ("industry",)
RISING: Final = (
    "banking_share", "title_share", "wage_share", "arrived_quarter", "arrived_half", "arrived_year", "payroll_here",
    "paid_share", "paid",
    "relatives_banking", "likely_banking", "friends_banking", "friends_at_work",
)  # fmt: skip
"""More of these is never a reason to come less."""
SAME_PAY: Final = 1.1
"""Titles whose middle pay differs by no more are one grade."""
LEAST_BEARERS: Final = 30
SIZES: Final = ("micro", "small", "medium", "large")
WEIGHT: Final = 4.0
"""Colleagues' weight against the next larger circle."""
SPANS: Final = {"arrived_quarter": 91, "arrived_half": 182, "arrived_year": 365}
PAY_DAYS: Final = 92
BANDS: Final = 5
"""Bands of about equal pay, by quantiles of all staff."""


def subjects(bank: Bank) -> Frame:
    """Staff of clients who are no customers under any record: one row per staff record."""
    clients = bank.companies.filter(~nw.col("client_since").is_null()).select(nw.col("entity").alias("company"))
    return bank.staff.join(clients, on="company", how="semi").join(bank.banking(), on="entity", how="anti")


def spells(bank: Bank) -> pl.DataFrame:
    """By staff record: from when a client's staff could become a customer (null: always), and when they did, if so."""
    since = bank.companies.select(nw.col("entity").alias("company"), "client_since")
    came = bank.customers.group_by("entity").agg(nw.col("came_on").min())
    always = bank.customers.filter(nw.col("came_on").is_null()).select("entity")
    rows = bank.staff.join(since.drop_nulls(), on="company", how="inner").join(always, on="entity", how="anti")
    return rows.join(came, on="entity", how="left").select(
        nw.max_horizontal("hired_on", "client_since").alias("start"), nw.col("came_on").alias("end")
    ).collect().to_native()  # fmt: skip


def features(rows: Frame, bank: Bank, day: date, relatives: Relatives | None = None) -> pl.DataFrame:
    """`rows` of `bank.staff` with `FEATURES`, sorted by party; spans in days, money in yuan."""
    banking = kept(bank.banking())
    banded = kept(graded(_banded(bank.staff)))
    joined = rows.join(_companies(bank, day, banking), on="company", how="left")
    joined = joined.join(banded.select("party", "band", "grade"), on="party", how="left")
    for keys, name in ((["company", "grade"], "titled"), (["company", "band"], "waged"), (["title"], "titles")):
        joined = joined.join(_circle(banded, banking, keys, name), on=keys, how="left")
    joined = joined.join(_paid(bank, day), on=["company", "entity"], how="left")
    joined = joined.join(_friends(bank, day), on="party", how="left")
    joined = joined.join(_likely(relatives, bank, day), on="party", how="left")
    family = peers.family_pairs(bank).join(banking.rename({"entity": "other"}), on="other", how="semi")
    joined = joined.join(peers.neighbours(family, "relatives_banking"), on="entity", how="left")
    counts = (
        "colleagues_banking", *SPANS, "relatives_banking", "likely_banking", "friends_banking", "friends_at_work",
        "hired_lately", "colleagues_paid",
    )  # fmt: skip
    joined = joined.with_columns(nw.col(*counts).fill_null(0), nw.col("colleagues") - 1)
    return joined.with_columns(*_shares()).with_columns(*_own(bank, day)).collect().to_native().sort("party")


def _shares() -> list[nw.Expr]:
    """Shares of colleagues, oneself left out; a smaller circle is drawn towards the company, that to the bank."""
    share = (nw.col("colleagues_banking") + WEIGHT * nw.col("base")) / (nw.col("colleagues") + WEIGHT)
    left = nw.col("colleagues") - nw.col("colleagues_banking")
    circles = [
        (
            (nw.col(f"{name}_banking").fill_null(0) + WEIGHT * share)
            / ((nw.col(name).fill_null(1) - 1).clip(0) + WEIGHT)
        ).alias(alias)
        for name, alias in (("titled", "title_share"), ("waged", "wage_share"))
    ]
    arrived = [
        ((nw.col(name) + WEIGHT * nw.col(f"{name}_base")) / (nw.col(name) + left + WEIGHT)).alias(name)
        for name in SPANS
    ]
    return [share.alias("banking_share"), *circles, *arrived]


def _own(bank: Bank, day: date) -> list[nw.Expr]:
    """What is known of the person, and of the company's staff as a whole."""
    whole = nw.col("id_number").str.contains(r"^\d{6}(19|20)\d{2}").fill_null(value=False)
    born = nw.when(whole).then(nw.col("id_number").str.slice(6, 4)).otherwise(None).cast(nw.Int32)
    sexed = nw.col("id_number").str.contains(r"^.{16}\d").fill_null(value=False)
    sex = nw.when(sexed).then(nw.col("id_number").str.slice(16, 1)).otherwise(None).cast(nw.Int32)
    seen = nw.lit(value=_pays(bank, day))
    return [
        (nw.col("titles_banking").fill_null(0) / nw.col("titles")).alias("titles_share"),
        nw.when(seen).then(nw.col("colleagues_paid") / (nw.col("colleagues") + 1)).otherwise(None).alias("paid_share"),
        nw.when(seen).then(nw.col("paid").fill_null(0)).otherwise(None).alias("paid"),
        (nw.col("hired_lately") / (nw.col("colleagues") + 1)).alias("joined_share"),
        nw.col("monthly_salary").alias("wage"),
        (nw.col("monthly_salary") / nw.col("company_wage")).alias("wage_ratio"),
        days_since("hired_on", day).alias("tenure"),
        (day.year - born).alias("age"),
        (1 - sex % 2).alias("female"),
    ]


def _companies(bank: Bank, day: date, banking: Frame) -> Frame:
    """What is known of each company and its staff."""
    belonging = kept(peers.members(bank))
    total = int(belonging.select(nw.len()).collect().item())
    here = kept(belonging.join(banking, on="entity", how="semi"))
    number = int(here.select(nw.len()).collect().item())
    wages = bank.staff.group_by("company").agg(
        nw.col("monthly_salary").median().alias("company_wage"),
        (nw.col("hired_on") > day - timedelta(days=365)).sum().alias("hired_lately"),
    )
    arrivals = kept(_arrivals(bank, day))
    came = arrivals.select(nw.col(*SPANS).sum()).collect().to_native().row(0, named=True)
    table = (
        bank.companies.rename({"entity": "company"})
        .join(peers.hub_sizes(belonging, "colleagues"), on="company", how="left")
        .join(peers.hub_sizes(here, "colleagues_banking"), on="company", how="left")
        .join(arrivals, on="company", how="left")
        .join(customer_values(bank, belonging), on="company", how="left")
        .join(_payroll(bank, day), on="company", how="left")
        .join(wages, on="company", how="left")
    )  # fmt: skip
    return table.with_columns(
        nw.lit((number + 1.0) / (total + 2.0)).alias("base"),
        *(nw.lit(((came[name] or 0) + 0.5) / (total - number + 10.0)).alias(f"{name}_base") for name in SPANS),
        nw.col("size").replace_strict(list(SIZES), list(range(4)), default=None, return_dtype=nw.Int8),
        nw.col("payroll_here").fill_null(0),
        days_since("client_since", day).alias("client_days"),
    ).drop("name", "city", "client_since", "draw")


def _banded(staff: Frame) -> Frame:
    """With `band`, 0 to `BANDS` - 1 by monthly salary; null where that is unknown."""
    wages = staff.select("monthly_salary").drop_nulls().collect().to_native()["monthly_salary"]
    limits = [wages.quantile(place / BANDS) or 0.0 for place in range(1, BANDS)] if len(wages) else []
    band = nw.sum_horizontal(nw.lit(0), *((nw.col("monthly_salary") > limit).cast(nw.Int32) for limit in limits))
    known = ~nw.col("monthly_salary").is_null()
    return staff.with_columns(nw.when(known).then(band).otherwise(None).alias("band"))


def graded(staff: Frame) -> Frame:
    """With `grade`: titles with bearers enough, paid about the same against their companies' middle wages, are one."""
    middle = staff.group_by("company").agg(nw.col("monthly_salary").median().alias("middle"))
    paid = nw.col("monthly_salary") / nw.col("middle")
    titles = staff.join(middle, on="company", how="left").drop_nulls("title").group_by("title").agg(
        paid.median().alias("ratio"), paid.count().alias("bearers")
    )  # fmt: skip
    known = nw.when(nw.col("bearers") >= LEAST_BEARERS).then(nw.col("ratio")).otherwise(None)
    titles = titles.with_columns(known.alias("ratio"))
    table = titles.collect().to_native().sort("ratio", "title")
    grades, lowest = list[int](), math.inf
    for pay in table["ratio"]:  # one at a time: each grade begins where the last one ends
        begins = pay is None or not lowest <= pay <= lowest * SAME_PAY
        lowest = pay if begins and pay is not None else lowest
        grades.append(grades[-1] + begins if grades else 0)
    named = table.select("title", grade=pl.Series(grades, dtype=pl.Int32))
    return staff.join(nw.from_native(named.lazy()), on="title", how="left")


def _circle(staff: Frame, banking: Frame, keys: list[str], name: str) -> Frame:
    """(keys, `name`, `name`_banking): how many staff share the keys, and how many of them bank here."""
    sharing = staff.drop_nulls(keys).select("entity", *keys).unique()
    here = sharing.join(banking, on="entity", how="semi")
    counts = [
        frame.group_by(*keys).agg(nw.len().cast(nw.Int32).alias(alias))
        for frame, alias in ((sharing, name), (here, f"{name}_banking"))
    ]
    return counts[0].join(counts[1], on=keys, how="left")


def _arrivals(bank: Bank, day: date) -> Frame:
    """How many of each company's staff became customers within each span before `day`."""
    arrived = (
        bank.customers.filter(nw.col("came_on") > day - timedelta(days=365))
        .group_by("entity")
        .agg(nw.col("came_on").min())
    )
    joined = peers.members(bank).join(arrived, on="entity", how="inner")
    return joined.group_by("company").agg(*(
        (nw.col("came_on") > day - timedelta(days=days)).sum().cast(nw.Int32).alias(name)
        for name, days in SPANS.items()
    ))  # fmt: skip


def customer_values(bank: Bank, belonging: Frame) -> Frame:
    """(company, colleague_value): yearly margin in yuan of its staff who bank here, each, drawn to the bank's mean."""
    fen = (nw.col("annual_value").fill_null(0.0) * 100).round().cast(nw.Int64)
    values = bank.products.filter(nw.col("line") == "retail").select("product", fen.alias("fen"))
    each = bank.held().join(bank.banking(), on="entity", how="semi").join(values, on="product", how="inner")
    people = kept(each.group_by("entity").agg(nw.col("fen").sum()))
    totals = people.select(nw.col("fen").sum().alias("fen"), nw.len().alias("people")).collect().to_native()
    mean = (totals["fen"][0] or 0) / max(1, totals["people"][0])
    sums = (
        belonging.join(people, on="entity", how="left")
        .group_by("company")
        .agg(nw.col("fen").fill_null(0).sum(), (~nw.col("fen").is_null()).sum().alias("people"))
    )
    value = (nw.col("fen") + WEIGHT * mean) / (nw.col("people") + WEIGHT) / 100
    return sums.select("company", value.round(2).alias("colleague_value"))


def _pays(bank: Bank, day: date) -> bool:
    """Whether the source's payments reach back over a whole `PAY_DAYS` before `day`."""
    first = bank.payments.select(nw.col("paid_on").min()).collect().item()
    return first is not None and first <= day - timedelta(days=PAY_DAYS)


def _paid(bank: Bank, day: date) -> Frame:
    """(company, entity, paid): in how many months of the last quarter the company paid this person."""
    lately = bank.payments.filter(nw.col("paid_on") > day - timedelta(days=PAY_DAYS))
    months = nw.col("paid_on").dt.month().n_unique().cast(nw.Int32).alias("paid")
    return lately.group_by("payer", "payee").agg(months).rename({"payer": "company", "payee": "entity"})


def _payroll(bank: Bank, day: date) -> Frame:
    """Whether the company holds a payroll product, and how many of its staff it has paid within a quarter."""
    payroll = bank.products.filter(nw.col("category") == "payroll").select("product")
    holders = bank.held().join(payroll, on="product", how="semi").select(nw.col("entity").alias("company")).unique()
    paid = _paid(bank, day).join(peers.members(bank), on=["company", "entity"], how="semi")
    return (
        bank.companies.select(nw.col("entity").alias("company"))
        .join(holders.with_columns(nw.lit(1).alias("payroll_here")), on="company", how="left")
        .join(peers.hub_sizes(paid, "colleagues_paid"), on="company", how="left")
    )


def _friends(bank: Bank, day: date) -> Frame:
    """(party, friends_banking, friends_at_work): customers, and colleagues among them, with whom money went in a year.

    Those who pay a record of the person and those who pay somebody of the name count together: which of the two the
    source has depends on whether the person came to the bank later.
    """
    here = kept(_paying(bank, day).join(bank.banking().rename({"entity": "other"}), on="other", how="semi"))
    staff = bank.staff.select("party", "entity", "company")
    colleagues = peers.members(bank).rename({"entity": "other"})
    at_work = staff.join(here, on="entity", how="inner").join(colleagues, on=["company", "other"], how="semi")
    counted = staff.join(peers.neighbours(here, "known"), on="entity", how="left").join(
        at_work.group_by("party").agg(nw.len().alias("known_at_work")), on="party", how="left"
    )
    both = counted.join(acquaintances(bank, day), on="party", how="left")
    sums = (
        (nw.col(known).fill_null(0) + nw.col(named).fill_null(0.0)).alias(name)
        for name, known, named in (
            ("friends_banking", "known", "by_name"), ("friends_at_work", "known_at_work", "by_name_at_work"),
        )
    )  # fmt: skip
    return both.select("party", *sums)


def _likely(relatives: Relatives | None, bank: Bank, day: date) -> Frame:
    """(party, likely_banking): likely relatives who bank here; known by name only, one over the bearers of the name."""
    staff = bank.staff.select("party", "entity", "named")
    if relatives is None:
        return staff.head(0).select("party", nw.lit(0.0).alias("likely_banking"))
    found = relatives.likely(bank, day).join(bank.banking().rename({"entity": "other"}), on="other", how="semi")
    outside = bank.counterparties.select("entity", "named").join(found, on="entity", how="inner")
    bearers = staff.select("entity", "named").unique().group_by("named").agg(nw.len().alias("bearers"))
    met = outside.group_by("named").agg(nw.col("other").n_unique().alias("met"))
    named = met.join(bearers, on="named", how="inner")
    sure = found.group_by("entity").agg(nw.len().alias("sure"))
    rows = staff.join(sure, on="entity", how="left").join(named, on="named", how="left")
    part = nw.col("sure").fill_null(0) + (nw.col("met") / nw.col("bearers")).fill_null(0.0)
    return rows.select("party", part.alias("likely_banking"))


def _paying(bank: Bank, day: date) -> Frame:
    """(entity, other): who paid, or was paid by, a customer within a year; hubs left out."""
    lately = bank.payments.filter(nw.col("paid_on") > day - timedelta(days=peers.PAYMENT_DAYS))
    people = nw.concat([bank.staff.select("entity"), bank.customers.select("entity")]).unique()
    for end in ("payer", "payee"):
        lately = lately.join(people.rename({"entity": end}), on=end, how="semi")
    pairs = kept(peers.both_ways(lately, "payer", "payee"))
    few = pairs.group_by("entity").agg(nw.len().alias("degree")).filter(nw.col("degree") <= peers.MOST_PARTNERS)
    return pairs.join(few.select(nw.col("entity").alias("other")), on="other", how="semi")
