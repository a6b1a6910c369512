"""Masks: what stays, what goes, and that the vectorised form is the same as the plain one."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.masks import KINDS, Kind, kind_of, mask, masked, masked_names, masked_properties
from graph.model import NODES

LOOKS = {
    "name": {
        "张三": "张*",
        "李": "*",
        "王小明": "王**",
        "欧阳修": "欧阳*",
        "欧阳": "欧*",
        "诸葛孔明": "诸葛**",
        "John Smith": "J*********",
        "阿里木·买买提": "阿******",
        "𠮷田": "𠮷*",
        "": "",
    },
    "id_number": {"11010119900307123X": "1****************X", "1234": "****", "1": "*"},
    "phone": {"13812345678": "138******78", "+8613812345678": "+86*********78", "1234567": "*******"},
    "account": {"6222021234567890123": "622202*********0123", "123456789012": "************"},
    "birth_date": {"1985-01-02": "1985-**-**", "85/1/2": "******"},
    "address": {
        "浙江省杭州市西湖区文三路1号": "浙江省杭州市********",
        "北京市海淀区中关村大街1号": "北京市**********",
        "上海浦东新区世纪大道": "上海********",
        "江西省景德镇市昌江区": "江西省景德镇市***",
        "广西壮族自治区南宁市青秀区": "广西壮族自治区南宁市***",
        "贵州省黔西南布依族苗族自治州兴义市": "贵州省黔西南布依族苗族自治州***",
        "杭州市西湖区": "杭州市***",
        "浙江省某县某路市场": "浙江省******",
        "西湖区三墩镇": "******",
        "1 Main St": "*********",
    },
}


@pytest.mark.parametrize(
    ("kind", "value", "shown"), [(kind, *pair) for kind, pairs in LOOKS.items() for pair in pairs.items()]
)
def test_looks(kind: Kind, value: str, shown: str):
    assert mask(kind, value) == shown
    assert len(shown) == len(value)


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_stays_unknown(kind: Kind):
    assert mask(kind, None) is None
    assert pl.DataFrame({"x": [None]}).select(masked(kind, pl.col("x"))).item() is None


def test_a_date_is_masked_as_its_text():
    frame = pl.DataFrame({"x": [date(1985, 1, 2)]})
    assert (
        frame.select(masked("birth_date", pl.col("x"))).item() == mask("birth_date", date(1985, 1, 2)) == "1985-**-**"
    )


PIECES = st.sampled_from("张王欧阳诸葛省市区县路自治州北京杭州浙江镇*-19 aZ\n𠮷é")


@given(st.sampled_from(KINDS), st.lists(st.text(PIECES | st.characters(codec="utf-8"), max_size=24), max_size=5))
def test_vectorised_is_plain(kind: Kind, values: list[str]):
    frame = pl.DataFrame({"x": values}, schema={"x": pl.String})
    assert frame.select(masked(kind, pl.col("x")))["x"].to_list() == [mask(kind, value) for value in values]


@given(st.sampled_from([kind for kind in KINDS if kind != "address"]), st.text(PIECES, min_size=1, max_size=30))
def test_something_is_always_hidden(kind: Kind, value: str):
    assert "*" in (mask(kind, value) or "")


def test_every_personal_property_but_money_and_keys_has_a_mask():
    given = [(node.label, prop) for node in NODES.values() for prop in node.properties if not prop.computed]
    personal = [(label, prop) for label, prop in given if prop.sensitivity == "C2"]
    assert {prop.unit for label, prop in personal if kind_of(label, prop.name) is None} == {"yuan"}


def test_a_company_has_a_name_and_a_person_a_mask():
    assert kind_of("Company", "name") is None
    assert kind_of("Customer", "name") == "name"
    assert kind_of(None, "name") == "name"
    assert kind_of("Customer", "city") is None


@pytest.mark.parametrize(("kind", "shown"), [("company", "瑞泽贸易"), ("person", "瑞***"), (None, "瑞***")])
def test_outside_the_bank_only_what_the_source_calls_a_company_has_an_open_name(kind: str | None, shown: str):
    party = {"name": "瑞泽贸易", "kind": kind}
    assert masked_properties("Counterparty", party)["name"] == shown
    rows = pl.DataFrame({"label": ["Counterparty"], **{name: [value] for name, value in party.items()}})
    assert masked_names(rows.cast({"kind": pl.String}))["name"].to_list() == [shown]


def test_a_customer_with_a_column_kind_of_its_own_is_still_a_person():
    rows = pl.DataFrame({"label": ["Customer"], "name": ["王小明"], "kind": ["company"]})
    assert masked_names(rows)["name"].to_list() == ["王**"]
    assert masked_properties("Customer", {"name": "王小明", "kind": "company"})["name"] == "王**"
