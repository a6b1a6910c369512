"""Accounts at other banks: whose they are."""

from typing import Any

import pytest
from helpers.people import COMPANY, resolved, same

FIRMS = [
    COMPANY,
    *({"company_id": f"L{n}", "name": f"宁波{chr(0x5000 + n)}达餐饮有限公司", "city": "宁波"} for n in range(50)),
]
MONTHS = [202601, 202602, 202603]


def company_of(name: str, **more: Any) -> str | None:
    rows = {"companies": FIRMS, "counterparties": [{"counterparty_id": "X1", "name": name, "kind": "company"}]}
    return dict(same([], **(rows | more))).get("X1")


def paid(start: tuple[str, str], end: tuple[str, str], amount: float = 30000.0) -> dict[str, Any]:
    ends = dict(zip(("from_label", "from_id", "to_label", "to_id"), (*start, *end), strict=True))
    return ends | {"count": 3, "amount": amount, "months": MONTHS}


@pytest.mark.parametrize(
    "name",
    [
        "杭州云帆精密机械有限公司",
        "云帆精密机械",
        "云帆精密机械（杭州）有限公司",
        "杭州市雲帆精密機械有限責任公司",
        "杭州云帆公司",
    ],
)
def test_a_company_that_pays_from_another_bank_is_known_by_its_name(name: str) -> None:
    assert company_of(name) == "K1"


@pytest.mark.parametrize("name", ["宁波云帆精密机械有限公司", "杭州云帆餐饮有限公司", "杭州盛达精密机械有限公司"])
def test_a_company_at_another_place_or_in_another_trade_or_of_another_brand_is_another(name: str) -> None:
    assert company_of(name) is None


def test_two_companies_that_fit_alike_are_left_for_review() -> None:
    other = {"company_id": "K2", "name": "杭州云帆商贸有限公司", "city": "杭州"}
    row = {"counterparty_id": "X1", "name": "杭州云帆", "kind": "company"}
    found = resolved([], companies=[*FIRMS, other], counterparties=[row])
    assert found.same_as.collect().is_empty()
    assert set(found.review["to_id"]) <= {"K1", "K2"}


def test_the_company_whose_staff_it_pays_is_the_one() -> None:
    other = {"company_id": "K2", "name": "杭州云帆商贸有限公司", "city": "杭州"}
    staff = [{"employee_id": f"E{n}", "customer_id": f"C{n}"} for n in range(3)]
    wages = [paid(("Counterparty", "X1"), ("Customer", f"C{n}")) for n in range(3)]
    customers = [{"customer_id": f"C{n}"} for n in range(3)]
    row = {"counterparty_id": "X1", "name": "杭州云帆", "kind": "company"}
    links = same(customers, staff, paid=wages, companies=[*FIRMS, other], counterparties=[row])
    assert links == {("X1", "K1")}


CROWD = [{"employee_id": f"D{n}", "name": f"李{chr(0x4E00 + n)}", "company_id": f"L{n % 50}"} for n in range(200)]
ACCOUNT = {"counterparty_id": "X1", "name": "王晓芳", "kind": "person"}


def test_an_account_into_which_the_employer_pays_is_the_employees() -> None:
    staff = [{"employee_id": "E1", "name": "王晓芳", "monthly_salary": 10000.0}, *CROWD]
    wages = [paid(("Company", "K1"), ("Counterparty", "X1"))]
    rows: dict[str, Any] = {"companies": FIRMS, "counterparties": [ACCOUNT]}
    assert same([], staff, paid=wages, **rows) == {("X1", "E1")}
    assert same([], staff, **rows) == set()


def test_of_two_colleagues_of_one_name_the_one_without_an_account_here_is_paid_there() -> None:
    customers = [{"customer_id": "C1", "name": "王晓芳"}]
    staff = [
        {"employee_id": "E1", "name": "王晓芳", "customer_id": "C1"},
        {"employee_id": "E2", "name": "王晓芳"},
        *CROWD,
    ]
    wages = [paid(("Company", "K1"), ("Counterparty", "X1")), paid(("Company", "K1"), ("Customer", "C1"))]
    assert same(customers, staff, paid=wages, companies=FIRMS, counterparties=[ACCOUNT]) == {("X1", "E2")}


def test_an_account_of_ones_own_name_with_money_to_and_fro_is_ones_own() -> None:
    customers = [{"customer_id": "C1", "name": "王晓芳"}, {"customer_id": "C2", "name": "王晓芳"}]
    sent = [paid(("Customer", "C1"), ("Counterparty", "X1"))]
    assert same(customers, CROWD, paid=sent, counterparties=[ACCOUNT], companies=FIRMS) == {("X1", "C1")}


def test_a_landlord_of_another_name_is_another_person() -> None:
    sent = [paid(("Customer", "C1"), ("Counterparty", "X1"))]
    assert same([{"customer_id": "C1", "name": "赵敏"}], CROWD, paid=sent, counterparties=[ACCOUNT]) == set()
