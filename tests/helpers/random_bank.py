"""A bank by chance, for what must hold of any bank: three years in which colleagues follow each other."""

from datetime import date, timedelta
from typing import Any

import numpy as np

from helpers.snapshots import TODAY
from helpers.tables import Rows

COMPANIES = 20
PRODUCTS = 4


def random_bank(seed: int, people: int = 400) -> dict[str, Rows]:
    """Tables of the contract; some customers, holdings, payments and relations are dated after `TODAY`."""
    draw = np.random.default_rng(seed)
    company, joins = draw.integers(0, COMPANIES, people), draw.random(people) < 0.7
    came = [_before(days) for days in draw.integers(-60, 1400, people)]
    customers = [_customer(i, came[i], draw) for i in range(people) if joins[i]]
    return {
        "branches": _branches(),
        "products": _products(),
        "customers": customers,
        "companies": [
            {"company_id": f"K{k:02}", "name": f"公司{k}", "client_since": date(2020, 1, 1) if k % 4 else None}
            for k in range(COMPANIES)
        ],
        "employees": [
            {
                "employee_id": f"E{i:04}",
                "company_id": f"K{company[i]:02}",
                "customer_id": f"C{i:04}" if joins[i] else None,
                "monthly_salary": float(draw.integers(3, 30) * 1000),
            }
            for i in range(people)
        ],
        "holdings": _holdings(np.flatnonzero(joins), company, came, draw),
        "payments": [
            {**_ends("payer", "payee", pair), "paid_on": _before(draw.integers(-30, 300)), "amount": 100.0}
            for pair in _pairs(customers, 300, draw)
        ],
        "relations": [
            {**_ends("from", "to", pair), "kind": "spouse", "since": _before(draw.integers(-30, 900))}
            for pair in _pairs(customers, 80, draw)
        ],
    }


def _before(days: int | np.integer) -> date:
    return TODAY - timedelta(days=int(days))


def _branches() -> Rows:
    below = [
        {"branch_id": f"S{i}", "name": "支行", "level": "sub_branch", "parent_id": "B", "city": None} for i in range(3)
    ]
    return [{"branch_id": "B", "name": "总行", "level": "head", "parent_id": None, "city": None}, *below]


def _products() -> Rows:
    retail: Rows = [
        {
            "product_id": f"P{p}",
            "name": f"产品{p}",
            "category": "fund" if p else "deposit",
            "line": "retail",
            "annual_value": 10.0 * (p + 1),
            "prerequisite_id": "P0" if p else None,
        }
        for p in range(PRODUCTS)
    ]
    payroll = {"product_id": "B0", "name": "代发", "category": "payroll", "line": "corporate", "annual_value": 900.0}
    return [*retail, payroll]


def _customer(number: int, came: date, draw: np.random.Generator) -> dict[str, Any]:
    return {
        "customer_id": f"C{number:04}",
        "name": "某",
        "since": came,
        "monthly_income": float(draw.integers(3, 30) * 1000),
        "birth_date": date(1960 + int(draw.integers(0, 45)), 1, 1),
        "branch_id": f"S{number % 3}",
    }


def _holdings(people: np.ndarray, company: np.ndarray, came: list[date], draw: np.random.Generator) -> Rows:
    """The account at once, the others the sooner the more a company's people like them."""
    taste = draw.normal(size=(COMPANIES, PRODUCTS))
    rows: Rows = []
    for i in people:
        for p in range(PRODUCTS):
            wait = draw.exponential(900 * np.exp(-taste[company[i], p])) if p else 0.0
            opened = came[i] + timedelta(days=int(min(wait, 5000)))
            if opened <= TODAY + timedelta(days=90):
                held = {"holder_type": "customer", "holder_id": f"C{i:04}", "product_id": f"P{p}"}
                rows.append({**held, "opened_on": opened})
    return rows


def _pairs(customers: Rows, number: int, draw: np.random.Generator) -> list[tuple[str, str]]:
    drawn = draw.integers(0, len(customers), (number, 2))
    return [(customers[a]["customer_id"], customers[b]["customer_id"]) for a, b in drawn if a != b]


def _ends(start: str, end: str, pair: tuple[str, str]) -> dict[str, str]:
    return {f"{start}_type": "customer", f"{start}_id": pair[0], f"{end}_type": "customer", f"{end}_id": pair[1]}
