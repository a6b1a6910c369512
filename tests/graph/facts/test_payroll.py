"""Which payments are a salary."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from helpers.snapshots import TODAY, found, snapshot
from helpers.tables import Rows

from graph.facts.payroll import salaries
from graph.features.bank import Bank
from graph.opportunities.graph_tables import write_graph_tables
from graph.snapshot import Snapshot

PRODUCTS: Rows = [{"product_id": "P1", "name": "活期", "category": "deposit", "line": "retail"}]


def monthly(amount: float = 9000.0, months: int = 6, payee: str = "C1", payer: str = "K1", **cells: Any) -> Rows:
    kind = "company" if payer.startswith("K") else "counterparty"
    return [
        {"paid_on": date(2026, 6 - back, 10), "payer_type": kind, "payer_id": payer, "payee_type": "customer",
         "payee_id": payee, "amount": amount, **cells}
        for back in range(months)
    ]  # fmt: skip


def bank(folder: Path, payments: Rows) -> Snapshot:
    return snapshot(
        folder, products=PRODUCTS, payments=payments,
        customers=[{"customer_id": f"C{n}"} for n in range(1, 6)],
        companies=[{"company_id": "K1", "name": "远山科技"}],
        counterparties=[{"counterparty_id": "X1", "name": "社保中心", "kind": "company"}],
        holdings=[{"holder_type": "customer", "holder_id": "C1", "product_id": "P1"}],
    )  # fmt: skip


def found_in(folder: Path, payments: Rows) -> list[tuple[int, float]]:
    """(months, monthly amount) of each salary."""
    table = salaries(Bank.read(bank(folder, payments), TODAY), TODAY).collect().to_native()
    return [(row["months"], row["monthly_fen"] / 100) for row in table.sort("payee").iter_rows(named=True)]


@pytest.mark.parametrize("purpose", ["代发工资", "6月薪资", "Payroll June", "SALARY"])
def test_a_word_of_pay_every_month(tmp_path: Path, purpose: str) -> None:
    assert found_in(tmp_path, monthly(purpose=purpose)) == [(6, 9000.0)]


def test_without_words_several_regular_payees(tmp_path: Path) -> None:
    payments = [row for payee in ("C1", "C2", "C3") for row in monthly(payee=payee)]
    assert found_in(tmp_path, payments) == [(6, 9000.0)] * 3


@pytest.mark.parametrize(
    "payments",
    [
        monthly(months=2, purpose="工资"),
        monthly(purpose="货款"),
        [row for payee in ("C1", "C2", "C3") for row in monthly(payee=payee, payer="X1", purpose="养老金")],
        monthly(),
        [{**row, "amount": 10.0 ** n, "purpose": "工资"} for n, row in enumerate(monthly())],
    ],
    ids=["two months", "for goods", "a pension bureau", "one payee and no word", "never the same twice"],
)  # fmt: skip
def test_what_is_no_salary(tmp_path: Path, payments: Rows) -> None:
    assert found_in(tmp_path, payments) == []


def test_a_bonus_month_does_not_hide_the_salary(tmp_path: Path) -> None:
    payments = monthly(purpose="工资")
    payments[0]["amount"] = 40_000.0
    assert found_in(tmp_path, payments) == [(6, 9000.0)]


def test_it_is_a_fact_and_a_relationship(tmp_path: Path) -> None:
    made = bank(tmp_path, monthly(purpose="工资"))
    findings = found(made)
    assert findings.manifest["facts"]["pays_salary"] == 1
    write_graph_tables(findings, made)
    row = findings.relationships("PAYS_SALARY").collect().row(0, named=True)
    assert (row["from_label"], row["from_id"], row["to_label"], row["to_id"]) == ("Company", "K1", "Customer", "C1")
    assert (row["months"], row["monthly_amount"], row["detected"]) == (6, 9000.0, True)
    assert 0.9 < row["confidence"] <= 1.0
