"""The business side of a bank by chance: what clients hold, who supplies and owns them, who is valued at home."""

from datetime import date, timedelta
from typing import Any

import numpy as np

from helpers.random_bank import COMPANIES, random_bank
from helpers.snapshots import TODAY
from helpers.tables import Rows

CORPORATE = ("B1", "B2", "B3", "B4")


def business_bank(seed: int, people: int = 450) -> dict[str, Rows]:
    """`random_bank` with clients that open products after their partners, owners, families and assets."""
    draw = np.random.default_rng([seed, 1])
    tables = random_bank(seed, people)
    for customer in tables["customers"]:
        customer["aum"] = round(float(draw.lognormal(10, 1.5)), 2)
        customer["marketing_consent"] = bool(draw.random() < 0.9)
    for number, company in enumerate(tables["companies"]):
        company |= {"industry": f"行业{number % 3}", "size": ("micro", "small", "medium")[number % 3], "city": "杭州"}
    tables["products"] += [
        {"product_id": name, "name": name, "category": "loan" if place else "cash_management", "line": "corporate",
         "annual_value": 100.0 * (place + 1), "prerequisite_id": CORPORATE[0] if place else None}
        for place, name in enumerate(CORPORATE)
    ]  # fmt: skip
    tables["holdings"] += _held(draw)
    tables["relations"] += _relations(tables, draw)
    tables["payments"] += [
        {**_ends("payer", "payee", "company", f"K{a:02}", "company", f"K{b:02}"), "amount": 1000.0 * (a + 1),
         "paid_on": _before(draw.integers(-30, 700))}
        for a, b in draw.integers(0, COMPANIES, (200, 2))
    ]  # fmt: skip
    return tables


def _before(days: int | np.integer) -> date:
    return TODAY - timedelta(days=int(days))


def _held(draw: np.random.Generator) -> Rows:
    rows: Rows = []
    for company in range(COMPANIES):
        for place, product in enumerate((*CORPORATE, "B0")):
            days = draw.integers(-60, 1500) if place else 2000
            if draw.random() < 0.7 or not place:
                held = {"holder_type": "company", "holder_id": f"K{company:02}", "product_id": product}
                rows.append({**held, "opened_on": _before(days)})
    return rows


def _relations(tables: dict[str, Rows], draw: np.random.Generator) -> Rows:
    customers = [row["customer_id"] for row in tables["customers"]]
    outsiders = [row["employee_id"] for row in tables["employees"] if row["customer_id"] is None]
    rows: Rows = []
    for company in range(COMPANIES):
        for kind in ("shareholder", "director", "supplier"):
            start = {
                "shareholder": ("customer", str(draw.choice(customers))),
                "director": ("employee", str(draw.choice(outsiders))),
                "supplier": ("company", f"K{draw.integers(0, COMPANIES):02}"),
            }[kind]
            ends = _ends("from", "to", *start, "company", f"K{company:02}")
            rows.append({**ends, "kind": kind, "since": _before(draw.integers(-30, 900))})
    for kind in ("parent", "sibling", "joint_account"):
        for a, b in draw.integers(0, len(customers), (60, 2)):
            if a != b:
                rows.append({**_ends("from", "to", "customer", customers[a], "customer", customers[b]), "kind": kind})
    return rows


def _ends(start: str, end: str, of: str, one: str, to: str, other: str) -> dict[str, Any]:
    return {f"{start}_type": of, f"{start}_id": one, f"{end}_type": to, f"{end}_id": other}
