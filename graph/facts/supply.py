"""Places in the supply chain: how many suppliers and buyers, and how deep in its core (k-core, Seidman 1983)."""

import narwhals as nw
import numpy as np
import polars as pl
from scipy.sparse import csr_matrix
from sknetwork.topology import get_core_decomposition

from graph.facts.nodes import Places, placed
from graph.features.bank import Bank


def supply_chain(bank: Bank) -> pl.DataFrame:
    """(entity, suppliers, buyers, supply_core); who neither supplies nor is supplied has no row."""
    edges = bank.ties.filter(nw.col("type") == "SUPPLIES").select("from", "to").unique().collect().to_native()
    codes, supplier, buyer = placed(edges)
    return pl.DataFrame({
        "entity": codes,
        "suppliers": np.bincount(buyer, minlength=len(codes)),
        "buyers": np.bincount(supplier, minlength=len(codes)),
        "supply_core": cores(len(codes), supplier, buyer),
    })  # fmt: skip


def cores(number: int, left: Places, right: Places) -> Places:
    """The largest k for which each node is in the k-core of the undirected graph."""
    if not len(left):
        return np.zeros(number, np.int64)
    both = (np.ones(2 * len(left), np.bool_), (np.concatenate([left, right]), np.concatenate([right, left])))
    return get_core_decomposition(csr_matrix(both, shape=(number, number))).astype(np.int64)
