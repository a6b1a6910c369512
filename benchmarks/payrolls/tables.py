"""What was drawn, as tables of the contract, and as the coded bank that detection reads."""

from datetime import date
from typing import Any, Final

import narwhals as nw
import numpy as np
import polars as pl

from graph.features.bank import Bank
from graph.features.profile import Profiles
from graph.side_by_side import Once

from .maker import FIRST, Maker
from .spec import Spec, World

ENDS: Final = ["payer_type", "payer_id", "payee_type", "payee_id"]


def finished(make: Maker, staff: pl.DataFrame) -> World:
    """The world of all that was drawn, with the staff lists of its firms."""
    spec, rng = make.spec, make.rng
    payers = pl.DataFrame(make.payers, schema=["payer_type", "payer_id", "name", "kind"], orient="row")
    payers = payers.with_columns(payer=pl.int_range(pl.len()))
    outsider = rng.random(spec.people) < 0.15
    people = pl.DataFrame(
        {
            "payee": np.arange(spec.people), "payee_type": np.where(outsider, "counterparty", "customer"),
            "payee_id": [f"{'P' if out else 'C'}{i:05}" for i, out in enumerate(outsider)],
            "birth_date": [date(2026 - int(age), 1 + i % 12, 1 + i % 28) for i, age in enumerate(make.age)],
        }
    )  # fmt: skip
    rows = make.rows().with_columns(pl.lit(FIRST).alias("first"))
    last = make.month(spec.months - 1, 31, 0)
    rows = rows.filter(pl.col("day").is_between(0, last)).with_columns(
        (pl.lit(FIRST) + pl.duration(days=pl.col("day"))).cast(pl.Date).alias("paid_on")
    )
    rows = rows.join(payers, on="payer").join(people, on="payee")
    truth = rows.filter("truth").group_by(ENDS).agg(
        pl.col("paid_on").dt.truncate("1mo").n_unique().alias("months"),
        (pl.col("purpose").is_null() | ~pl.col("purpose").is_in(list(spec.words["pay"]))).all().alias("silent"),
    )  # fmt: skip
    return World(_tables(spec, rows, payers, people, staff), truth.sort(ENDS))


def _tables(
    spec: Spec, rows: pl.DataFrame, payers: pl.DataFrame, people: pl.DataFrame, staff: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    inside = payers.filter(pl.col("payer_type") == "company")
    customer = pl.col("payee_type") == "customer"
    born = pl.col("birth_date") if spec.known else pl.lit(None, pl.Date)
    tables = {
        "customers": people.filter(customer).select(customer_id="payee_id", birth_date=born),
        "companies": inside.select(company_id="payer_id", name="name"),
        "counterparties": _counterparties(spec, payers, people.filter(~customer)),
        "products": pl.DataFrame({"product_id": ["P1"], "name": ["D"], "category": ["deposit"], "line": ["retail"]}),
        "payments": _payments(spec, rows).sort("paid_on", *ENDS, "amount"),
    }
    if spec.staff_list:
        listed = staff.filter(~pl.col("left")).join(people.filter(customer), on="payee").join(payers, on="payer")
        tables["employees"] = listed.select(
            employee_id=pl.format("E{}", "payee"), company_id="payer_id", customer_id="payee_id"
        )
    return tables


def _payments(spec: Spec, rows: pl.DataFrame) -> pl.DataFrame:
    columns = ["paid_on", *ENDS, "amount", "count", "purpose"]
    if not spec.sums:
        return rows.with_columns(count=pl.lit(1, pl.Int64)).select(columns)
    return rows.group_by(*ENDS, pl.col("paid_on").dt.month_end()).agg(
        pl.col("amount").sum(), pl.len().alias("count").cast(pl.Int64), pl.col("purpose").sort_by("amount").last()
    ).select(columns)  # fmt: skip


def _counterparties(spec: Spec, payers: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    kind, person = (pl.col("kind"), "person") if spec.known else (pl.lit(None, pl.String), None)
    outside = payers.filter(pl.col("payer_type") == "counterparty")
    return pl.concat([
        outside.select(counterparty_id="payer_id", name="name", kind=kind),
        people.select(counterparty_id="payee_id", name=pl.lit("李某"), kind=pl.lit(person, pl.String)),
    ])  # fmt: skip


def bank_of(made: World) -> Bank:
    """The world as `Bank.read` would code it, every identity known."""
    tables = made.tables
    keys = {"Company": "companies.company_id", "Counterparty": "counterparties.counterparty_id",
            "Customer": "customers.customer_id", "Employee": "employees.employee_id"}  # fmt: skip
    listed = [
        tables[table].select(label=pl.lit(label), id=key)
        for label, (table, key) in ((label, place.split(".")) for label, place in keys.items())
        if table in tables
    ]
    known = pl.concat(listed).sort("label", "id").with_row_index("party").with_columns(entity=pl.col("party"))
    code = {label: known.filter(pl.col("label") == label).select("id", "entity") for label in keys}
    staff = pl.DataFrame(schema={"employee_id": pl.String, "company_id": pl.String, "customer_id": pl.String})
    staff = tables.get("employees", staff).join(code["Customer"], left_on="customer_id", right_on="id")
    same = staff.select(label=pl.lit("Employee"), id="employee_id", same="entity")
    known = known.join(same, on=["label", "id"], how="left").with_columns(entity=pl.coalesce("same", "entity"))
    payments = tables["payments"].with_columns(fen=(pl.col("amount") * 100).round().cast(pl.Int64))
    for end in ("payer", "payee"):
        ends = [f"{end}_type", f"{end}_id"]
        types = known.select(pl.col("label").str.to_lowercase().alias(ends[0]), id="id", code="entity")
        payments = payments.join(types, left_on=ends, right_on=[ends[0], "id"]).rename({"code": end})
    empty = nw.from_native(pl.LazyFrame())
    frames = {
        "parties": known.sort("party"),
        "customers": tables["customers"]
        .join(code["Customer"], left_on="customer_id", right_on="id")
        .with_columns(employer_name=pl.lit(None, pl.String)),
        "companies": tables["companies"].join(code["Company"], left_on="company_id", right_on="id"),
        "counterparties": tables["counterparties"].join(code["Counterparty"], left_on="counterparty_id", right_on="id"),
        "staff": staff.join(code["Company"].rename({"entity": "company"}), left_on="company_id", right_on="id"),
        "payments": payments.select("payer", "payee", "paid_on", "fen", "count", "purpose"),
    }
    coded: dict[str, Any] = {name: nw.from_native(frame.lazy()) for name, frame in frames.items()}
    nothing = Profiles(empty, (), (), ())
    empties = dict.fromkeys(("products", "outside", "holdings", "ties", "contacts"), empty)
    return Bank(day=date.max, made=Once(), profiles=nothing, **empties, **coded)


def coded_truth(made: World, bank: Bank) -> pl.DataFrame:
    """The truth by entity: payer, payee, true_months, silent; sorted."""
    known = bank.parties.to_native().collect()
    truth = made.truth
    for end in ("payer", "payee"):
        ends = [f"{end}_type", f"{end}_id"]
        codes = known.select(pl.col("label").str.to_lowercase().alias(ends[0]), id="id", code="entity")
        truth = truth.join(codes, left_on=ends, right_on=[ends[0], "id"]).rename({"code": end})
    return truth.select("payer", "payee", true_months="months", silent="silent").sort("payer", "payee")
