import random
from pathlib import Path

import networkx as nx
import numpy as np
import polars as pl
from helpers.snapshots import TODAY, snapshot
from helpers.tables import Rows
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.facts.households import LARGEST, households, related, small_groups
from graph.facts.nodes import sizes
from graph.features.bank import Bank


def tie(one: str, two: str, kind: str) -> dict[str, str]:
    return {"from_type": "customer", "from_id": one, "to_type": "customer", "to_id": two, "kind": kind}


def bank(folder: Path, relations: Rows, people: int = 9) -> Bank:
    customers = [{"customer_id": f"C{n:02}"} for n in range(people)]
    return Bank.read(snapshot(folder, customers=customers, relations=relations), TODAY)


def members(found: pl.DataFrame, known: Bank) -> list[set[str]]:
    names = dict(known.parties.select("party", "id").collect().to_native().iter_rows())
    groups = found.group_by(found.columns[1]).agg("entity").sort(found.columns[1])
    return [{names[entity] for entity in group} for group in groups["entity"]]


def test_a_couple_with_a_child_is_one_household(tmp_path: Path) -> None:
    known = bank(tmp_path, [tie("C01", "C02", "spouse"), tie("C02", "C03", "parent"), tie("C04", "C05", "referrer")])
    assert members(households(known), known) == [{"C01", "C02", "C03"}]


def test_a_joint_account_makes_a_household_but_no_family(tmp_path: Path) -> None:
    known = bank(tmp_path, [tie("C01", "C02", "joint_account")])
    assert members(households(known), known) == [{"C01", "C02"}]
    assert related(known, ("sibling", "parent", "spouse")).is_empty()


def test_an_account_shared_around_an_office_makes_no_household_of_it(tmp_path: Path) -> None:
    office = [tie("C00", f"C{n:02}", "joint_account") for n in range(1, 40)]
    known = bank(tmp_path, [*office, tie("C01", "C02", "spouse")], 40)
    assert members(households(known), known) == [{"C01", "C02"}]


def test_two_records_of_one_person_are_one_member(tmp_path: Path) -> None:
    same = {"name": "张伟", "id_number": "11010119900307123X"}
    customers = [{"customer_id": "C1", **same}, {"customer_id": "C2", **same}, {"customer_id": "C3"}]
    made = snapshot(tmp_path, customers=customers, relations=[tie("C2", "C3", "spouse")])
    assert households(Bank.read(made, TODAY))["household_size"].to_list() == [2, 2]


def test_without_relations_nobody_has_a_household(tmp_path: Path) -> None:
    assert households(bank(tmp_path, [])).is_empty()


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29), st.integers(0, 3)), max_size=60), st.randoms())
def test_groups_are_components_without_the_weakest_ties_that_make_them_too_large(
    edges: list[tuple[int, int, int]], draw: random.Random
) -> None:
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(30))
    for one, two, kind in edges:
        graph.add_edge(one, two, kind)
    for weakest in range(4):
        for part in [part for part in nx.connected_components(graph) if len(part) > LARGEST]:
            graph.remove_edges_from([e for e in graph.subgraph(part).edges(keys=True) if e[2] <= weakest])
    expected = {node: min(part) for part in nx.connected_components(graph) for node in part}
    draw.shuffle(edges)
    left, right, kind = np.array(edges, np.int64).reshape(-1, 3).T
    found = small_groups(30, left, right, kind)
    assert found.tolist() == [expected[node] for node in range(30)]
    assert sizes(found).max() <= LARGEST
