"""What customers are paid, brought to what staff lists say.

A list has wages before tax and contributions, an account sees what is left of them. By how much the two differ is seen
from the employees whose account is known, payer by payer, or over all payers where one has few of them.
"""

from typing import Final

import polars as pl

from loaders.identity.records import Records

_LEAST_PAIRS: Final = 3
_LEAST_OF_ALL: Final = 10
_RATIO: Final = (0.3, 2.0)
"""Of what is paid to what is listed; beyond, it is no wage."""


def pay_ratios(known: Records, links: pl.DataFrame) -> tuple[pl.DataFrame, float]:
    """What is paid of a listed wage: payer, ratio for each payer of enough known people; and over all payers.

    Args:
        known: both sides.
        links: left (employee), right (customer), as far as they are known.
    """
    staff = known.employees.select(left="unique_id", company="company", listed="salary")
    people = known.customers.select(right="unique_id", payer="payer", paid="paid")
    pairs = links.select("left", "right").join(staff, on="left").join(people, on="right")
    pairs = pairs.filter(pl.col("payer") == pl.col("company")).select("payer", ratio=pl.col("paid") / pl.col("listed"))
    pairs = pairs.filter(pl.col("ratio").is_between(*_RATIO))
    by_payer = pairs.group_by("payer").agg(pl.col("ratio").median(), pl.len()).filter(pl.col("len") >= _LEAST_PAIRS)
    overall = pairs["ratio"].median() if len(pairs) >= _LEAST_OF_ALL else None
    return by_payer.select("payer", "ratio"), overall if isinstance(overall, float) else 1.0


def as_listed(paid: pl.DataFrame, ratios: tuple[pl.DataFrame, float]) -> pl.DataFrame:
    """`paid` (payer, paid, …) with `gross`: the wage that a list would show; null where nothing is known of it."""
    by_payer, overall = ratios
    joined = paid.join(by_payer, on="payer", how="left", maintain_order="left")
    return joined.with_columns(gross=pl.col("paid") / pl.col("ratio").fill_null(overall)).drop("ratio")
