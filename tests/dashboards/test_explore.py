"""Explore without a store: search works, the network says what it needs."""

from collections.abc import Iterable
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import pytest

from dashboards.components.layout import box, laid_out, levels
from dashboards.components.network import Edge, Node, as_page
from graph.access.network import types
from graph.model import NODES, RELATIONSHIPS
from texts import LANGUAGES, Language, catalogue

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


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_tie_and_crowd_has_words(lang: Language) -> None:
    crowds = {f"dash.crowd_{way}_{name}" for name in types() for way in ("in", "out")}
    model = {f"dash.tie_{name}" for name in RELATIONSHIPS} | {f"dash.label_{label}" for label in NODES}
    assert crowds | model <= catalogue(lang).keys()


def test_the_controls_follow_the_link_and_the_link_the_controls(open_page: "Open") -> None:
    app = open_page("explore", n="Company|K0000001", off="PAID")
    assert set(app.button_group(key="types-Company|K0000001").value or ()) == set(types()) - {"PAID"}
    app.query_params["off"] = "OWNS"  # as the browser's way back leads to another link
    app.run()
    assert set(app.button_group(key="types-Company|K0000001").value or ()) == set(types()) - {"OWNS"}
    app.selectbox[0].select("branch").run()
    assert app.query_params["by"] == "branch"
    assert app.query_params["off"] == "OWNS"


def test_what_was_there_stays_where_it_was() -> None:
    first = laid_out(boxes("abc"), [("a", "b"), ("b", "c")], {})
    after = laid_out(boxes("abcd"), [("a", "b"), ("b", "c"), ("c", "d")], first)
    assert {name: after[name] for name in first} == first
    assert after["d"] not in first.values()


def test_the_same_network_is_laid_out_the_same() -> None:
    nodes, edges = boxes(map(str, range(60))), [(str(n), str(n * 7 % 30)) for n in range(60)]
    assert laid_out(nodes, edges, {}) == laid_out(nodes, edges, {})


def test_a_chain_lies_across_the_picture_and_begins_at_the_left() -> None:
    nodes = boxes("abcde")
    places = laid_out(nodes, list(pairwise(nodes)), {}, (900, 300))
    across = [places[node][0] for node in nodes]
    assert across == sorted(across)
    assert 500 < across[-1] - across[0] <= 900


def boxes(ids: Iterable[str]) -> dict[str, tuple[float, float]]:
    return {one: box("李**", 12) for one in ids}


@pytest.mark.parametrize("number", [2, 12, 60, 150])
def test_no_node_or_label_lies_on_another(number: int) -> None:
    nodes = boxes(map(str, range(number))) | {str(n): box("钱塘银河软件有限公司", 20) for n in range(0, number, 10)}
    first = laid_out(nodes, [("0", str(n)) for n in range(1, number)], {})
    assert overlaps(nodes, first) == []
    more = nodes | boxes(f"new{n}" for n in range(20))
    assert overlaps(more, laid_out(more, [("0", node) for node in more if node != "0"], first)) == []


def overlaps(large: dict[str, tuple[float, float]], places: dict[str, tuple[float, float]]) -> list[tuple[str, str]]:
    """Pairs that share more than a tenth of the room that they need."""
    return [
        (a, b) for a, b in combinations(places, 2)
        if all(abs(places[a][way] - places[b][way]) < 0.9 * (large[a][way] + large[b][way]) / 2 for way in (0, 1))
    ]  # fmt: skip


def test_owners_stand_above_what_they_own() -> None:
    edges = [("p", "k"), ("q", "k"), ("k", "s"), ("o", "p")]
    places = levels(boxes("opqks"), edges, "k", across=False)
    assert places["o"][1] < places["p"][1] == places["q"][1] < places["k"][1] < places["s"][1]


def test_a_page_to_keep_asks_for_nothing_and_runs_nothing_of_the_data(open_page: "Open") -> None:
    open_page("explore")
    name = "</script><script>alert(1)</script>"
    page = as_page([Node("a", name, "#000"), Node("b", "b", "#000")], [Edge("a", "b", name)], "test")()
    assert "https://" not in page.replace("https://visjs.github.io", "").split("<body>")[0].partition("<style")[0]
    assert "<script>alert(1)" not in page


def test_a_node_between_others_that_stay_leaps_out() -> None:
    kept = {str(n): (float(60 * (n % 5)), float(50 * (n // 5))) for n in range(25)}
    nodes = boxes(kept) | boxes(["new"])
    places = laid_out(nodes, [(str(n), str(n + 1)) for n in range(24)] + [("12", "new")], kept)
    assert {node: places[node] for node in kept} == kept
    assert [pair for pair in overlaps(nodes, places) if "new" in pair] == []
