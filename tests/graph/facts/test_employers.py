from datetime import date
from pathlib import Path
from typing import Any

import pytest
from helpers.snapshots import TODAY, snapshot
from helpers.tables import Rows

from graph.facts.employers import LEAST_WAGES, employers
from graph.features.bank import Bank

PRODUCTS: Rows = [
    {"product_id": "P1", "name": "活期", "category": "deposit", "line": "retail"},
    {"product_id": "P9", "name": "代发", "category": "payroll", "line": "corporate"},
]
STAFF = 10


def of_company(folder: Path, payments: Rows | None = None, sold: Rows | None = None, **company: Any) -> dict[str, Any]:
    """What is known of K1, whose staff are E0..E9; E0..E5 are customers, of whom E0..E3 hold something."""
    made = snapshot(
        folder, products=PRODUCTS, payments=payments or [],
        customers=[{"customer_id": f"C{n}"} for n in range(6)],
        companies=[{"company_id": "K1", "name": "远山科技", "client_since": date(2020, 1, 1), **company}],
        counterparties=[{"counterparty_id": "X1", "name": "远山科技他行户", "kind": "company"}],
        employees=[
            {"employee_id": f"E{n}", "company_id": "K1", "customer_id": f"C{n}" if n < 6 else None,
             "monthly_salary": 5000.0 + 100 * n, "left_on": date(2026, 1, 1) if n == STAFF else None}
            for n in range(STAFF + 1)
        ],
        holdings=[
            *({"holder_type": "customer", "holder_id": f"C{n}", "product_id": "P1"} for n in range(4)), *(sold or [])
        ],
    )  # fmt: skip
    return employers(made, Bank.read(made, TODAY), TODAY).row(0, named=True)


def salaries(payer: str, people: int, raised: float = 0.0) -> Rows:
    """A year of pay for C0, C1, …; the last six months `raised` by this share."""
    kind = "company" if payer.startswith("K") else "counterparty"
    months = [date(2025, month, 10) for month in range(7, 13)] + [date(2026, month, 10) for month in range(1, 7)]
    return [
        {"paid_on": day, "payer_type": kind, "payer_id": payer, "payee_type": "customer", "payee_id": f"C{n}",
         "amount": 8000.0 * (1 + raised * (day.year == 2026)), "purpose": "工资"}
        for n in range(people) for day in months
    ]  # fmt: skip


def test_counts_staff_who_are_there_known_and_banking(tmp_path: Path) -> None:
    found = of_company(tmp_path)
    counts = {name: found[name] for name in ("staff", "staff_identified", "staff_banking", "staff_coverage")}
    assert counts == {"staff": 10, "staff_identified": 6, "staff_banking": 4, "staff_coverage": 0.4}
    assert (found["payroll_coverage"], found["payroll_bank"]) == (0.0, None)


@pytest.mark.parametrize(("payer", "where"), [("K1", "inside"), ("X1", "outside")])
def test_tells_where_the_payroll_runs(tmp_path: Path, payer: str, where: str) -> None:
    found = of_company(tmp_path, salaries(payer, 5))
    assert (found["payroll_coverage"], found["payroll_bank"]) == (0.5, where)


def test_who_is_no_client_pays_from_outside(tmp_path: Path) -> None:
    assert of_company(tmp_path, salaries("K1", 5), client_since=None)["payroll_bank"] == "outside"


def test_a_payroll_product_is_a_payroll_inside(tmp_path: Path) -> None:
    sold = {"holder_type": "company", "holder_id": "K1", "product_id": "P9"}
    assert of_company(tmp_path, sold=[sold])["payroll_bank"] == "inside"


def test_wages_are_a_median_and_their_growth(tmp_path: Path) -> None:
    found = of_company(tmp_path, salaries("K1", 6, raised=0.1))
    assert (found["median_wage"], found["wage_growth"]) == (5450.0, 0.1)


def test_the_growth_of_a_few_peoples_pay_is_not_shown(tmp_path: Path) -> None:
    assert of_company(tmp_path, salaries("K1", LEAST_WAGES - 1, raised=0.1))["wage_growth"] is None


def test_without_staff_there_is_no_row(tmp_path: Path) -> None:
    made = snapshot(tmp_path, companies=[{"company_id": "K1", "name": "甲"}])
    assert employers(made, Bank.read(made, TODAY), TODAY).is_empty()
