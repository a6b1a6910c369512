"""Which records are one person: employees who are customers, and records that repeat a person.

This first resolver trusts exact keys only. A better one stands in its place by giving the same two tables.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

MOST_SHARERS: Final = 5
"""An ID number on more customer records than this is a filler (111111…), not a person."""
_SHORTEST_NUMBER: Final = 6


@dataclass(frozen=True)
class Identities:
    """What a resolver finds.

    `is_customer`: employee_id, customer_id, probability, method, detected; unique by employee_id.
    `same_as`: label, from_id, to_id, probability, method, detected; from_id > to_id, to_id the smallest of its person.
    """

    is_customer: pl.LazyFrame
    same_as: pl.LazyFrame


def resolve(customers: pl.LazyFrame, employees: pl.LazyFrame) -> Identities:
    """Link records by what the source says, then by whole ID number, then by phone with name.

    Args:
        customers: the accepted table of customers.
        employees: the accepted table of employees.
    """
    people = _with_keys(customers, "customer_id")
    staff = _with_keys(employees, "employee_id", "customer_id")
    given = staff.filter(pl.col("customer_id").is_not_null()).select(
        "employee_id", "customer_id", method=pl.lit("source")
    )
    rest = staff.filter(pl.col("customer_id").is_null()).drop("customer_id")
    by_number = rest.join(_number_owners(people, "customer_id"), on="number").select(
        "employee_id", "customer_id", method=pl.lit("id_number")
    )
    rest = rest.join(by_number, on="employee_id", how="anti")
    links = pl.concat([given, by_number, _by_phone_and_name(rest, people)])
    return Identities(
        links.with_columns(probability=pl.lit(1.0), detected=pl.col("method") != "source"),
        pl.concat([_duplicates(people, "customer_id", "Customer"), _duplicates(staff, "employee_id", "Employee")]),
    )


def _with_keys(records: pl.LazyFrame, *ids: str) -> pl.LazyFrame:
    number = pl.col("id_number").str.replace_all(r"\s", "").str.to_uppercase()
    whole = (number.str.len_chars() >= _SHORTEST_NUMBER) & ~number.str.contains("*", literal=True)
    digits = pl.col("phone").str.replace_all(r"\D", "")
    return records.select(
        *ids,
        name=pl.col("name").str.replace_all(r"\s", ""),
        number=pl.when(whole).then(number),
        phone=pl.when(digits.str.len_chars() >= _SHORTEST_NUMBER).then(digits),
    )


def _number_owners(people: pl.LazyFrame, key: str) -> pl.LazyFrame:
    """The record with the smallest key for each ID number that is not a filler."""
    owners = people.filter(pl.col("number").is_not_null()).group_by("number")
    return owners.agg(pl.col(key).min(), sharers=pl.len()).filter(pl.col("sharers") <= MOST_SHARERS).drop("sharers")


def _by_phone_and_name(staff: pl.LazyFrame, people: pl.LazyFrame) -> pl.LazyFrame:
    """Where phone and name fit one person on either side, and no two whole ID numbers contradict."""
    pair = ["phone", "name"]
    one_person = staff.filter(_known(pair)).unique(pair, keep="none").join(
        people.filter(_known(pair)).unique(pair, keep="none"), on=pair, suffix="_customer"
    )  # fmt: skip
    agrees = (pl.col("number") == pl.col("number_customer")).fill_null(value=True)
    return one_person.filter(agrees).select("employee_id", "customer_id", method=pl.lit("phone_and_name"))


def _known(columns: list[str]) -> pl.Expr:
    return pl.all_horizontal(pl.col(columns).is_not_null())


def _duplicates(records: pl.LazyFrame, key: str, label: str) -> pl.LazyFrame:
    """Each later record with the ID number of an earlier one, as a star around the smallest key (never pairs)."""
    first = _number_owners(records, key).rename({key: "to_id"})
    return (
        records.join(first, on="number")
        .filter(pl.col(key) != pl.col("to_id"))
        .select(
            pl.lit(label).alias("label"),
            pl.col(key).alias("from_id"),
            "to_id",
            probability=pl.lit(1.0),
            method=pl.lit("id_number"),
            detected=pl.lit(value=True),
        )
    )
