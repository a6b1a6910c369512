"""Names, numbers and phones are brought to one form."""

import polars as pl
import pytest

from loaders.identity.companies import parsed
from loaders.identity.names import with_name_keys
from loaders.identity.numbers import number_parts, with_clean_numbers


def keyed(*names: str) -> list[tuple[str | None, ...]]:
    frame = with_name_keys(pl.LazyFrame({"place": range(len(names)), "name": names})).collect().sort("place")
    return frame.select("name", "name_key").rows()


def shown(number: str) -> dict[str, object]:
    records = with_clean_numbers(pl.LazyFrame({"id_number": [number], "phone": ["1"]}))
    return records.select(**number_parts()).collect().row(0, named=True)


@pytest.mark.parametrize("written", ["張 偉", "张　伟", " 张伟 ", "张·伟"])
def test_a_name_has_one_form(written: str) -> None:
    assert keyed(written)[0][0] == "张伟"


@pytest.mark.parametrize("written", ["Zhang Wei", "WEI ZHANG", "zhangwei", "章伟", "Ｚｈａｎｇ Ｗｅｉ"])
def test_what_sounds_alike_has_one_key_in_any_order_and_script(written: str) -> None:
    assert keyed(written)[0][1] == keyed("张伟")[0][1]


def test_a_character_is_read_as_a_surname_where_it_is_one() -> None:
    assert keyed("曾国")[0][1] == keyed("Zeng Guo")[0][1]


def test_a_masked_name_is_no_name() -> None:
    assert keyed("张*") == [(None, None)]


@pytest.mark.parametrize(
    "written", ["+86 138-0000-1111", "0086 13800001111", "8613800001111", "(138)00001111", "１３８００００１１１１"]
)
def test_a_mobile_number_is_its_eleven_digits(written: str) -> None:
    phone = with_clean_numbers(pl.LazyFrame({"id_number": ["1"], "phone": [written]})).collect()["phone"]
    assert phone.to_list() == ["13800001111"]


def test_a_full_width_number_is_the_number() -> None:
    assert shown("１１０１０５１９４９１２３１００２Ｘ") == shown("11010519491231002x")


def test_a_right_check_digit_is_told_from_a_wrong_one() -> None:
    assert [shown(number)["valid"] for number in ("11010519491231002X", "110105194912310021")] == [True, False]


@pytest.mark.parametrize("written", ["110101********123X", "110101xxxxxxxx123x", "110101＊＊＊＊＊＊＊＊123X"])
def test_a_masked_number_shows_its_ends(written: str) -> None:
    assert shown(written) == {"whole": None, "valid": False, "area": "110101", "birth": None, "last": "123X"}


@pytest.mark.parametrize(
    "written",
    [
        "云帆精密机械",
        "杭州市云帆精密机械有限责任公司",
        "（杭州）云帆精密机械股份有限公司",
        "云帆精密机械（杭州）有限公司",
    ],
)
def test_a_company_is_known_whatever_its_place_and_form(written: str) -> None:
    names = ("杭州云帆精密机械有限公司", "宁波鼎盛精密机械有限公司", "上海正大精密机械有限公司")
    companies = pl.LazyFrame({"name": names, "city": ["杭州", "宁波", "上海"]})
    found = parsed(pl.LazyFrame({"written": [written]}), companies).collect().row(0, named=True)
    assert (found["brand"], found["core"]) == ("云帆", "云帆精密机械")
