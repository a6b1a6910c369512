"""Places 0, 1, … for the entities of a fact's graph, in the order of their codes, and the components they form."""

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Codes = NDArray[np.uint32]
Places = NDArray[np.int64]


def placed(edges: pl.DataFrame, left: str = "from", right: str = "to") -> tuple[Codes, Places, Places]:
    """The codes that stand at either end, ascending, and the place of each end among them."""
    one, two = edges[left].to_numpy(), edges[right].to_numpy()
    codes = np.unique(np.concatenate([one, two]))
    return codes, np.searchsorted(codes, one), np.searchsorted(codes, two)


def components(number: int, left: Places, right: Places, *, strong: bool = False) -> Places:
    """For each of `number` nodes the smallest one of its (strongly) connected component."""
    graph = coo_array((np.ones(len(left), np.int8), (left, right)), (number, number))
    _, component = connected_components(graph, directed=strong, connection="strong" if strong else "weak")
    _, first = np.unique(component, return_index=True)
    return first[component]


def sizes(group: Places) -> Places:
    """For each node how many nodes share its group."""
    return np.bincount(group, minlength=len(group))[group]
