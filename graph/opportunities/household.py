"""household: in the household of a valued customer, and under-served.

(customer)─RELATED_TO─(relatives)─RELATED_TO─(relatives), a valued one among them      a row per retail product
that the person lacks
"""

from typing import Final

import narwhals as nw
import polars as pl

from graph.features import households
from graph.features.bank import Bank
from graph.features.households import HouseholdTables
from graph.features.items import Items
from graph.features.pairs import PairTables
from graph.opportunities.evidence import with_evidence
from graph.opportunities.offers import Offer, find_offers, looked
from graph.opportunities.task import FAMILIES, Found, Task

KIND: Final = "household"
SPOKEN: Final = ("valued", "household", "joint", "colleagues", "partners")


def find(task: Task) -> Found:
    """Score every retail product that an under-served member of a valued customer's household may be offered."""
    return find_offers(task, _offer(task))


def look(task: Task, bank: Bank, people: PairTables, _place: int) -> pl.DataFrame:
    """What is learned from of a past day."""
    return looked(task, _offer(task), bank, people)


def _offer(task: Task) -> Offer:
    def tables(bank: Bank, people: PairTables | None) -> HouseholdTables:
        assert people is not None
        return HouseholdTables.of(bank, people)

    retail = task.bank.products.filter(nw.col("line") == "retail")
    return Offer(
        kind=KIND,
        line="retail",
        products=retail.select("product", "prerequisite", "risk_level"),
        tables=tables,
        features=households.FEATURES,
        categories=households.CATEGORICAL,
        evidence=_evidence,
        lifts=("valued_lift", "household_lift", "joint_lift", "colleagues_lift"),
        look=look,
    )


def _evidence(table: pl.DataFrame, items: Items) -> pl.DataFrame:
    """Where no record ties somebody valued to the household, that is what has to be said, and how sure it is."""
    unsure = pl.col("valued") < 1
    share = (pl.col("sureness") * 100).round().cast(pl.Int32)
    return with_evidence(table, items, SPOKEN).with_columns(
        family=pl.when(unsure).then(FAMILIES.index("relatives")).otherwise("family"),
        peers=pl.when(unsure).then(100).otherwise("peers"),
        holders=pl.when(unsure).then(share).otherwise("holders"),
        via=pl.when(~unsure).then("via"),
        link=pl.when(~unsure).then("link"),
        because=pl.when(~unsure).then("because"),
    )
