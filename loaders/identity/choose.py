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
_LAST: Final = 4
ONE_PLACE: Final = pl.col("odds").sum().over("left") + pl.col("odds").sum().over("person", "company") - pl.col("odds")
"""A record is one person at most, and a person has one place at a company."""
ONE_PARTY: Final = pl.col("odds").sum().over("left")
"""A record is one party at most; a party may have several such records."""
ANY_NUMBER: Final = pl.col("odds")
"""A record may repeat any number of others."""


def compatible(pairs: pl.DataFrame, records: Records) -> pl.DataFrame:
    """`pairs` (left, right, birth, last, …) without those of two ID numbers, or of two days of birth.

    Numbers are two where both have right check digits and differ, or where three of the last four places do; days are
    where more than a slip parts them and the last four do not agree.
    """
    sides = [
        rows.select(
            "unique_id",
            _valid().alias("number"),
            last_shown=pl.when(pl.col("last").str.len_chars() == _LAST).then("last"),
        )
        for rows in (records.customers, records.employees)
    ]
    shown = pl.concat(sides)
    rows = pairs.join(shown, left_on="left", right_on="unique_id", how="left", maintain_order="left")
    rows = rows.join(shown, left_on="right", right_on="unique_id", how="left", suffix="_right", maintain_order="left")
    other = pl.col("number") != pl.col("number_right")
    unlike = pl.sum_horizontal(
        pl.col("last_shown").str.slice(place, 1) != pl.col("last_shown_right").str.slice(place, 1)
        for place in range(_LAST)
    )
    born_apart = (pl.col("birth") < 0) & (pl.col("last") <= 0)
    kept = rows.filter(~(other.fill_null(value=False) | (unlike >= _LAST - 1) | born_apart))
    return kept.select(pairs.columns)


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
    return rows.filter((pl.col("number") == pl.col("theirs")).fill_null(value=True)).drop("number", "theirs")


def _valid() -> pl.Expr:
    return pl.when("valid").then("whole")


def _numbers(people: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """The right ID number of each person, their own or that of an employee who is surely they: person, theirs."""
    own = people.filter(pl.col("theirs").is_not_null()).select("person", "theirs", order=pl.lit(0))
    staffs = placed.filter(pl.col("number").is_not_null()).select("person", theirs="number", order=pl.lit(1))
    both = pl.concat([own, staffs]).sort("person", "order", "theirs")
    return both.unique("person", keep="first", maintain_order=True).drop("order")


def weighed(rows: pl.DataFrame, searched: int, among: int, rivals: pl.Expr = ONE_PLACE) -> pl.DataFrame:
    """The best pair of each record and person, with `probability` and `prior`.

    Args:
        rows: left, right, person, weight, …: what `possible` gives.
        searched: how many were searched for.
        among: among how many.
        rivals: the odds of all that exclude each other, the pair's own among them.
    """
    best = rows.sort("left", "person", "weight", "right", descending=[False, False, True, False]).unique(
        ["left", "person"], keep="first", maintain_order=True
    )
    share = _FIRST_SHARE
    scored = best
    for _ in range(_ROUNDS):
        scored = _scored(best, share / (1 - share) / max(among, 1), rivals)
        share = min(max(float(scored["probability"].sum()) / max(searched, 1), 1 / max(searched, 2)), _MOST_SHARE)
    # rounded down, so that two rivals alike stay under one half
    return scored.with_columns((pl.col("probability") * 1e4).floor() / 1e4, pl.col("prior").round(2))


def _scored(rows: pl.DataFrame, prior: float, rivals: pl.Expr) -> pl.DataFrame:
    odds = prior * 2.0 ** pl.col("weight").clip(upper_bound=_GREATEST_WEIGHT)
    rows = rows.with_columns(odds=odds, prior=pl.lit(prior).log(2))
    return rows.with_columns(probability=pl.col("odds") / (1 + rivals)).drop("odds")


def chosen(rows: pl.DataFrame, least: float) -> pl.DataFrame:
    """One link for each `left` at `least` or more, the likeliest."""
    order = ["probability", "weight", "right", "left"]
    links = rows.filter(pl.col("probability") >= least).sort(order, descending=[True, True, False, False])
    return links.unique("left", keep="first", maintain_order=True).sort("left")
