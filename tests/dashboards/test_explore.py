"""Explore without a store: search works, the network says what it needs."""

from typing import TYPE_CHECKING

from dashboards.components.network import Edge, Node, as_page, laid_out

if TYPE_CHECKING:
    from conftest import Open


def test_without_a_party_it_asks_for_one(open_page: "Open") -> None:
    assert any("Search for a company" in info.value for info in open_page("explore").info)


def test_without_a_store_it_says_what_it_needs(open_page: "Open") -> None:
    app = open_page("explore", n="Company|K0000001")
    assert any("--store local" in warning.value for warning in app.warning)


def test_a_search_shows_masked_names(open_page: "Open") -> None:
    app = open_page("explore")
    app.text_input[0].set_value("zhang").run()
    people = app.dataframe[0].value.query("kind == 'Customer'")
    assert len(people) > 0
    assert people["name"].str.contains(r"\*").all()


def test_what_was_there_stays_where_it_was() -> None:
    first = laid_out(["a", "b", "c"], [("a", "b"), ("b", "c")], {})
    after = laid_out(["a", "b", "c", "d"], [("a", "b"), ("b", "c"), ("c", "d")], first)
    assert {name: after[name] for name in first} == first
    assert after["d"] not in first.values()


def test_the_same_network_is_laid_out_the_same() -> None:
    nodes, edges = [str(n) for n in range(30)], [(str(n), str(n * 7 % 30)) for n in range(30)]
    assert laid_out(nodes, edges, {}) == laid_out(nodes, edges, {})


def test_a_page_to_keep_asks_for_nothing_and_runs_nothing_of_the_data(open_page: "Open") -> None:
    open_page("explore")
    name = "</script><script>alert(1)</script>"
    page = as_page([Node("a", name, "#000"), Node("b", "b", "#000")], [Edge("a", "b", name)], "test")()
    assert "https://" not in page.replace("https://visjs.github.io", "").split("<body>")[0].partition("<style")[0]
    assert "<script>alert(1)" not in page
