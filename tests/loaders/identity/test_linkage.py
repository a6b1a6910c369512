"""What exact keys leave is weighed: slips are forgiven, other people are not."""

import json
from datetime import date
from typing import Any

import pytest
from helpers.people import links, resolved

from graph.home import Home
from graph.identity_decisions import decide, decisions

NUMBER = "110101199003078515"
WANG = {"customer_id": "C1", "name": "王晓芳", "id_number": NUMBER, "phone": "13800001111", "birth_date": None}
CROWD = [{"customer_id": f"D{n}", "name": f"李{chr(0x4E00 + n)}", "phone": f"139{n:08d}"} for n in range(200)]


def joined(**employee: Any) -> bool:
    return "E1" in links([WANG, *CROWD], [{"employee_id": "E1"} | employee])


@pytest.mark.parametrize(
    "number",
    ["110101199003078575", "110101199003078551", "110101199003058515", "110101********8515", "110101 19900307 8516"],
)
def test_a_slip_or_a_mask_in_the_number_is_forgiven(number: str) -> None:
    assert joined(name="王晓芳", id_number=number)


@pytest.mark.parametrize("name", ["王小芳", "王曉芳", "Wang Xiaofang", "XIAOFANG WANG"])
def test_the_name_may_be_written_otherwise(name: str) -> None:
    assert joined(name=name, phone="0086-138 0000 1111")


def test_the_name_alone_joins_nobody() -> None:
    assert not joined(name="王晓芳", phone="13900001234")


def test_a_namesake_of_the_same_year_with_a_number_of_her_own_is_another() -> None:
    assert not joined(name="王晓芳", id_number="11010119900815852X", phone="13800001111")


def test_a_namesake_with_another_masked_number_is_another() -> None:
    assert not joined(name="王晓芳", id_number="330106********4427")


def test_a_relative_with_the_same_phone_is_another() -> None:
    assert not joined(name="王建国", phone="13800001111")


def test_a_slip_in_the_name_is_forgiven_where_phone_and_work_agree() -> None:
    works = WANG | {"employer_name": "云帆精密机械"}
    slip = {"employee_id": "E1", "name": "王晓苏", "phone": "13800001111"}
    assert links([works, *CROWD], [slip]) == {"E1": ("C1", "linkage")}
    assert links([works, *CROWD], [slip | {"phone": None}]) == {}


def test_it_is_no_slip_where_the_staff_list_has_the_right_name() -> None:
    works = WANG | {"employer_name": "云帆精密机械"}
    sister = {"employee_id": "E1", "name": "王晓苏", "phone": "13800001111"}
    herself = {"employee_id": "E2", "name": "王晓芳", "phone": "13900007777"}
    assert "E1" not in links([works, *CROWD], [sister, herself])


def test_one_visible_digit_at_either_end_is_not_the_number() -> None:
    masked = WANG | {"id_number": "1****************5"}
    assert links([masked, *CROWD], [{"employee_id": "E1", "name": "苏敏", "id_number": "1****************5"}]) == {}


def test_pay_from_another_bank_tells_the_workplace() -> None:
    employer = {"counterparty_id": "X1", "name": "云帆精密机械", "kind": "company"}
    paid = [{"from_label": "Counterparty", "from_id": "X1", "to_label": "Customer", "to_id": "C1", "count": 3,
             "amount": 30000.0, "months": [202601, 202602, 202603]}]  # fmt: skip
    staff = [{"employee_id": "E1", "name": "王晓芳"}]
    assert links([WANG, *CROWD], staff, counterparties=[employer]) == {}
    assert links([WANG, *CROWD], staff, paid=paid, counterparties=[employer]) == {"E1": ("C1", "linkage")}


def test_two_customers_who_fit_alike_are_left_open() -> None:
    born = {"C1": date(1990, 3, 7), "C2": date(1964, 11, 20)}
    alike = [WANG | {"customer_id": key, "id_number": None, "birth_date": day} for key, day in born.items()]
    found = resolved([*alike, *CROWD], [{"employee_id": "E1", "name": "王小芳", "phone": "13800001111"}])
    assert found.is_customer.collect().is_empty()
    assert set(found.review["to_id"]) == {"C1", "C2"}


def test_who_has_a_place_at_the_company_does_not_take_a_second_one() -> None:
    first = {"employee_id": "E1", "name": "王晓芳", "id_number": NUMBER}
    second = {"employee_id": "E2", "name": "王晓芳", "id_number": "110101********8515"}
    assert links([WANG, *CROWD], [first, second]) == {"E1": ("C1", "id_number")}


def test_a_salary_into_the_account_tells_who_it_is() -> None:
    paid = [{"from_label": "Company", "from_id": "K1", "to_label": "Customer", "to_id": "C1", "count": 3,
             "amount": 30000.0, "months": [202601, 202602, 202603]}]  # fmt: skip
    staff = [{"employee_id": "E1", "name": "王晓芳", "monthly_salary": 10000.0}]
    assert links([WANG, *CROWD], staff) == {}
    assert links([WANG, *CROWD], staff, paid=paid) == {"E1": ("C1", "linkage")}


def test_a_link_says_what_speaks_for_it() -> None:
    found = resolved([WANG, *CROWD], [{"employee_id": "E1", "name": "王小芳", "phone": "13800001111"}])
    text = found.is_customer.collect()["evidence"][0]
    row = json.loads(text)
    assert row["prior"] < 0 < row["phone"]


def test_decisions_stand_before_everything(home: Home) -> None:
    staff = [{"employee_id": "E1", "id_number": NUMBER}, {"employee_id": "E2", "name": "赵敏"}]
    decide(home, ("Employee", "E1", "Customer", "C1"), confirmed=False, by="审核员")
    decide(home, ("Employee", "E2", "Customer", "D7"), confirmed=True, by="审核员")
    assert links([WANG, *CROWD], staff, decided=decisions(home)) == {"E2": ("D7", "decision")}


def test_the_latest_decision_counts(home: Home) -> None:
    for confirmed in (False, True):
        decide(home, ("Employee", "E1", "Customer", "C1"), confirmed=confirmed, by="审核员")
    assert decisions(home)["confirmed"].to_list() == [True]
