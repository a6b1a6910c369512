"""Guarantee rings and supply cores, against NetworkX."""

from pathlib import Path

import networkx as nx
import numpy as np
from helpers.snapshots import TODAY, snapshot
from helpers.tables import Rows
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.facts.nodes import components
from graph.facts.rings import guarantee_rings
from graph.facts.supply import cores, supply_chain
from graph.features.bank import Bank

edges = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda e: e[0] != e[1]), max_size=30)


def bank(folder: Path, kind: str, *pairs: str) -> Bank:
    """Companies K1..K9; `K1K2` says that K1 is a guarantor or supplier of K2."""
    companies: Rows = [{"company_id": f"K{n}", "name": f"公司{n}"} for n in range(1, 10)]
    ends = {"from_type": "company", "to_type": "company", "kind": kind}
    relations = [{**ends, "from_id": pair[:2], "to_id": pair[2:]} for pair in pairs]
    return Bank.read(snapshot(folder, companies=companies, relations=relations), TODAY)


def test_a_guarantee_ring_of_three(tmp_path: Path) -> None:
    found = guarantee_rings(bank(tmp_path, "guarantor", "K1K2", "K2K3", "K3K1", "K3K4"))
    assert found["ring_size"].to_list() == [3, 3, 3]
    assert found["ring"].n_unique() == 1


def test_who_is_guaranteed_by_a_chain_is_in_no_ring(tmp_path: Path) -> None:
    assert guarantee_rings(bank(tmp_path, "guarantor", "K1K2", "K2K3")).is_empty()


def test_a_hub_with_buyers_of_its_own_is_no_core(tmp_path: Path) -> None:
    found = supply_chain(bank(tmp_path, "supplier", "K1K2", "K1K3", "K1K4", "K5K6", "K6K7", "K7K5"))
    assert found.drop("entity").rows() == [(0, 3, 1), (1, 0, 1), (1, 0, 1), (1, 0, 1), (1, 1, 2), (1, 1, 2), (1, 1, 2)]


def test_without_relations_there_are_neither(tmp_path: Path) -> None:
    known = bank(tmp_path, "supplier")
    assert supply_chain(known).is_empty()
    assert guarantee_rings(known).is_empty()


@settings(max_examples=80, deadline=None)
@given(edges)
def test_rings_are_strongly_connected_components(pairs: list[tuple[int, int]]) -> None:
    graph = nx.DiGraph(pairs)
    graph.add_nodes_from(range(10))
    expected = {node: min(part) for part in nx.strongly_connected_components(graph) for node in part}
    left, right = np.array(pairs, np.int64).reshape(-1, 2).T
    assert components(10, left, right, strong=True).tolist() == [expected[node] for node in range(10)]


@settings(max_examples=80, deadline=None)
@given(edges.map(lambda found: list({tuple(sorted(edge)): edge for edge in found}.values())))
def test_cores_equal_networkx(pairs: list[tuple[int, int]]) -> None:
    graph = nx.Graph(pairs)
    graph.add_nodes_from(range(10))
    left, right = np.array(pairs, np.int64).reshape(-1, 2).T
    assert cores(10, left, right).tolist() == [nx.core_number(graph)[node] for node in range(10)]
