import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.features.proximity import DAMPING, pagerank

edge = st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(1, 5)).filter(lambda e: e[0] < e[1])


@settings(max_examples=60, deadline=None)
@given(st.lists(edge, min_size=1, unique_by=lambda e: e[:2]), st.sets(st.integers(0, 7), min_size=1))
def test_pagerank_equals_networkx(edges: list[tuple[int, int, int]], clients: set[int]) -> None:
    graph = nx.Graph()
    graph.add_nodes_from(range(8))
    graph.add_weighted_edges_from(edges)
    expected = nx.pagerank(graph, alpha=DAMPING, personalization=dict.fromkeys(clients, 1.0), tol=1e-12, max_iter=500)
    source, target, weight = (np.array(column) for column in zip(*edges, strict=True))
    start = np.isin(np.arange(8), list(clients))
    found = pagerank(source, target, weight.astype(float), start)
    assert np.allclose(found, [expected[node] for node in range(8)], atol=0.01)
    assert np.isclose(found.sum(), 1.0)


def test_without_clients_nothing_is_close() -> None:
    none = np.array([], np.int64)
    assert pagerank(none, none, none.astype(float), np.zeros(3, bool)).tolist() == [0.0, 0.0, 0.0]
