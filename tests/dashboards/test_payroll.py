"""Payroll: employers, and reviews of who is who."""

from typing import TYPE_CHECKING

import polars as pl
import pytest

from graph import identity_decisions
from graph.access import Access, StoreGate, User, payroll
from graph.home import Home

if TYPE_CHECKING:
    from conftest import Open
    from streamlit.testing.v1 import AppTest


@pytest.fixture
def pairs(own_home: Home) -> pl.DataFrame:
    """Two pairs of records that wait for a review."""
    access = Access(own_home, User("li"), StoreGate("none", own_home))
    employees = access.snapshot.nodes("Employee").collect()["employee_id"].sort()
    customers = access.snapshot.nodes("Customer").collect()["customer_id"].sort()
    rows = pl.DataFrame({
        "from_label": "Employee", "from_id": employees[:2], "to_label": "Customer", "to_id": customers[:2],
        "probability": [0.8, 0.6], "evidence": '{"prior":-16.2,"name":15.0}',
    })  # fmt: skip
    rows.write_parquet(access.snapshot.path / "identity" / "review.parquet")
    return rows


def reviewing(app: "AppTest") -> "AppTest":
    app.segmented_control(key="payroll-part").set_value("review").run()
    assert not app.exception
    return app


def waiting(app: "AppTest") -> list[str]:
    return next((list(frame.value["from_id"]) for frame in app.dataframe if "from_id" in frame.value.columns), [])


def test_the_employers_are_listed_with_what_they_pay(look: "Open", found_home: Home) -> None:
    access = Access(found_home, User("li"), StoreGate("none", found_home))
    app = look("payroll")
    assert len(app.dataframe[0].value) == len(payroll.employers(access))
    assert {metric.label for metric in app.metric} >= {"Employers", "Payroll here", "Salaries stopped"}
    assert len(app.get("vega_lite_chart")) == 1


def test_it_speaks_chinese(look: "Open") -> None:
    app = look("payroll", lang="zh")
    assert app.title[0].value == "代发"
    assert set(app.dataframe[0].value["runs"]) <= {"本行", "他行", "未知"}


def test_two_records_stand_side_by_side_masked(open_page: "Open", pairs: pl.DataFrame) -> None:
    app = reviewing(open_page("payroll"))
    compared = app.dataframe[0].value.set_index("property")
    assert compared.loc["Name"].str.contains(r"\*").all()
    assert waiting(app) == pairs["from_id"].to_list()


@pytest.mark.parametrize(("button", "confirmed"), [("review-same", True), ("review-different", False)])
def test_a_decision_is_kept_and_the_next_pair_comes(
    open_page: "Open", own_home: Home, pairs: pl.DataFrame, button: str, confirmed: bool
) -> None:
    app = reviewing(open_page("payroll"))
    app.button(key=button).click().run()
    assert waiting(app) == pairs["from_id"].to_list()[1:]
    kept = identity_decisions.decisions(own_home)
    assert kept.select("from_id", "to_id", "confirmed").rows() == [
        (*pairs.select("from_id", "to_id").row(0), confirmed)
    ]
    app.button(key=button).click().run()
    assert any("No pair of records" in info.value for info in app.info)


def test_a_decision_by_a_wrong_key_is_taken_back(open_page: "Open", own_home: Home, pairs: pl.DataFrame) -> None:
    app = reviewing(open_page("payroll"))
    app.button(key="review-same").click().run()
    app.button(key="review-take-back").click().run()
    assert waiting(app) == pairs["from_id"].to_list()
    assert identity_decisions.decisions(own_home).is_empty()
    assert "review-take-back" not in [button.key for button in app.button]


def test_a_pair_can_be_passed_over(open_page: "Open", own_home: Home, pairs: pl.DataFrame) -> None:
    app = reviewing(open_page("payroll"))
    app.button(key="review-skip").click().run()
    assert pairs["from_id"][1] in app.dataframe[0].proto.columns
    assert identity_decisions.decisions(own_home).is_empty()


def test_who_may_not_review_sees_no_buttons(open_as: "Open", pairs: pl.DataFrame) -> None:
    app = reviewing(open_as("payroll", {"role": "manager"}))
    assert waiting(app) == pairs["from_id"].to_list()
    assert not [button for button in app.button if (button.key or "").startswith("review-")]


def test_a_user_of_one_branch_sees_its_employers_only(open_as: "Open", own_home: Home) -> None:
    everyone = Access(own_home, User("li"), StoreGate("none", own_home))
    branch = everyone.branches().filter(level="sub_branch")["branch_id"][0]
    one = Access(own_home, User("li", branches=(branch,)), StoreGate("none", own_home))
    app = open_as("payroll", {"role": "manager", "branches": [branch]})
    shown = len(app.dataframe[0].value) if app.dataframe else 0
    assert shown == len(payroll.employers(one)) < len(payroll.employers(everyone))
