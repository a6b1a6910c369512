"""corporate_cross_sell: offer this corporate product next.

(client)─HOLDS→(prerequisite)      a row per client and corporate product, but payroll, that it does not hold
(client)─PAID / SUPPLIES─(clients)─HOLDS→(product)      (client)←OWNS / OFFICER_OF─(anybody)─…→(client)─HOLDS→(product)
"""

from typing import Final

import narwhals as nw

from graph.features import client_pairs
from graph.features.bank import Bank
from graph.features.client_pairs import ClientTables
from graph.features.pairs import PairTables
from graph.opportunities.evidence import with_evidence
from graph.opportunities.offers import Offer, find_offers
from graph.opportunities.task import Found, Task

KIND: Final = "corporate_cross_sell"


def find(task: Task) -> Found:
    """Score every corporate product but payroll that a client does not hold."""
    corporate = (nw.col("line") == "corporate") & (nw.col("category") != "payroll")

    def tables(bank: Bank, _people: PairTables | None = None) -> ClientTables:
        return task.shared("clients", bank.day, lambda: ClientTables.of(bank, bank.day))

    offer = Offer(
        kind=KIND,
        line="corporate",
        products=task.bank.products.filter(corporate).select("product", "prerequisite", "risk_level"),
        tables=tables,
        features=client_pairs.FEATURES,
        categories=client_pairs.CATEGORICAL,
        evidence=lambda table, items: with_evidence(table, items, client_pairs.FAMILIES),
        lifts=tuple(f"{family}_lift" for family in client_pairs.FAMILIES),
    )
    return find_offers(task, offer)
