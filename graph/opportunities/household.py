"""household: in the household of a valued customer, and under-served.

(customer)─RELATED_TO─(relatives)─RELATED_TO─(relatives), a valued one among them      a row per retail product
that the person lacks
"""

from datetime import date
from typing import Final

import narwhals as nw

from graph.features import households
from graph.features.bank import Bank
from graph.features.households import HouseholdTables
from graph.opportunities.evidence import with_evidence
from graph.opportunities.offers import Offer, find_offers
from graph.opportunities.task import Found, Task

KIND: Final = "household"
SPOKEN: Final = ("valued", "household", "joint", "colleagues", "partners")


def find(task: Task) -> Found:
    """Score every retail product that an under-served member of a valued customer's household may be offered."""

    def tables(bank: Bank, day: date) -> HouseholdTables:
        return HouseholdTables.of(bank, task.person_tables(bank, day))

    retail = task.bank.products.filter(nw.col("line") == "retail")
    offer = Offer(
        kind=KIND,
        line="retail",
        products=retail.select("product", "prerequisite", "risk_level"),
        tables=tables,
        people=True,
        features=households.FEATURES,
        categories=households.CATEGORICAL,
        evidence=lambda table, items: with_evidence(table, items, SPOKEN),
        lifts=("valued_lift", "household_lift", "joint_lift", "colleagues_lift"),
    )
    return find_offers(task, offer)
