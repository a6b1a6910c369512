import networkx as nx
import numpy as np
import polars as pl
import pytest

from graph.facts.communities import communities, partition
from graph.facts.network import Network
from graph.facts.nodes import placed


def network(edges: list[tuple[int, int]]) -> Network:
    frame = pl.DataFrame(edges, schema={"from": pl.UInt32, "to": pl.UInt32}, orient="row").sort("from", "to")
    return Network(*placed(frame), np.ones(len(frame)))


def parts(found: np.ndarray) -> list[set[int]]:
    return [set(np.flatnonzero(found == name).tolist()) for name in np.unique(found)]


@pytest.mark.parametrize("seed", range(6))
def test_modularity_is_that_of_networkx_on_planted_parts(seed: int) -> None:
    graph = nx.planted_partition_graph(8, 25, 0.3, 0.01 + 0.01 * seed, seed=seed)
    graph = nx.convert_node_labels_to_integers(graph.subgraph(max(nx.connected_components(graph), key=len)))
    found = parts(partition(network(list(graph.edges))))
    best = nx.community.modularity(graph, nx.community.louvain_communities(graph, seed=seed))
    assert nx.community.modularity(graph, found) >= 0.97 * best


@pytest.mark.parametrize("seed", range(6))
def test_every_community_is_connected(seed: int) -> None:
    graph = nx.gnm_random_graph(150, 260, seed=seed)
    made = network(list(graph.edges))
    for part in parts(partition(made)):
        assert nx.is_connected(graph.subgraph(made.codes[list(part)].tolist()))


def test_a_giant_employer_with_its_staff_is_one_community_named_by_it() -> None:
    staff = [(7, person) for person in range(100, 20_100)]
    others = [(50, person) for person in range(30_000, 30_010)]
    found = communities(network([*staff, *others, (7, 30_000)]))
    assert found.group_by("community").len().sort("community").rows() == [(7, 20_001), (50, 11)]


def test_the_same_edges_give_the_same_communities() -> None:
    graph = nx.gnm_random_graph(300, 900, seed=1)
    one, two = network(list(graph.edges)), network(list(graph.edges)[::-1])
    assert partition(one).tolist() == partition(two).tolist()


def test_nobody_tied_to_nobody() -> None:
    assert communities(network([])).is_empty()
