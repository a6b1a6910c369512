"""Check characters, against implementations written from the standards alone."""

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
import polars as pl
import pytest

from demo.identifiers import mobile_numbers

Bank: TypeAlias = Mapping[str, pl.DataFrame]


def citizen_check(number: str) -> str:
    """ISO 7064 MOD 11-2, as GB 11643 has it: the pure recursive system."""
    product = 0
    for digit in number:
        product = (product + int(digit)) * 2 % 11
    check = (12 - product) % 11
    return "X" if check == 10 else str(check)


def credit_check(code: str) -> str:
    """ISO 7064 MOD 31-3, as GB 32100 has it."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(character) * pow(3, place, 31) for place, character in enumerate(code))
    return next(letter for value, letter in enumerate(alphabet) if (total + value) % 31 == 0)


def organisation_check(code: str) -> str:
    """GB 11714."""
    total = sum(int(character, 36) * weight for character, weight in zip(code, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def test_the_checks_themselves_know_published_examples() -> None:
    assert citizen_check("11010519491231002") == "X"  # GB 11643-1999, its own example
    assert credit_check("91350100M000100Y4") == "3"  # GB 32100-2015, its own example


def test_citizen_ids_have_the_right_check_character(bank: Bank) -> None:
    assert all(citizen_check(number[:17]) == number[17] for number in bank["customers"]["id_number"])


def test_citizen_ids_agree_with_birth_date_and_gender(bank: Bank) -> None:
    rows = bank["customers"]
    assert (rows["id_number"].str.slice(6, 8) == rows["birth_date"].dt.strftime("%Y%m%d")).all()
    odd = rows["id_number"].str.slice(16, 1).cast(pl.Int32) % 2 == 1
    assert (odd == (rows["gender"] == "M")).all()


def test_only_second_records_of_a_person_share_a_citizen_id(bank: Bank) -> None:
    rows = bank["customers"]
    shared = rows.filter(pl.col("id_number").is_duplicated())
    assert 0 < len(shared) < len(rows) / 100
    assert set(shared.group_by("id_number").agg(pl.col("name").n_unique())["name"]) == {1}


def test_credit_codes_have_right_check_characters(bank: Bank) -> None:
    codes = bank["companies"]["credit_code"]
    assert codes.n_unique() == len(codes)
    assert all(credit_check(code[:17]) == code[17] for code in codes)
    assert all(organisation_check(code[8:16]) == code[16] for code in codes)


@pytest.mark.parametrize("count", [0, 1, 5000])
def test_mobile_numbers_are_all_different(count: int) -> None:
    numbers = mobile_numbers(np.random.default_rng(3), count)
    assert numbers.n_unique() == count
    assert numbers.str.contains(r"^1[3-9]\d{9}$").all()
