"""A small bank with every table, for what must hold of any bank: nothing in it is dated after `TODAY`."""

from datetime import date, timedelta
from typing import Any

import numpy as np

from helpers.business import business_bank
from helpers.snapshots import TODAY
from helpers.tables import Rows

Tables = dict[str, Rows]
BEGINS = {
    "customers": "since", "holdings": "opened_on", "payments": "paid_on", "relations": "since",
    "contacts": "contacted_on", "refusals": "refused_on",
}  # fmt: skip
"""The date from which a row is there."""
OWN_KEYS = {
    "branches": ("branch_id",), "customers": ("customer_id",), "companies": ("company_id",),
    "employees": ("employee_id",), "products": ("product_id",), "counterparties": ("counterparty_id",),
    "campaigns": ("campaign_id",),
}  # fmt: skip
REFERENCES = (
    "branch_id", "parent_id", "customer_id", "company_id", "employee_id", "product_id", "prerequisite_id",
    "counterparty_id", "campaign_id", "holder_id", "payer_id", "payee_id", "from_id", "to_id",
)  # fmt: skip
"""Columns that hold keys. No two tables share a key, so one mapping renames them all."""


def whole_bank(seed: int, people: int = 260) -> Tables:
    """`business_bank` with outside parties, campaigns, contacts and refusals, as it stood on `TODAY`.

    Every person has a name, and every salary, income and balance is an amount, that nobody and nothing else has.
    """
    draw, tables = np.random.default_rng([seed, 2]), business_bank(seed, people)
    gone = {row["customer_id"] for row in tables["customers"] if row["since"] > TODAY}
    tables = {name: [row for row in rows if not gone & set(map(str, row.values()))] for name, rows in tables.items()}
    _tell_apart(tables)
    known = [row["customer_id"] for row in tables["customers"]]
    tables["counterparties"] = [
        {"counterparty_id": f"X{i:02}", "name": f"外部{i}", "kind": "company", "bank": "某行"} for i in range(12)
    ]
    tables["payments"] += [_payment(draw, "company", f"K{draw.integers(20):02}", "counterparty", f"X{i % 12:02}")
                           for i in range(40)]  # fmt: skip
    tables["campaigns"] = [{"campaign_id": f"A{i}", "name": f"活动{i}", "product_id": f"P{i + 1}"} for i in range(3)]
    tables["contacts"] = [_contact(draw, f"A{i % 3}", str(draw.choice(known))) for i in range(120)]
    tables["refusals"] = [
        {"customer_id": str(draw.choice(known)), "channel": channel, "refused_on": _before(draw.integers(0, 400))}
        for channel in ("all", "sms", "app", "call") for _ in range(3)
    ]  # fmt: skip
    return {
        name: [row for row in rows if name not in BEGINS or (row.get(BEGINS[name]) or TODAY) <= TODAY]
        for name, rows in tables.items()
    }


def later(tables: Tables, seed: int) -> Tables:
    """The same bank some weeks on: what has come, ended, been answered and refused after `TODAY`."""
    draw = np.random.default_rng([seed, 3])
    known, came = [row["customer_id"] for row in tables["customers"]], [f"C9{i:03}" for i in range(6)]
    pairs = [tuple(map(str, draw.choice(known, 2, replace=False))) for _ in range(20)]
    firms = [(f"K{a:02}", f"K{b:02}") for a, b in draw.integers(0, 20, (12, 2)) if a != b]
    ties = [("customer", a, "customer", b, "sibling") for a, b in pairs]
    ties += [("company", a, "company", b, "supplier") for a, b in firms]
    ties += [
        ("customer", a, "company", f"K{place:02}", kind)
        for place, (a, _) in enumerate(pairs)
        for kind in ("shareholder", "director")
    ]
    more: Tables = {
        "customers": [{"customer_id": key, "name": "某", "since": _after(draw)} for key in came],
        "employees": [{"employee_id": f"E9{i:03}", "company_id": "K01", "name": "某", "hired_on": _after(draw)}
                      for i in range(4)],
        "holdings": [_holding(draw, str(draw.choice([*known, *came]))) for _ in range(30)],
        "payments": [_payment(draw, of, a, of, b) | {"paid_on": _after(draw)}
                     for of, ends in (("customer", pairs), ("company", firms)) for a, b in ends],
        "relations": [{"from_type": of, "from_id": a, "to_type": to, "to_id": b, "kind": kind, "since": _after(draw)}
                      for of, a, to, b, kind in ties],
        "contacts": [_contact(draw, "A0", a) | {"contacted_on": _after(draw), "outcome_on": None} for a, _ in pairs],
        "refusals": [{"customer_id": b, "channel": "all", "refused_on": _after(draw)} for _, b in pairs[:5]],
    }  # fmt: skip
    whole = {name: [*rows, *more.get(name, [])] for name, rows in tables.items()}
    return {name: [_changed(name, row, draw) for row in rows] for name, rows in whole.items()}


def _changed(name: str, row: dict[str, Any], draw: np.random.Generator) -> dict[str, Any]:
    """A row of which something has come to be known after `TODAY`; most stay as they are."""
    ends = {"holdings": "closed_on", "employees": "left_on", "companies": "client_since"}
    if draw.random() > 0.1:
        return row
    if name in ends and row.get(ends[name]) is None:
        return row | {ends[name]: _after(draw)}
    if name == "contacts" and row["outcome"] is None:
        return row | {"outcome": "accepted", "outcome_on": _after(draw)}
    if name == "customers" and row.get("risk_tolerance") is None:
        return row | {"risk_tolerance": 5, "risk_assessed_on": _after(draw)}
    return row


def renamed(tables: Tables, seed: int) -> tuple[Tables, dict[str, str]]:
    """The bank under other keys, in an order of their own, and what each new key was."""
    draw = np.random.default_rng([seed, 4])
    keys = [row[key] for name, own in OWN_KEYS.items() for row in tables[name] for key in own]
    assert len(keys) == len(set(keys))
    new = dict(zip(keys, (f"{number:05x}" for number in draw.permutation(len(keys))), strict=True))
    changed = {
        name: [{column: new[value] if column in REFERENCES and value is not None else value
                for column, value in row.items()} for row in rows]
        for name, rows in tables.items()
    }  # fmt: skip
    return changed, {key: old for old, key in new.items()}


def shuffled(tables: Tables, seed: int) -> Tables:
    """The same rows in another order."""
    draw = np.random.default_rng([seed, 5])
    return {name: [rows[place] for place in draw.permutation(len(rows))] for name, rows in tables.items()}


def _tell_apart(tables: Tables) -> None:
    """Names and amounts of their own; those of companies and products have no digits."""
    number = 0
    for name, column in (("customers", "monthly_income"), ("employees", "monthly_salary"), ("holdings", "balance")):
        for row in tables[name]:
            number += 1
            row[column] = round(10_000 + number * 37.13, 2)
            if name != "holdings":
                row["name"] = f"{chr(0x5000 + number)}{chr(0x6000 + number)}"
    for place, row in enumerate([*tables["companies"], *tables["products"]]):
        row["name"] = f"名{chr(ord('a') + place)}"


def _before(days: int | np.integer) -> date:
    return TODAY - timedelta(days=int(days))


def _after(draw: np.random.Generator) -> date:
    return TODAY + timedelta(days=int(draw.integers(1, 60)))


def _payment(draw: np.random.Generator, of: str, payer: str, to: str, payee: str) -> dict[str, Any]:
    ends = {"payer_type": of, "payer_id": payer, "payee_type": to, "payee_id": payee}
    return {**ends, "paid_on": _before(draw.integers(0, 300)), "amount": 500.0}


def _contact(draw: np.random.Generator, campaign: str, customer: str) -> dict[str, Any]:
    day, outcome = _before(draw.integers(0, 500)), draw.choice(["none", "clicked", "accepted", ""])
    told = {"outcome": str(outcome) or None, "outcome_on": min(day + timedelta(days=5), TODAY) if outcome else None}
    return {"campaign_id": campaign, "customer_id": customer, "contacted_on": day, "arm": "treated", **told}


def _holding(draw: np.random.Generator, holder: str) -> dict[str, Any]:
    product = f"P{draw.integers(4)}"
    return {"holder_type": "customer", "holder_id": holder, "product_id": product, "opened_on": _after(draw)}
