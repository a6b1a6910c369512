"""Staff whose names customers pay: the likelier known to them, the rarer the name."""

from datetime import timedelta
from pathlib import Path

import pytest
from helpers.snapshots import TODAY, snapshot
from helpers.tables import Rows

from graph.features.acquaintances import acquaintances
from graph.features.bank import Bank

STAFF = {"E1": ("K1", "王 芳"), "E2": ("K2", "王芳"), "E3": ("K2", "李雷"), "E4": ("K1", None)}


def found(folder: Path, paid: Rows, day: int = 0) -> dict[str, tuple[float, float]]:
    """By staff record: what is found on the day so many days ago; C1 works beside E1."""
    employees: Rows = [{"employee_id": key, "company_id": at, "name": name} for key, (at, name) in STAFF.items()]
    employees.append({"employee_id": "E9", "company_id": "K1", "name": "赵云", "customer_id": "C1"})
    outside = [("X1", "王芳", "person"), ("X2", "李雷", None), ("X3", "王芳", "company"), ("X4", None, "person")]
    tables: dict[str, Rows] = {
        "customers": [{"customer_id": key} for key in ("C1", "C2")],
        "companies": [{"company_id": key, "name": key} for key in ("K1", "K2")],
        "employees": employees,
        "counterparties": [{"counterparty_id": key, "name": name, "kind": kind} for key, name, kind in outside],
        "payments": paid,
    }
    bank = Bank.read(snapshot(folder, **tables), TODAY)
    at = TODAY - timedelta(days=day)
    rows = acquaintances(bank.at(at) if day else bank, at).join(bank.parties.select("party", "id"), on="party")
    table = rows.collect().to_native()
    return {row["id"]: (row["by_name"], row["by_name_at_work"]) for row in table.iter_rows(named=True)}


def payment(customer: str, outside: str, *, back: bool = False, ago: int = 30) -> dict[str, object]:
    ends = {"customer": customer, "counterparty": outside}
    payer, payee = ("counterparty", "customer") if back else ("customer", "counterparty")
    return {
        "paid_on": TODAY - timedelta(days=ago), "payer_type": payer, "payer_id": ends[payer], "payee_type": payee,
        "payee_id": ends[payee], "amount": 100.0,
    }  # fmt: skip


def test_each_bearer_of_a_name_counts_for_a_part(tmp_path: Path) -> None:
    rows = found(tmp_path, [payment("C1", "X1"), payment("C1", "X1", back=True), payment("C2", "X1")])
    assert rows["E1"] == pytest.approx((1.0, 1.0))
    assert rows["E2"] == pytest.approx((1.0, 0.0))
    assert rows["E3"] == (0.0, 0.0)


def test_a_party_that_may_be_a_person_counts_a_company_does_not(tmp_path: Path) -> None:
    rows = found(tmp_path, [payment("C2", "X2"), payment("C2", "X3"), payment("C2", "X4")])
    assert rows["E3"] == (1.0, 0.0)
    assert rows["E1"] == (0.0, 0.0)
    assert "E4" not in rows


def test_only_payments_of_the_year_before_the_day_count(tmp_path: Path) -> None:
    paid = [payment("C2", "X2", ago=400), payment("C2", "X1", ago=30)]
    now, then = (found(tmp_path / str(day), paid, day) for day in (0, 100))
    assert (now["E3"][0], now["E2"][0]) == (0.0, 0.5)
    assert (then["E3"][0], then["E2"][0]) == (1.0, 0.0)
