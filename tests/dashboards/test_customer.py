"""Customer: one person, masked, in both languages."""

from typing import TYPE_CHECKING

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from graph.access import Access, StoreGate, User
from graph.home import Home

if TYPE_CHECKING:
    from conftest import Open


@pytest.fixture
def busy(found_home: Home) -> str:
    """A customer who holds something, has relatives and a job, was contacted and pays."""
    snapshot = Access(found_home, User("li"), StoreGate("none", found_home)).snapshot
    ends = [snapshot.relationships(name).filter(from_label="Customer").select("from_id")
            for name in ("HOLDS", "RELATED_TO", "CONTACTED", "PAID")]  # fmt: skip
    ends.append(snapshot.relationships("IS_CUSTOMER").select(from_id="to_id"))
    common = ends[0]
    for other in ends[1:]:
        common = common.join(other, on="from_id", how="semi")
    return str(common.select(pl.col("from_id").min()).collect().item())


def tables(app: AppTest) -> list[set[str]]:
    return [set(frame.value.columns) for frame in app.dataframe]


def texts(app: AppTest) -> str:
    """All that the page says outside of its charts."""
    kinds = ("html", "markdown", "subheader", "caption")
    said = [str(each.value) for kind in kinds for each in app.get(kind)]  # pyright: ignore[reportAttributeAccessIssue]
    return "\n".join([*said, *(frame.value.to_string() for frame in app.dataframe)])


def test_without_an_id_it_asks_for_one(look: "Open") -> None:
    app = look("customer")
    assert any("Search a customer" in info.value for info in app.info)
    assert not app.dataframe


def test_it_shows_who_it_is_what_they_hold_and_whom_they_know(look: "Open", busy: str) -> None:
    app = look("customer", id=busy)
    shown = tables(app)
    assert any({"product", "category", "balance"} <= columns for columns in shown)
    assert any({"company", "colleagues", "share"} <= columns for columns in shown)
    relatives = next(frame.value for frame in app.dataframe if {"kind", "name", "since"} <= set(frame.value.columns))
    assert all("*" in name for name in relatives["name"])


def test_name_phone_and_number_are_masked(look: "Open", found_home: Home, busy: str) -> None:
    snapshot = Access(found_home, User("li"), StoreGate("none", found_home)).snapshot
    clear = snapshot.nodes("Customer").filter(customer_id=busy).collect().row(0, named=True)
    shown = texts(look("customer", id=busy))
    assert clear["city"] in shown
    assert not any(clear[name] in shown for name in ("name", "phone", "id_number", "address"))


def test_the_branch_is_there_by_name(look: "Open", found_home: Home, busy: str) -> None:
    access = Access(found_home, User("li"), StoreGate("none", found_home))
    branch = access.party("Customer", busy)["branch_id"]
    name = access.branches().filter(branch_id=branch)["name"][0]
    assert f"{name} {branch}" in texts(look("customer", id=busy))


@pytest.mark.parametrize(
    ("part", "columns"), [("money", {"way", "name", "amount", "purpose"}), ("contacts", {"campaign", "outcome"})]
)
def test_parts_show_their_tables(look: "Open", busy: str, part: str, columns: set[str]) -> None:
    app = look("customer", id=busy)
    app.segmented_control(key="customer-part").set_value(part).run()
    assert not app.exception
    assert any(columns <= each for each in tables(app))


def test_it_speaks_chinese(look: "Open", busy: str) -> None:
    app = look("customer", lang="zh", id=busy)
    assert app.title[0].value == "客户"
    assert "家庭与工作" in [header.value for header in app.subheader]


def test_a_link_to_nobody_is_said(look: "Open") -> None:
    assert any("no such record" in warning.value for warning in look("customer", id="C?").warning)


def test_a_customer_of_another_branch_is_not_shown(open_as: "Open", found_home: Home, busy: str) -> None:
    access = Access(found_home, User("li"), StoreGate("none", found_home))
    own = access.party("Customer", busy)["branch_id"]
    other = access.branches().filter(pl.col("level") == "sub_branch", pl.col("branch_id") != own)["branch_id"][0]
    app = open_as("customer", {"role": "manager", "branches": [other]}, id=busy)
    assert any("no such record" in warning.value for warning in app.warning)
    assert not app.dataframe
