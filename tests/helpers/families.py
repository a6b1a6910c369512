"""A bank of couples who live together and pay each other household money, and have friends; most couples are known."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from graph.snapshot import Snapshot
from helpers.snapshots import TODAY, snapshot

COUPLES = 160
UNTOLD = range(0, COUPLES, 20)
"""Couples of whom nobody told."""
Rows = list[dict[str, Any]]


def paid(payer: str, payee: str, ago: int, amount: float, purpose: str) -> dict[str, Any]:
    return {
        "paid_on": TODAY - timedelta(days=ago), "payer_type": "customer", "payer_id": payer,
        "payee_type": "customer", "payee_id": payee, "amount": amount, "purpose": purpose,
    }  # fmt: skip


def payments(couple: int) -> Rows:
    """Household money every month; dinner with the next couple now and then."""
    monthly = [paid(f"A{couple}", f"B{couple}", ago, 3_000 + couple, "家用") for ago in range(5, 365, 30)]
    friend = (couple + 1) % COUPLES
    return [
        *monthly,
        paid(f"A{couple}", f"A{friend}", 40, 200, "聚餐"),
        paid(f"B{friend}", f"A{couple}", 9, 90, "聚餐"),
    ]


def family_bank(folder: Path, told: int = COUPLES) -> Snapshot:
    """Customers A0 (affluent) and B0, A1 and B1, … by couples; of the first `told` all but the `UNTOLD` are known."""
    customers = [
        {
            "customer_id": f"{letter}{place}", "name": f"{surname}{place}", "address": f"{place}号",
            "birth_date": date(1960 + place % 30 + older, 1, 1), "gender": gender, "segment": segment,
            "since": date(2015, 1, 1), "marketing_consent": True, "risk_tolerance": 5,
            "risk_assessed_on": TODAY - timedelta(days=30),
        }
        for place in range(COUPLES)
        for letter, surname, older, gender, segment in (("A", "王", 0, "M", "affluent"), ("B", "李", 1, "F", "mass"))
    ]  # fmt: skip
    relations = [
        {"from_type": "customer", "from_id": f"A{i}", "to_type": "customer", "to_id": f"B{i}", "kind": "spouse"}
        for i in range(told)
        if i not in UNTOLD
    ]
    return snapshot(
        folder,
        customers=customers,
        products=[{"product_id": "P1", "name": "积存金", "category": "gold", "line": "retail"}],
        holdings=[],
        relations=relations,
        payments=[row for couple in range(COUPLES) for row in payments(couple)],
    )
