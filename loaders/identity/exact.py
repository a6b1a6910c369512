"""Links that need no weighing: what the source says, the whole ID number, and phone with name where both are unique."""

from typing import Final

import polars as pl

from loaders.identity.records import MOST_SHARERS, Records

_READ: Final = ("unique_id", "name", "phone", "whole", "area", "birth", "last")


def exact_links(records: Records) -> pl.DataFrame:
    """Employees and their customers, by unique_id: left, right, method."""
    staff, people = records.employees.select(*_READ, "given"), records.customers.select(*_READ, "key")
    given = staff.filter(pl.col("given").is_not_null()).join(people, left_on="given", right_on="key", suffix="_right")
    links = [_link(given, "source")]
    rest = staff.join(given, on="unique_id", how="anti")
    by_number = rest.join(_owners(people), on="whole").rename({"owner": "unique_id_right"})
    links.append(_link(by_number, "id_number"))
    rest = rest.join(by_number, on="unique_id", how="anti")
    links.append(_link(_by_phone_and_name(rest, people), "phone_and_name"))
    return pl.concat(links).sort("left")


def duplicates(rows: pl.DataFrame) -> pl.DataFrame:
    """Each later record with the ID number of an earlier one: left, right, method. A star, never pairs."""
    found = (
        rows.select("unique_id", "whole").join(_owners(rows), on="whole").filter(pl.col("unique_id") != pl.col("owner"))
    )
    return _link(found.rename({"owner": "unique_id_right"}), "id_number").sort("left")


def _link(found: pl.DataFrame, method: str) -> pl.DataFrame:
    return found.select(left="unique_id", right="unique_id_right", method=pl.lit(method))


def _owners(rows: pl.DataFrame) -> pl.DataFrame:
    """The record with the smallest key for each whole ID number that is not a filler: whole, owner."""
    owners = rows.filter(pl.col("whole").is_not_null()).group_by("whole")
    return owners.agg(owner=pl.col("unique_id").min(), sharers=pl.len()).filter(pl.col("sharers") <= MOST_SHARERS)


def _by_phone_and_name(staff: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Where phone and name fit one person on either side, and nothing that both ID numbers show contradicts."""
    pair = ["phone", "name"]
    one_person = staff.filter(_known(pair)).unique(pair, keep="none").join(
        people.filter(_known(pair)).unique(pair, keep="none"), on=pair, suffix="_right"
    )  # fmt: skip
    agree = [
        (pl.col(part) == pl.col(f"{part}_right")).fill_null(value=True) for part in ("whole", "area", "birth", "last")
    ]
    return one_person.filter(pl.all_horizontal(agree))


def _known(columns: list[str]) -> pl.Expr:
    return pl.all_horizontal(pl.col(columns).is_not_null())
