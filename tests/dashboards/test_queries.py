"""Queries without a store say what they need; with one see `tests/contract/test_query_scope.py`."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Open


@pytest.mark.parametrize(("lang", "title"), [("en", "Queries"), ("zh", "查询")])
def test_without_a_store_it_says_what_it_needs(look: "Open", lang: str, title: str) -> None:
    app = look("queries", lang=lang)
    assert app.title[0].value == title
    assert any("--store local" in info.value for info in app.info)
