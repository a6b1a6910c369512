"""The quality report: right figures, one self-contained page, no person's data."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from helpers.bank import Check, good, write_csv

from loaders.contract import TABLES
from loaders.quality import profile, render
from texts import LANGUAGES, Language


@pytest.fixture
def seen(tmp_path: Path, checked: Check) -> dict[str, Any]:
    bank = good()
    bank["customers"] += [
        bank["customers"][0] | {"customer_id": "C3", "branch_id": "NOWHERE"},
        bank["customers"][0] | {"customer_id": "C4", "birth_date": "07/03/1990"},
        bank["customers"][0] | {"customer_id": "C5", "gender": "U"},
        bank["customers"][0] | {"customer_id": "C1"},
    ]
    bank["employees"].append(bank["employees"][0] | {"employee_id": "E3", "customer_id": "440301199001011234"})
    for row in bank["customers"]:
        row["note<script>"] = "<script>alert(1)</script>"
    return profile(checked(write_csv(tmp_path, bank)))


def test_figures_of_columns(seen: dict[str, Any]) -> None:
    columns = seen["tables"]["customers"]["columns"]
    assert columns["gender"] == {
        "type": "enum", "given": 2, "share": 1.0, "distinct": 2, "approximate": False, "low": None, "high": None,
        "top": [["F", 1], ["M", 1]],
    }  # fmt: skip
    assert (columns["aum"]["share"], columns["aum"]["low"], columns["aum"]["high"]) == (0.5, 250000.55, 250000.55)
    assert columns["since"]["years"] == [[2015, 1]]
    assert (columns["since"]["low"], columns["birth_date"]["low"]) == ("2015-01-31", "1988")
    assert json.loads(json.dumps(seen)) == seen


def test_examples_of_rejects_are_masked(seen: dict[str, Any]) -> None:
    found = {(example["rule"], example["values"][0]) for example in seen["tables"]["customers"]["examples"]}
    assert found == {
        ("dangling_reference", "NOWHERE"),  # a branch is nobody
        ("duplicate_key", "**"),
        ("unknown_value", "U"),
        ("unreadable_value", "99/99/9999"),
    }
    assert seen["tables"]["employees"]["examples"][0]["values"] == ["44************34"]


class _Page(HTMLParser):
    """Collects tags, and attributes that load something."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_asks_for_nothing_and_runs_nothing(seen: dict[str, Any], lang: Language) -> None:
    text = render(seen, [seen, seen], lang)
    page = _Page()
    page.feed(text)
    assert not page.tags & {"script", "link", "img", "iframe", "object"}
    assert all(target.startswith("#") for target in page.loads)
    assert not re.search(r"url\(|@import|//", text.replace(seen["location"], ""))
    assert "张伟" not in text
    assert "prefers-color-scheme: dark" in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_table_of_the_contract_has_its_name_and_place(seen: dict[str, Any], lang: Language) -> None:
    text = render(seen, [], lang)
    assert all(f'id="{name}"' in text for name in TABLES)


def test_the_trend_is_drawn_from_the_second_load_on(seen: dict[str, Any]) -> None:
    assert 'class="spark"' not in render(seen, [], "en")
    earlier = json.loads(json.dumps(seen))
    earlier["tables"]["customers"]["rows"] = 5
    text = render(seen, [earlier], "en")
    assert 'class="spark"' in text
    assert "+20.0% rows since the last load" in text


def test_a_source_of_few_tables_without_rows_has_a_report(tmp_path: Path, checked: Check) -> None:
    bank = {name: rows for name, rows in good().items() if name in ("customers", "products", "holdings")}
    write_csv(tmp_path, bank)
    (tmp_path / "holdings.csv").write_text("holder_type,holder_id,product_id,opened_on\n", encoding="utf-8")
    found = profile(checked(tmp_path))
    assert found["tables"]["holdings"]["columns"]["opened_on"]["share"] == 0.0
    assert "holdings" in render(found, [], "en")
