"""Households as NetworkX finds them: whoever is at most two ties away."""

from pathlib import Path
from tempfile import TemporaryDirectory

import networkx as nx
from helpers.snapshots import TODAY, snapshot
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.features.bank import Bank
from graph.features.households import direct_pairs, household_pairs, valued

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
