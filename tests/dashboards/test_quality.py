"""Data quality: tables, columns, rejects and sources of the last load."""

from typing import TYPE_CHECKING

from graph.home import Home
from graph.snapshot import latest_findings

if TYPE_CHECKING:
    from conftest import Open


def test_every_table_of_the_load_is_there(look: "Open", found_home: Home) -> None:
    app = look("quality")
    tables = app.dataframe[0].value
    rows = sum(tables["rows"])
    assert {metric.label: metric.value for metric in app.metric}["Rows"] == f"{rows:,}"
    assert len(tables) == 13
    assert "customers" in set(tables["name"])


def test_columns_rejects_and_sources_have_their_tables(look: "Open", found_home: Home) -> None:
    shown = [set(frame.value.columns) for frame in look("quality").dataframe]
    assert {"column", "type", "share", "distinct", "low", "high"} in shown
    assert {"file", "bytes", "encoding", "sha256"} in shown
    _, snapshot = latest_findings(found_home)
    assert any({"line", "rule"} <= columns for columns in shown) == any((snapshot.path / "rejects").iterdir())


def test_what_a_rejected_row_said_is_hidden(look: "Open") -> None:
    assert not any({"value", "row"} & set(frame.value.columns) for frame in look("quality").dataframe)


def test_it_speaks_chinese(look: "Open") -> None:
    app = look("quality", lang="zh")
    assert app.title[0].value == "数据质量"
    assert "客户" in set(app.dataframe[0].value["name"])


def test_rejected_rows_are_not_for_users_of_some_branches(open_as: "Open") -> None:
    app = open_as("quality", {"role": "analyst", "branches": ["B1"]})
    assert any("Rejected rows belong to no branch" in info.value for info in app.info)
