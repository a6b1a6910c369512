"""Which records are one person: employees who are customers, and records that repeat a person.

decisions ► exact keys ► Splink over what is left ► rivals share the probability ► links, and a list to review
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from loaders.identity.choose import chosen, possible, weighed
from loaders.identity.decisions import no_decisions
from loaders.identity.exact import duplicates, exact_links
from loaders.identity.linkage import linked
from loaders.identity.model import STAFF
from loaders.identity.records import Records, Sources, records

__all__ = ["LEAST_PROBABILITY", "Identities", "Sources", "resolve"]

LEAST_PROBABILITY: Final = 0.5
"""Less likely links are none; the better ones of them are for review."""
GREY: Final = (0.2, 0.8)
_LEAST_WEIGHT: Final = 3.0


@dataclass(frozen=True)
class Identities:
    """What a resolver finds.

    `is_customer`: employee_id, customer_id, probability, method, evidence, decided_by, detected; unique by employee_id.
    `same_as`: label, from_id, to_id, probability, method, detected; from_id > to_id, to_id the smallest of its person.
    `review`: employee_id, customer_id, probability, evidence of pairs that may or may not be one person.
    """

    is_customer: pl.LazyFrame
    same_as: pl.LazyFrame
    review: pl.DataFrame


def resolve(sources: Sources, decided: pl.DataFrame | None = None) -> Identities:
    """Link records by what people decided, by what the source says, by exact keys, and the rest by weight.

    Args:
        sources: the accepted tables.
        decided: earlier decisions (`loaders.identity.decisions`).
    """
    both = records(sources)
    same = duplicates(both.customers)
    verdicts = _by_code(no_decisions() if decided is None else decided, both)
    links = _with_verdicts(exact_links(both), verdicts)
    pairs = _searched(both, links, same, verdicts)
    found = chosen(pairs, LEAST_PROBABILITY).with_columns(method=pl.lit("linkage"))
    repeated = _same(same, both.customers, "Customer"), _same(duplicates(both.employees), both.employees, "Employee")
    return Identities(
        _named(pl.concat([links, found], how="diagonal"), both).lazy(),
        pl.concat(repeated).lazy(),
        _review(pairs, both),
    )


def _by_code(decided: pl.DataFrame, both: Records) -> pl.DataFrame:
    """Decisions about records that are there: left, right, confirmed, decided_by."""
    about = decided.filter((pl.col("from_label") == "Employee") & (pl.col("to_label") == "Customer"))
    left = both.employees.select(from_id="key", left="unique_id")
    right = both.customers.select(to_id="key", right="unique_id")
    return about.join(left, on="from_id").join(right, on="to_id").select("left", "right", "confirmed", "decided_by")


def _with_verdicts(links: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Exact links as people corrected them: left, right, method, probability, decided_by."""
    confirmed = verdicts.filter("confirmed").unique("left", keep="last", maintain_order=True)
    kept = links.join(verdicts.filter(~pl.col("confirmed")), on=["left", "right"], how="anti")
    kept = kept.join(confirmed, on="left", how="anti")
    said = confirmed.select("left", "right", "decided_by", method=pl.lit("decision"))
    return pl.concat([said, kept], how="diagonal").with_columns(probability=pl.lit(1.0)).sort("left")


def _searched(both: Records, links: pl.DataFrame, same: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Possible pairs of the employees without a link, with probability and evidence."""
    left, right = _compared(both.employees), _compared(both.customers)
    found = linked(left, right, STAFF, links, links.filter(pl.col("method") == "source"), _LEAST_WEIGHT)
    found = found.join(verdicts.filter(~pl.col("confirmed")), on=["left", "right"], how="anti")
    number = len(both.employees) - len(links)
    pairs = weighed(possible(found, both, links, same), number, len(both.customers) - len(same))
    shares = pl.struct("prior", *(comparison.name for comparison in STAFF.comparisons))
    return pairs.with_columns(evidence=shares.struct.json_encode())


def _compared(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.drop("key", "given", "company", "whole", "valid")


def _named(links: pl.DataFrame, both: Records) -> pl.DataFrame:
    staff = both.employees.select(left="unique_id", employee_id="key")
    people = both.customers.select(right="unique_id", customer_id="key")
    named = links.join(staff, on="left").join(people, on="right").sort("employee_id")
    columns = ("employee_id", "customer_id", "probability", "method", "evidence", "decided_by")
    return named.select(*columns, detected=pl.col("method") != "source")


def _same(links: pl.DataFrame, rows: pl.DataFrame, label: str) -> pl.DataFrame:
    keys = rows.select("unique_id", "key")
    later = keys.select(left="unique_id", from_id="key")
    first = keys.select(right="unique_id", to_id="key")
    named = links.join(later, on="left").join(first, on="right").sort("from_id")
    return named.select(
        pl.lit(label).alias("label"), "from_id", "to_id", "method",
        probability=pl.lit(1.0), detected=pl.lit(value=True),
    )  # fmt: skip


def _review(pairs: pl.DataFrame, both: Records) -> pl.DataFrame:
    grey = pairs.filter(pl.col("probability").is_between(*GREY)).with_columns(
        method=pl.lit("linkage"), decided_by=pl.lit(None, pl.String)
    )
    return _named(grey, both).select("employee_id", "customer_id", "probability", "evidence").sort(
        "probability", "employee_id", "customer_id", descending=[True, False, False]
    )  # fmt: skip
