"""Guarantee rings: parties who, through others, guarantee each other (strongly connected components, Tarjan 1972).

(A)─GUARANTEES→(B)─GUARANTEES→(C)─GUARANTEES→(A)      one falls, all fall
"""

import narwhals as nw
import polars as pl

from graph.facts.nodes import components, placed, sizes
from graph.features.bank import Bank


def guarantee_rings(bank: Bank) -> pl.DataFrame:
    """(entity, ring, ring_size): `ring` is the smallest entity of each; who is in none has no row."""
    edges = bank.ties.filter(nw.col("type") == "GUARANTEES").select("from", "to").collect().to_native()
    codes, left, right = placed(edges)
    group = components(len(codes), left, right, strong=True)
    found = pl.DataFrame({"entity": codes, "ring": codes[group], "ring_size": sizes(group)})
    return found.filter(pl.col("ring_size") > 1)
