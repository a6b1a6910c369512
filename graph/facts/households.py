"""Households and families: people tied by marriage, descent or a joint account.

    (wife)─spouse─(husband)─parent─(child)       one household, one family
    (wife)─sibling─(her brother)                 one family; one household while it stays small

Components of the ties. A joint account shared around an office, or kinship over a whole village, would make one of
thousands: in a component of more than `LARGEST` people the weakest kind of tie does not count, then the next.
"""

from typing import Final

import narwhals as nw
import numpy as np
import polars as pl

from graph.facts.nodes import Places, components, placed, sizes
from graph.features.bank import Bank

HOUSEHOLD: Final = ("sibling", "joint_account", "parent", "spouse")
"""Weakest first."""
FAMILY: Final = ("sibling", "parent", "spouse")
LARGEST: Final = 12
"""Two couples of grandparents, a couple with its siblings, and children."""


def households(bank: Bank) -> pl.DataFrame:
    """(entity, household, household_size): `household` is its smallest entity; people alone have none."""
    return related(bank, HOUSEHOLD).rename({"group": "household", "size": "household_size"})


def related(bank: Bank, kinds: tuple[str, ...]) -> pl.DataFrame:
    """(entity, group, size) of people tied by `kinds` (weakest first), by the smallest entity of each group."""
    ties = bank.ties.filter((nw.col("type") == "RELATED_TO") & nw.col("kind").is_in(list(kinds)))
    organisations = nw.concat([bank.companies.select("entity"), bank.outside.select("entity")])
    for end in ("from", "to"):
        ties = ties.join(organisations.rename({"entity": end}), on=end, how="anti")
    edges = ties.select("from", "to", "kind").collect().to_native()
    codes, left, right = placed(edges)
    strength = edges["kind"].replace_strict(list(kinds), range(len(kinds)), return_dtype=pl.Int8).to_numpy()
    group = small_groups(len(codes), left, right, strength)
    found = pl.DataFrame({"entity": codes, "group": codes[group], "size": sizes(group)})
    return found.filter(pl.col("size") > 1)


def small_groups(number: int, left: Places, right: Places, strength: np.ndarray) -> Places:
    """Components of at most `LARGEST` nodes; where one is larger its weakest ties are left out, then the next.

    Each group is named by its smallest node. Nodes that even the strongest ties join to more stay alone.
    """
    group = components(number, left, right)
    for weakest in range(int(strength.max(initial=-1)) + 1):
        kept = (sizes(group)[left] <= LARGEST) | (strength > weakest)
        left, right, strength = left[kept], right[kept], strength[kept]
        group = components(number, left, right)
    return group
