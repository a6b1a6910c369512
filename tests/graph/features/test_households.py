"""Households as NetworkX finds them: whoever is at most two ties away."""

from pathlib import Path
from tempfile import TemporaryDirectory

import narwhals as nw
import networkx as nx
import polars as pl
import pytest
from helpers.snapshots import TODAY, snapshot
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.features.bank import Bank
from graph.features.households import direct_pairs, household_pairs, likely_household_pairs, valued

PEOPLE = 8
KINDS = ("spouse", "parent", "sibling", "joint_account", "referrer")
person = st.integers(0, PEOPLE - 1)
ties = st.sets(st.tuples(person, person, st.sampled_from(KINDS)).filter(lambda tie: tie[0] != tie[1]), max_size=10)


def bank(folder: Path, family: set[tuple[int, int, str]], segments: list[str | None]) -> Bank:
    made = snapshot(
        folder,
        customers=[{"customer_id": f"C{i}", "segment": segments[i]} for i in range(PEOPLE)],
        relations=[
            {"from_type": "customer", "from_id": f"C{a}", "to_type": "customer", "to_id": f"C{b}", "kind": kind}
            for a, b, kind in family
        ],
    )
    return Bank.read(made, TODAY)


@settings(max_examples=20, deadline=None)
@given(ties)
def test_who_is_at_most_two_ties_away(family: set[tuple[int, int, str]]) -> None:
    with TemporaryDirectory() as folder:
        seen = bank(Path(folder), family, [None] * PEOPLE)
    direct = direct_pairs(seen)
    graph = nx.Graph([(a, b) for a, b, kind in family if kind != "referrer"])
    near = {(a, b) for a in graph for b in nx.single_source_shortest_path_length(graph, a, 2) if a != b}
    assert set(household_pairs(direct).collect().to_native().iter_rows()) == near
    parents = {(b, a) for a, b, kind in family if kind == "parent"}
    rows = direct.collect().to_native()
    assert set(rows.filter(kind="parent").select("entity", "other").iter_rows()) == parents
    assert set(rows.filter(kind="child").select("other", "entity").iter_rows()) == parents


def test_segments_make_valued(tmp_path: Path) -> None:
    seen = bank(tmp_path, set(), ["mass", "affluent", None, "private", *["mass"] * 4])
    assert valued(seen).collect().to_native()["entity"].sort().to_list() == [1, 3]


def test_a_relative_of_a_likely_relative_is_as_likely_and_two_guesses_are_less_than_one() -> None:
    told = pl.LazyFrame({"entity": [2, 3], "other": [3, 2], "kind": ["child", "parent"]})
    guesses = [(1, 2, 0.8), (2, 1, 0.8), (3, 4, 0.9), (4, 3, 0.9), (4, 5, 0.6), (5, 4, 0.6)]
    guessed = pl.LazyFrame(guesses, schema=["entity", "other", "likely"], orient="row")
    found = likely_household_pairs(nw.from_native(told), nw.from_native(guessed)).collect().to_native()
    of = {(one, other): chance for one, other, chance in found.select("entity", "other", "likely").iter_rows()}
    assert of[1, 2] == of[1, 3] == 0.8
    assert of[2, 4] == 0.9
    assert of[3, 5] == pytest.approx(0.54)
    assert (2, 5) not in of
