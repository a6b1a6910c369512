"""Worlds with an oracle: a bank's unified data up to a day, and what came after with the chance it had.

Made apart from the demo bank, so that what is learned is not what one maker wrote: other names, other mechanisms,
several styles that vary which of them matter.

    styles ─► history (firms, people; retail and corporate act in turn) ─► records, relations, payments ─► tables
                                                                       └─► truth
"""

from pathlib import Path

import numpy as np

from . import catalogue
from .contacts import contacts
from .history import make_history
from .payments import payments
from .records import Records
from .relations import relations
from .styles import STYLES, Style
from .truth import Truth, truth

__all__ = ["STYLES", "Style", "Truth", "make_world"]


def make_world(out: Path, customers: int, seed: int, style: str | Style = "balanced") -> Truth:
    """Writes `out/TABLE.parquet` of a bank with about `customers` customers; returns what came in the 180 days after.

    The same size, seed and style give the same world.
    """
    world = make_history(customers, seed, STYLES[style] if isinstance(style, str) else style)
    records = Records(world)
    related, in_relations = relations(records)
    paid, in_payments = payments(records)
    people = records.customers()
    seen = np.unique(np.r_[in_relations, in_payments])
    tables = {
        **records.offices(), "customers": people, "companies": records.companies(), "employees": records.employees(),
        "products": catalogue.table(), "holdings": records.product_rows(), "relations": related, "payments": paid,
        "counterparties": records.counterparties(seen), **contacts(records),
    }  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.write_parquet(out / f"{name}.parquet")
    return truth(records, people, seen)
