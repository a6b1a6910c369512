"""payroll_mandate: its staff bank here, its payroll does not run here: win the mandate.

    (client)←WORKS_AT─(staff)═(customers)      a row per client without, and payroll product whose prerequisite it holds

Learned from clients that opened a payroll product. Where the bank sells none, a stated prior goes by the staff.
"""

from typing import Final

import narwhals as nw
import numpy as np
import polars as pl

from graph.features import client_pairs, clients
from graph.features.bank import Bank
from graph.features.client_pairs import ClientTables
from graph.features.items import Items
from graph.features.pairs import PairTables
from graph.opportunities.evidence import with_evidence
from graph.opportunities.offers import CHANNEL, Offer, find_offers
from graph.opportunities.task import FAMILIES, SCORED, Found, Task
from graph.people import Frame

KIND: Final = "payroll_mandate"
LEAST_STAFF: Final = 3
SPOKEN: Final = ("staff", *client_pairs.FAMILIES)
YEARLY: Final = 0.05
"""The prior share of clients that give a mandate in a year, where the bank has no payroll product."""


def find(task: Task) -> Found:
    """Score every client with staff and without a payroll product."""
    payroll = task.bank.products.filter(nw.col("category") == "payroll")
    products = payroll.select("product", "prerequisite", "risk_level").collect()

    def tables(bank: Bank, _people: PairTables | None = None) -> ClientTables:
        return task.shared("clients", bank.day, lambda: ClientTables.of(bank, bank.day))

    if not len(products):
        return _without_product(task, tables(task.bank))
    offer = Offer(
        kind=KIND,
        line="corporate",
        products=products.lazy(),
        tables=tables,
        features=client_pairs.FEATURES,
        categories=client_pairs.CATEGORICAL,
        evidence=_evidence,
        lifts=("staff_lift", *(f"{family}_lift" for family in client_pairs.FAMILIES)),
        narrowed=_narrowed,
    )
    return find_offers(task, offer)


def _narrowed(bank: Bank, subjects: Frame) -> Frame:
    """Clients with enough staff that hold no payroll product at all."""
    payroll = bank.products.filter(nw.col("category") == "payroll").select("product")
    mandated = bank.held().join(payroll, on="product", how="semi")
    enough = subjects.join(clients.listed(bank, LEAST_STAFF), on="entity", how="semi")
    return enough.join(mandated, on="entity", how="anti")


def _evidence(table: pl.DataFrame, items: Items) -> pl.DataFrame:
    return with_evidence(table.with_columns(staff_hold="staff_banking"), items, SPOKEN)


def _without_product(task: Task, tables: ClientTables) -> Found:
    """Every client with enough staff, the more likely the more of them bank here."""
    rows = _narrowed(task.bank, tables.subjects).join(tables.clients, on="entity", how="left")
    table = rows.collect().to_native().sort("party")
    chance = YEARLY * task.horizon / 365 * (0.5 + table["staff_share"].to_numpy())
    scored = table.with_columns(
        subject="party", product=pl.lit(None), probability=np.round(np.clip(chance, 0.0, 1.0), 6),
        annual_value=pl.lit(None), channel=pl.lit(CHANNEL), family=pl.lit(FAMILIES.index("staff")), peers="staff",
        holders="staff_banking", via=pl.lit(None), link=pl.lit(None), because=pl.lit(None),
    )  # fmt: skip
    note = f"no payroll product is sold: {YEARLY:g} of clients a year, times one half plus the share of staff banking"
    model = {"model_version": f"{KIND}-prior-1", "mode": "prior", "rows": 0, "note": note}
    return Found(scored.select([pl.col(name).cast(dtype) for name, dtype in SCORED.items()]), len(table), {}, model)
