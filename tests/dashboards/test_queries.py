"""Queries without a store say what they need; with one see `tests/contract/test_query_scope.py`."""

from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.components.query_result import worded
from graph.model import NODES, RELATIONSHIPS
from graph.queries import QueryResult

if TYPE_CHECKING:
    from conftest import Open


@pytest.mark.parametrize(("lang", "title"), [("en", "Queries"), ("zh", "查询")])
def test_without_a_store_it_says_what_it_needs(look: "Open", lang: str, title: str) -> None:
    app = look("queries", lang=lang)
    assert app.title[0].value == title
    assert any("--store local" in info.value for info in app.info)


@pytest.mark.parametrize(("lang", "meaning"), [("en", "works at"), ("zh", "任职")])
def test_the_model_is_told_in_the_language(lang: str, meaning: str) -> None:
    def page(lang: str) -> None:
        import streamlit as st

        from dashboards.components.model_tables import model_tables

        st.session_state["lang"] = lang
        model_tables()

    nodes, ties = AppTest.from_function(page, kwargs={"lang": lang}).run().dataframe
    assert nodes.value["pattern"].to_list() == [f":{label}" for label in NODES]
    known = dict(zip(ties.value["pattern"], ties.value["name"], strict=True))
    assert set(known) == {f":{name}" for name in RELATIONSHIPS}
    assert known[":WORKS_AT"] == meaning


def test_a_path_reads_as_names_and_a_code_as_words() -> None:
    chain = [
        {"label": "Customer", "key": "C1", "properties": {"name": "王**"}},
        {"type": "OWNS", "properties": {"share": 0.6}},
        {"label": "Company", "key": "K1", "properties": {"name": "钱塘软件"}},
    ]
    row = {"owner": chain[0], "chain": chain, "segment": "mass", "roles": ["director"], "kind": "thing", "share": 0.6}
    said = worded(QueryResult(list(row), [row], truncated=False)).rows[0]
    assert said == {
        "owner": "Customer C1", "chain": "王** → 钱塘软件", "segment": "mass", "roles": "director", "kind": "thing",
        "share": 0.6,
    }  # fmt: skip
