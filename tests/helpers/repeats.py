"""More customer records: second ones of customers, spoilt, and those of people who only resemble them."""

from typing import Any

import numpy as np
import polars as pl

from helpers import faults as spoil
from helpers.faults import Faults

KIN = ("twin", "spouse", "child", "namesake")
COPIED = 0.03


def copied(rng: np.random.Generator, people: pl.DataFrame, how: Faults) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Second records of some customers: half of them have moved, and a third changed their employer."""
    rows = people.unique("id_number", keep="none", maintain_order=True)
    rows = rows.sample(max(int(COPIED * len(people)), 10), seed=int(rng.integers(2**31)))
    size = len(rows)
    marks = rows.select(first="customer_id", customer_id=pl.lit("D") + pl.col("customer_id")).with_columns(
        number=spoil.drawn(rng, how.numbers, size), spoilt_phone=spoil.drawn(rng, how.phones, size),
        spoilt_name=spoil.drawn(rng, how.names, size),
    )  # fmt: skip
    moved, changed = (pl.Series(rng.random(size) < share) for share in (0.5, 0.33))
    shuffled = rows["address"].gather(rng.permutation(size))
    copies = rows.with_columns(
        customer_id=marks["customer_id"],
        id_number=spoil.spoilt(rng, marks["number"], rows["id_number"], spoil.number),
        phone=spoil.spoilt(rng, marks["spoilt_phone"], rows["phone"], spoil.phone),
        name=spoil.spoilt(rng, marks["spoilt_name"], rows["name"], spoil.name),
        birth_date=pl.when(pl.Series(rng.random(size) < max(how.no_birth_date, 0.2)))
        .then(None)
        .otherwise("birth_date"),
        address=shuffled.zip_with(moved, rows["address"]),
        employer_name=pl.when(changed).then(None).otherwise("employer_name"),
    )
    return copies, marks


def relatives_of(rng: np.random.Generator, people: pl.DataFrame, number: int) -> pl.DataFrame:
    """Other customers at the address of one: a twin, a spouse, a child; and namesakes elsewhere."""
    rows = people.sample(min(4 * number, len(people)), seed=int(rng.integers(2**31)))
    made = [_relative(rng, KIN[place % 4], row) for place, row in enumerate(rows.iter_rows(named=True))]
    return pl.DataFrame(made, schema=dict(people.schema))


def _relative(rng: np.random.Generator, kind: str, row: dict[str, Any]) -> dict[str, Any]:
    number, name, born = str(row["id_number"]), str(row["name"]), row["birth_date"]
    if kind != "twin" and born is not None:
        born = born.replace(
            year=born.year + {"child": 27, "spouse": -1, "namesake": 6}[kind], day=int(rng.integers(1, 29))
        )
    name = {"spouse": f"苏{name[-1]}娟", "namesake": name}.get(kind, spoil.other_name(rng, name))
    written = f"{born:%Y%m%d}" if born is not None else number[6:14]
    other = spoil.checked(f"{number[:6]}{written}{int(rng.integers(100, 999))}")
    shown = (other, other[:6] + "*" * 8 + other[14:], None)[int(rng.integers(3))]
    phone = row["phone"] if rng.random() < 0.5 and kind != "namesake" else spoil.new_phone(rng)
    address = row["address"] if kind != "namesake" else f"{row['city']}新村路{int(rng.integers(1000))}号"
    kept = born if rng.random() < 0.7 else None
    income = row["monthly_income"] and round(row["monthly_income"] * float(np.exp(rng.normal(0, 0.4))), -1)
    employer = row["employer_name"] if rng.random() < 0.3 else None
    return row | {
        "customer_id": f"R{row['customer_id']}", "name": name, "phone": phone, "id_number": shown, "birth_date": kept,
        "address": address, "monthly_income": income, "employer_name": employer,
    }  # fmt: skip
