"""Opportunities: filters, one opportunity, decisions."""

from typing import TYPE_CHECKING

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from graph.access import Access, Filter, StoreGate, User
from graph.decisions import Decision
from graph.home import Home

if TYPE_CHECKING:
    from conftest import Open


@pytest.fixture
def access(own_home: Home) -> Access:
    return Access(own_home, User("li"), StoreGate("none", own_home))


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def test_a_link_with_a_filter_shows_what_it_names(open_page: "Open") -> None:
    app = open_page("opportunities", f=Filter(kinds=("payroll_to_retail",)).text())
    assert set(app.dataframe[0].value["kind"]) == {"Payroll staff to retail"}


def test_a_filter_is_kept_in_the_link(open_page: "Open") -> None:
    app = open_page("opportunities")
    app.multiselect[0].select("cross_sell").run()
    assert app.query_params["f"] == Filter(kinds=("cross_sell",)).text()


def test_a_filter_that_nothing_fits_says_what_to_do(open_page: "Open") -> None:
    app = open_page("opportunities", f=Filter(min_value=1e9).text())
    assert any("Take one away" in info.value for info in app.info)


def test_names_of_persons_are_masked(open_page: "Open") -> None:
    app = open_page("opportunities", f=Filter(kinds=("cross_sell",)).text())
    assert app.dataframe[0].value["subject"].str.contains(r"\*").all()


def test_one_opportunity_says_why_and_can_be_rejected_and_brought_back(open_page: "Open", access: Access) -> None:
    row = access.opportunities(Filter(kinds=("cross_sell",))).rows.row(0, named=True)
    app = open_page("opportunities", id=row["opportunity_id"])
    assert any(row["reason_en"][:12] in text.value.replace("\\", "") for text in app.markdown)
    assert "Save" not in [button.label for button in app.button]  # forms are made when they are opened
    app.session_state[f"open-{row['opportunity_id']}-rejected"] = True
    press(app.run(), "Save")
    assert access.opportunities(Filter(status="rejected")).rows["opportunity_id"].to_list() == [row["opportunity_id"]]
    press(app, "Undo (1)")
    assert access.opportunities(Filter(status="rejected")).total == 0


def test_what_was_decided_another_day_can_be_opened_again(open_page: "Open", access: Access) -> None:
    row = access.opportunities(Filter(kinds=("cross_sell",))).rows.row(0, named=True)
    assert "Reopen" not in [one.label for one in open_page("opportunities", id=row["opportunity_id"]).button]
    access.decide([row["opportunity_id"]], Decision("rejected", "other"))
    press(open_page("opportunities", id=row["opportunity_id"]), "Reopen")
    assert access.opportunity(row["opportunity_id"])["status"] == "open"
    assert access.history(row["opportunity_id"])["status"].to_list() == ["rejected", "open"]


@pytest.mark.parametrize(
    ("kind", "counted", "hold"),
    [
        ("payroll_to_retail", r"^\d+ of \d+ colleagues bank here$", False),
        ("household", r"^\d+ of \d+ valued relatives$", True),
        ("company_prospect", r"^\d+ of our clients$", False),
    ],
)  # fmt: skip
def test_who_was_counted_hold_what_is_offered_only_where_that_was_counted(
    open_page: "Open", access: Access, kind: str, counted: str, hold: bool
) -> None:
    rows = access.opportunities(Filter(kinds=(kind,))).rows
    chosen = rows.filter(
        pl.col("reason_en").str.contains(r"colleagues at .* bank here|main customers in|owners or officers with")
    )
    steps = open_page("opportunities", id=chosen["opportunity_id"][0]).dataframe[-1].value
    assert steps["to"].str.contains(counted).any()
    assert steps.loc[steps["from"].str.contains(counted), "tie"].to_list() == ["holds"] * hold


def test_a_link_to_nothing_is_said(open_page: "Open") -> None:
    app = open_page("opportunities", id="0" * 20)
    assert any("no such record" in warning.value for warning in app.warning)


def test_only_what_is_assigned_to_a_manager(open_page: "Open", access: Access) -> None:
    manager = access.managers()["manager_id"][0]
    chosen = access.opportunities(Filter()).rows["opportunity_id"].head(2).to_list()
    access.decide(chosen, Decision(assignee=manager))
    app = open_page("opportunities")
    next(box for box in app.selectbox if box.label == "Assigned to").select(manager).run()
    assert app.query_params["f"] == Filter(assignee=manager).text()
    assert len(app.dataframe[0].value) == 2
    again = open_page("opportunities", f=Filter(assignee=manager).text())
    assert len(again.dataframe[0].value) == 2


def test_a_segment_is_saved_and_opened(open_page: "Open", access: Access) -> None:
    access.save_segment("mine", Filter(kinds=("company_prospect",)))
    app = press(open_page("opportunities"), "mine")
    assert set(app.dataframe[0].value["kind"]) == {"Company prospect"}
