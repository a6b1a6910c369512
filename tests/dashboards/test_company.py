"""Company: staff, payroll, owners, supply chain, money and gaps, in both languages."""

from typing import TYPE_CHECKING

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from graph.access import Access, StoreGate, User, payroll
from graph.home import Home

if TYPE_CHECKING:
    from conftest import Open


@pytest.fixture
def access(found_home: Home) -> Access:
    return Access(found_home, User("li"), StoreGate("none", found_home))


@pytest.fixture
def payer(access: Access) -> str:
    """A company whose salaries were found."""
    return str(payroll.employers(access).drop_nulls("monthly_amount")["company_id"][0])


def part(app: AppTest, name: str) -> list[set[str]]:
    """The columns of the tables once a part of the page is chosen."""
    app.segmented_control(key="company-part").set_value(name).run()
    assert not app.exception
    return [set(frame.value.columns) for frame in app.dataframe]


def test_without_an_id_it_asks_for_one(look: "Open") -> None:
    assert any("Search a company" in info.value for info in look("company").info)


def test_it_opens_with_its_name_its_staff_and_its_payroll(look: "Open", access: Access, payer: str) -> None:
    app = look("company", id=payer)
    assert access.party("Company", payer)["name"] in [header.value for header in app.subheader]
    assert len(app.get("vega_lite_chart")) == 2
    assert any(set(frame.value.columns) == {"month", "amount", "payees"} for frame in app.dataframe)


@pytest.mark.parametrize(("name", "kind"), [("owners", "OWNS"), ("supply", "SUPPLIES")])
def test_ties_are_a_picture_and_a_table(look: "Open", access: Access, name: str, kind: str) -> None:
    ties = access.snapshot.relationships(kind).filter(pl.col("to_label") == "Company").collect()
    columns = part(look("company", id=str(ties["to_id"].min())), name)
    shown = next(each for each in columns if {"from_name", "to_name"} <= each)
    assert ("share" in shown) == (kind == "OWNS")  # a column in which nothing is known would be empty


def test_money_names_its_partners_and_masks_persons(look: "Open", payer: str) -> None:
    app = look("company", id=payer)
    part(app, "money")
    partners = next(frame.value for frame in app.dataframe if "way" in frame.value.columns)
    persons = [name for key, name in zip(partners["id"], partners["name"], strict=True) if str(key).startswith("C")]
    assert persons
    assert all("*" in name for name in persons)


def test_gaps_are_those_of_the_company_and_of_its_staff(look: "Open", payer: str) -> None:
    columns = part(look("company", id=payer), "gaps")
    assert {"product", "category", "annual_value"} in columns
    assert {"product", "category", "holders", "lacking"} in columns


def test_a_company_without_anything_says_so_in_every_part(look: "Open", access: Access) -> None:
    nodes = access.snapshot.nodes("Company").filter(pl.col("client_since").is_null()).collect()
    app = look("company", id=str(nodes["company_id"].min()))
    for name in ("payroll", "owners", "supply", "money", "gaps"):
        assert part(app, name) or app.info, name


def test_it_speaks_chinese(look: "Open", payer: str) -> None:
    app = look("company", lang="zh", id=payer)
    assert app.title[0].value == "企业"
    assert "员工" in [header.value for header in app.subheader]
