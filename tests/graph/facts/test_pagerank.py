import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.facts.pagerank import DAMPING, pagerank

edge = st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(1, 5)).filter(lambda e: e[0] != e[1])


@settings(max_examples=60, deadline=None)
@given(st.lists(edge, min_size=1, unique_by=lambda e: e[:2]), st.sets(st.integers(0, 7), min_size=1))
def test_equals_networkx(edges: list[tuple[int, int, int]], clients: set[int]) -> None:
    graph = nx.DiGraph()
    graph.add_nodes_from(range(8))
    graph.add_weighted_edges_from(edges)
    expected = nx.pagerank(graph, alpha=DAMPING, personalization=dict.fromkeys(clients, 1.0), tol=1e-12, max_iter=500)
    source, target, weight = (np.array(column) for column in zip(*edges, strict=True))
    found = pagerank(source, target, weight.astype(float), np.isin(np.arange(8), list(clients)))
    assert np.allclose(found, [expected[node] for node in range(8)], atol=1e-5)
    assert np.isclose(found.sum(), 1.0)


def test_without_a_start_nothing_has_rank() -> None:
    none = np.array([], np.int64)
    assert pagerank(none, none, none.astype(float), np.zeros(3, bool)).tolist() == [0.0, 0.0, 0.0]
