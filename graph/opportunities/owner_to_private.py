"""owner_to_private: owner or executive of a client company without a matching personal relationship.

    (person)─OWNS / OFFICER_OF→(client)      a row per person (their customer record, or else a staff record) and
    (person)═(employee)─WORKS_AT→(client)    product of wealth that they do not hold under any record
    (client)─PAID→(person), as it pays its owners

Private-banking products have no mark of their own in the contract, so all retail products of the categories of wealth
are offered, and what is private banking shows in who took it. Learned from owners and executives who opened one.
"""

from typing import Final

import narwhals as nw
import polars as pl

from graph.features import owners
from graph.features.bank import Bank
from graph.features.items import Items
from graph.features.owners import OwnerTables
from graph.features.pairs import PairTables
from graph.features.payouts import Payouts
from graph.opportunities.evidence import with_evidence
from graph.opportunities.offers import Offer, find_offers, looked
from graph.opportunities.task import FAMILIES, Found, Task

KIND: Final = "owner_to_private"
CATEGORIES: Final = ("wealth", "fund", "gold", "insurance")
SPOKEN: Final = ("owners", "household", "joint", "colleagues", "partners")


def find(task: Task) -> Found:
    """Score every product of wealth that an owner or executive may be offered."""
    return find_offers(task, _offer(task))


def look(task: Task, bank: Bank, people: PairTables, _place: int) -> pl.DataFrame:
    """What is learned from of a past day."""
    return looked(task, _offer(task), bank, people)


def _offer(task: Task) -> Offer:
    wealth = (nw.col("line") == "retail") & nw.col("category").is_in(list(CATEGORIES))
    payouts = task.shared("payouts", task.as_of, lambda: Payouts.learn(task.bank, task.as_of, task.seed))

    def tables(bank: Bank, people: PairTables | None) -> OwnerTables:
        assert people is not None
        return OwnerTables.of(bank, bank.day, people, payouts)

    return Offer(
        kind=KIND,
        line="retail",
        products=task.bank.products.filter(wealth).select("product", "prerequisite", "risk_level"),
        tables=tables,
        features=owners.FEATURES,
        categories=owners.CATEGORICAL,
        evidence=_evidence,
        lifts=("owners_lift", "household_lift", "colleagues_lift"),
        look=look,
    )


def _evidence(table: pl.DataFrame, items: Items) -> pl.DataFrame:
    """Whatever speaks loudest, it goes through the company that the person stands behind.

    Where no role is known, that is what has to be said, and how sure it is.
    """
    unsure = (pl.col("owner") > 0) & (pl.max_horizontal(owners.OWN[:4]) < 1)
    share = (pl.col("owner") * 100).round().cast(pl.Int32)
    return with_evidence(table, items, SPOKEN).with_columns(
        via="client",
        link=pl.col("place"),
        family=pl.when(unsure).then(FAMILIES.index("payouts")).otherwise("family"),
        peers=pl.when(unsure).then(100).otherwise("peers"),
        holders=pl.when(unsure).then(share).otherwise("holders"),
        because=pl.when(~unsure).then("because"),
    )
