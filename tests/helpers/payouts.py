"""A bank whose clients pay wages, twice a year their owner, and once a small sum; most owners are known as such."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from graph.snapshot import Snapshot
from helpers.snapshots import TODAY, snapshot

LONG_AGO = date(2015, 1, 1)
COMPANIES = 160
UNTOLD = range(0, COMPANIES, 20)
"""Companies of whose owner nobody told."""
Rows = list[dict[str, Any]]


def paid(company: int, customer: str, ago: int, amount: float, purpose: str) -> dict[str, Any]:
    return {
        "paid_on": TODAY - timedelta(days=ago), "payer_type": "company", "payer_id": f"K{company}",
        "payee_type": "customer", "payee_id": customer, "amount": amount, "purpose": purpose,
    }  # fmt: skip


def payments(company: int) -> Rows:
    """Wages to W, twice a year a large sum to O, once a small one to T."""
    wages = [paid(company, f"W{company}", ago, 8_000, "工资") for ago in range(5, 365, 30)]
    large = [paid(company, f"O{company}", ago, 60_000 + 500 * company, "分红") for ago in (100, 282)]
    return [*wages, *large, paid(company, f"T{company}", 40 + company, 300, "报销")]


def paying_bank(folder: Path, told: int = COMPANIES) -> Snapshot:
    """Companies K0, K1, … pay W0 wages, O0 as their owner and T0 a trifle; the owners of the first `told` are known."""
    everybody = [f"{letter}{place}" for place in range(COMPANIES) for letter in "WOT"]
    relations = [
        {"from_type": "customer", "from_id": f"O{place}", "to_type": "company", "to_id": f"K{place}",
         "kind": "shareholder"}
        for place in range(told)
        if place not in UNTOLD
    ]  # fmt: skip
    return snapshot(
        folder,
        customers=[{"customer_id": key, "since": LONG_AGO, "marketing_consent": True} for key in everybody],
        products=[{"product_id": "P1", "name": "积存金", "category": "gold", "line": "retail"}],
        holdings=[],
        companies=[{"company_id": f"K{i}", "name": f"公司{i}", "client_since": LONG_AGO} for i in range(COMPANIES)],
        relations=relations,
        payments=[row for place in range(COMPANIES) for row in payments(place)],
    )
