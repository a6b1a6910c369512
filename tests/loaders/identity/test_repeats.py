"""Customers that are one person twice, and those that only look like it."""

from datetime import date
from typing import Any

import pytest
from helpers.people import same

NUMBER = "110101199003078515"
BORN = date(1990, 3, 7)
HOME = "浙江省杭州市西湖区文三路12号3幢402室"
WANG: dict[str, Any] = {
    "customer_id": "C1", "name": "王晓芳", "id_number": NUMBER, "phone": "13800001111", "birth_date": BORN,
    "address": HOME, "city": "杭州",
}  # fmt: skip
CROWD = [{"customer_id": f"D{n}", "name": f"李{chr(0x4E00 + n)}", "phone": f"139{n:08d}"} for n in range(200)]


def joined(**other: Any) -> bool:
    return ("C2", "C1") in same([WANG, *CROWD, {"customer_id": "C2", "city": "杭州"} | other])


@pytest.mark.parametrize(
    "other",
    [
        {"name": "王晓芳", "id_number": "110101********8515", "phone": "13912345678"},
        {"name": "王晓芳", "id_number": "110101199003078575", "address": HOME},
        {"name": "Wang Xiaofang", "phone": "+86 138 0000 1111", "birth_date": BORN},
        {"name": "王小芳", "birth_date": BORN, "address": HOME},
    ],
    ids=["masked number", "a digit wrong", "pinyin, phone and birth", "homophone, birth and home"],
)
def test_a_second_record_is_found(other: dict[str, Any]) -> None:
    assert joined(**other)


HERS = {"phone": "13800001111", "address": HOME}


@pytest.mark.parametrize(
    "other",
    [
        {"name": "王晓芬", "birth_date": BORN, **HERS},
        {"name": "王晓芬", "birth_date": BORN, "id_number": "110101********8531", **HERS},
        {"name": "陈建国", "birth_date": date(1989, 1, 2), **HERS},
        {"name": "王晓芳", "birth_date": date(1991, 6, 20), "id_number": "330106********4427"},
        {"name": "王晓芳"},
        {"name": "王晓芳", "id_number": "11010119900307854X", "birth_date": BORN, **HERS},
    ],
    ids=["twin", "twin with a number", "spouse", "namesake", "only the name", "another right number"],
)
def test_another_person_stays_apart(other: dict[str, Any]) -> None:
    assert not joined(**other)


def test_a_day_of_birth_that_many_share_makes_nobody_one() -> None:
    crowd = [
        {"customer_id": f"C{number:03}", "name": "某", "birth_date": date(1960 + number % 40, 1, 1)}
        for number in range(200)
    ]
    assert not same(crowd)
