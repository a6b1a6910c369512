from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from helpers.snapshots import TODAY, snapshot

from graph.features.bank import Bank
from graph.features.profile import LEAST_RECORDS, Profiles

MANY = 2 * LEAST_RECORDS


def profiles(folder: Path, rows: list[dict[str, Any]], day: date = TODAY) -> Profiles:
    numbered = [{"customer_id": f"C{place:03}", **row} for place, row in enumerate(rows)]
    return Bank.read(snapshot(folder, customers=numbered), day).profiles


def features(made: Profiles, day: date = TODAY) -> pl.DataFrame:
    return made.features(day).collect().to_native().sort("party")


def test_texts_that_recur_are_categories_and_others_say_nothing(tmp_path: Path) -> None:
    made = profiles(tmp_path, [
        {"marital_status": "单身" if place % 4 else "已婚", "note": f"备注{place}"} for place in range(2 * MANY)
    ])  # fmt: skip
    assert made.categories == ("marital_status",)
    assert features(made)["marital_status"].to_list()[:5] == [1, 0, 0, 0, 1]


def test_texts_of_numbers_are_numbers(tmp_path: Path) -> None:
    made = profiles(tmp_path, [{"birth_year": str(1950 + place), "score": float(place)} for place in range(MANY)])
    assert made.numbers == ("birth_year", "score")
    assert features(made)["birth_year"][:2].to_list() == [1950.0, 1951.0]


def test_dates_are_year_month_and_age_and_later_ones_are_not_known_yet(tmp_path: Path) -> None:
    rows = [
        {"birth_date": TODAY - timedelta(days=36525), "joined": TODAY - timedelta(days=place)} for place in range(3)
    ]
    shown = features(profiles(tmp_path, rows), TODAY - timedelta(days=1))
    assert shown["joined_year"].to_list() == [None, TODAY.year, TODAY.year]
    assert shown["joined_month"].to_list() == [None, TODAY.month, TODAY.month]
    assert shown["joined_age"].to_list() == [None, 0.0, pytest.approx(1 / 365.25)]


def test_identifiers_wishes_and_what_is_the_same_for_all_say_nothing(tmp_path: Path) -> None:
    row = {
        "name": "王",
        "phone": "1",
        "id_number": "2",
        "do_not_contact": False,
        "marketing_consent": True,
        "city": "甲",
    }
    made = profiles(tmp_path, [{**row, "address": "路"} for _ in range(MANY)])
    assert made.names == ()


def test_who_comes_later_changes_no_code(tmp_path: Path) -> None:
    rows = [{"trade": "农" if place % 2 else "工", "since": TODAY} for place in range(MANY)]
    later = [{"trade": "商", "since": TODAY + timedelta(days=1)} for _ in range(2 * MANY)]
    before, after = profiles(tmp_path / "a", rows), profiles(tmp_path / "b", rows + later)
    assert features(before)["trade"].to_list() == features(after)["trade"].to_list()
