"""Overview: the counts, and down to a manager."""

from typing import TYPE_CHECKING

from graph.access import Access, Filter, StoreGate, User
from graph.home import Home

if TYPE_CHECKING:
    from conftest import Open


def test_the_figures_are_those_of_the_bank(open_page: "Open", own_home: Home) -> None:
    app = open_page()
    figures = {metric.label: metric.value for metric in app.metric}
    access = Access(own_home, User("li"), StoreGate("none", own_home))
    assert figures["Customers"] == f"{access.snapshot.manifest['nodes']['Customer']:,}"
    assert figures["Open opportunities"] == f"{access.opportunities(Filter()).total:,}"


def test_a_branch_shows_what_is_below(open_page: "Open", own_home: Home) -> None:
    branches = Access(own_home, User("li"), StoreGate("none", own_home)).branches()
    branch = branches.filter(level="branch").row(0, named=True)
    app = open_page(branch=branch["branch_id"])
    below = branches.filter(parent_id=branch["branch_id"])["name"].to_list()
    assert set(app.dataframe[0].value["unit"]) <= {*below, branch["name"]}
    assert branch["name"] in [button.label for button in app.button]


def test_it_speaks_chinese(open_page: "Open") -> None:
    app = open_page(lang="zh")
    assert app.title[0].value == "总览"
    assert "个人客户" in [metric.label for metric in app.metric]


def test_the_switch_changes_the_language(open_page: "Open") -> None:
    app = open_page()
    app.segmented_control[0].set_value("zh").run()
    assert app.title[0].value == "总览"
