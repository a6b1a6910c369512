"""Search by name, key, pinyin and first letters."""

import polars as pl
import pytest

from graph.access import Access
from graph.names import simplified, spelt


@pytest.fixture
def company(access: Access) -> dict[str, str]:
    return access.snapshot.nodes("Company").collect().row(0, named=True)


def letters(name: str) -> tuple[str, str]:
    pinyin, initials = pl.DataFrame({"x": [name]}).select(*spelt(simplified(pl.col("x")))).row(0)
    return pinyin, initials


def test_a_name_is_read_in_pinyin() -> None:
    assert letters("张伟") == ("zhangwei", "zw")
    assert letters("单雄信") == ("shanxiongxin", "sxx")  # as a surname
    assert letters("張 偉") == ("zhangwei", "zw")  # traditional
    assert letters("Li Ming")[0] == "liming"


@pytest.mark.parametrize("form", ["name", "id", "credit_code", "pinyin", "initials", "typing error", "homophone"])
def test_a_company_is_found(access: Access, company: dict[str, str], form: str) -> None:
    pinyin, initials = letters(company["name"])
    typed = {
        "name": company["name"][2:6], "id": company["company_id"].lower(), "credit_code": company["credit_code"],
        "pinyin": pinyin[:12], "initials": initials, "typing error": pinyin[:5] + pinyin[6:14],
        "homophone": company["name"][:3] + {"司": "思"}.get(company["name"][3], company["name"][3]),
    }[form]  # fmt: skip
    assert company["company_id"] in access.search(typed)["id"].to_list()


def test_a_person_is_found_and_masked(access: Access) -> None:
    person = access.snapshot.nodes("Customer").filter(pl.col("name").str.len_chars() == 3).collect().row(0, named=True)
    found = access.search(letters(person["name"])[0], top=1000)
    row = found.filter(pl.col("id") == person["customer_id"]).row(0, named=True)
    assert row["name"] == person["name"][0] + "**"


@pytest.mark.parametrize("typed", ["", "   ", "***", "'; DROP TABLE", "\\", "%", "\x00"])
def test_odd_input_finds_nothing_and_breaks_nothing(access: Access, typed: str) -> None:
    assert access.search(typed).is_empty()
