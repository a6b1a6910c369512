"""From weighed pairs to links: rivals share the probability, one row joins one person, certain contradictions never.

For an employee i and a customer j, with n customers and the share s of employees who bank here:

    odds(i, j) = s / (1 - s) / n · 2^weight(i, j)
    p(i, j)    = odds(i, j) / (1 + odds of i with anyone + odds of j with others of that company)

`s` is unknown and found by repeating: the sum of the probabilities over the employees.
"""

from typing import Final

import polars as pl

from loaders.identity.records import Records

_ROUNDS: Final = 25
_FIRST_SHARE: Final = 0.3
_MOST_SHARE: Final = 0.95
_GREATEST_WEIGHT: Final = 60.0


def possible(pairs: pl.DataFrame, records: Records, links: pl.DataFrame, same: pl.DataFrame) -> pl.DataFrame:
    """`pairs` without those that cannot be, with `company` and `person` (the first record of the customer).

    Left out: two ID numbers with right check digits that differ; a person who already has a place at that company.

    Args:
        pairs: left, right, weight.
        records: both sides.
        links: exact links, left and right.
        same: duplicates among customers, left and right.
    """
    staff = records.employees.select(left="unique_id", company="company", number=_valid())
    people = records.customers.select(right="unique_id", theirs=_valid())
    person = pl.coalesce("first", "right")
    first = same.select(right="left", first="right")
    people = people.join(first, on="right", how="left").with_columns(person=person)
    placed = links.join(staff, on="left").join(people.select("right", "person"), on="right")
    numbers = _numbers(people, placed)
    rows = pairs.join(staff, on="left").join(people.select("right", "person"), on="right")
    rows = rows.join(numbers, on="person", how="left").join(placed, on=["person", "company"], how="anti")
    return rows.filter((pl.col("number") == pl.col("theirs")).fill_null(value=True)).drop("theirs")


def _valid() -> pl.Expr:
    return pl.when("valid").then("whole")


def _numbers(people: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """The right ID number of each person, their own or that of an employee who is surely they: person, theirs."""
    own = people.filter(pl.col("theirs").is_not_null()).select("person", "theirs", order=pl.lit(0))
    staffs = placed.filter(pl.col("number").is_not_null()).select("person", theirs="number", order=pl.lit(1))
    both = pl.concat([own, staffs]).sort("person", "order", "theirs")
    return both.unique("person", keep="first", maintain_order=True).drop("order")


def weighed(rows: pl.DataFrame, employees: int, customers: int) -> pl.DataFrame:
    """The best pair of each employee and person, with `probability` and `prior`.

    Args:
        rows: what `possible` gives.
        employees: how many were searched for.
        customers: among how many.
    """
    best = rows.sort("left", "person", "weight", "right", descending=[False, False, True, False]).unique(
        ["left", "person"], keep="first", maintain_order=True
    )
    share = _FIRST_SHARE
    scored = best
    for _ in range(_ROUNDS):
        scored = _scored(best, share / (1 - share) / max(customers, 1))
        share = min(max(float(scored["probability"].sum()) / max(employees, 1), 1 / max(employees, 2)), _MOST_SHARE)
    # rounded down, so that two rivals alike stay under one half
    return scored.with_columns((pl.col("probability") * 1e4).floor() / 1e4, pl.col("prior").round(2))


def _scored(rows: pl.DataFrame, prior: float) -> pl.DataFrame:
    odds = prior * 2.0 ** pl.col("weight").clip(upper_bound=_GREATEST_WEIGHT)
    rivals = odds.sum().over("left") + odds.sum().over("person", "company") - odds
    return rows.with_columns(probability=odds / (1 + rivals), prior=pl.lit(prior).log(2))


def chosen(rows: pl.DataFrame, least: float) -> pl.DataFrame:
    """One link per employee at `least` or more; of links that give one person two right numbers, the likeliest's."""
    order = ["probability", "weight", "right", "left"]
    falling = [True, True, False, False]
    links = rows.filter(pl.col("probability") >= least).sort(order, descending=falling)
    links = links.unique("left", keep="first", maintain_order=True)
    first = pl.col("number").drop_nulls().first().over("person")
    return links.filter((pl.col("number") == first).fill_null(value=True)).sort("left")
