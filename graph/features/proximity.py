"""How close an organisation is to the bank's clients: personalised PageRank over payments, supply and ownership.

Page et al. (1999), restarted on the clients; power iteration on a SciPy sparse matrix.
"""

from datetime import date, timedelta
from typing import Final

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graph.features.bank import Bank
from graph.people import Frame

DAMPING: Final = 0.85
ROUNDS: Final = 30
TIE_WEIGHT: Final = 2.0
"""A supply or ownership tie weighs as much as this; payments weigh 1 + log10 of their number."""


def closeness(bank: Bank, day: date, clients: Frame) -> Frame:
    """(entity, closeness): log of the PageRank from `clients` (entity), times the number of nodes."""
    edges = _edges(bank, day)
    nodes = np.unique(np.concatenate([edges["from"].to_numpy(), edges["to"].to_numpy()]))
    start = np.isin(nodes, clients.select("entity").collect().get_column("entity").to_numpy())
    rank = pagerank(
        np.searchsorted(nodes, edges["from"].to_numpy()), np.searchsorted(nodes, edges["to"].to_numpy()),
        edges["weight"].to_numpy(), start,
    )  # fmt: skip
    values = np.log(np.maximum(rank * max(len(nodes), 1), 1e-9)).round(9)
    return nw.from_native(pl.LazyFrame({"entity": nodes, "closeness": values}))


def pagerank(
    source: NDArray[np.integer], target: NDArray[np.integer], weight: NDArray[np.float64], start: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """PageRank over undirected weighted edges between nodes 0..len(start)-1, restarted evenly on `start`.

    A node without edges gives what it has back to the start; all zeros where nothing starts.
    """
    number = len(start)
    if not start.any():
        return np.zeros(number)
    both = (np.concatenate([weight, weight]), (np.concatenate([target, source]), np.concatenate([source, target])))
    graph = csr_array(both, (number, number))
    out = np.asarray(graph.sum(axis=0)).ravel()
    restart = start / start.sum()
    rank = restart.copy()
    spread = np.divide(1.0, out, out=np.zeros(number), where=out > 0)
    for _ in range(ROUNDS):
        lost = rank[out == 0].sum()
        rank = DAMPING * (graph @ (rank * spread) + lost * restart) + (1 - DAMPING) * restart
    return rank


def _edges(bank: Bank, day: date) -> pl.DataFrame:
    """Undirected edges (from < to) among organisations and the people behind them, weighted, in order."""
    organisations = nw.concat([bank.companies.select("entity"), bank.outside])
    paid = bank.payments.filter(nw.col("paid_on") > day - timedelta(days=365))
    for end in ("payer", "payee"):
        paid = paid.join(organisations.rename({"entity": end}), on=end, how="semi")
    counted = _ordered(paid.select(nw.col("payer").alias("from"), nw.col("payee").alias("to"), "count"))
    counted = counted.group_by("from", "to").agg(nw.col("count").sum())
    flows = counted.select("from", "to", (1.0 + nw.col("count").clip(1).log(10)).alias("weight"))
    ties = bank.ties.filter(nw.col("type") != "RELATED_TO").select("from", "to").with_columns(nw.lit(1).alias("count"))
    lasting = _ordered(ties).select("from", "to").unique().with_columns(nw.lit(TIE_WEIGHT).alias("weight"))
    return nw.concat([flows, lasting]).collect().to_native().sort("from", "to", "weight")


def _ordered(frame: Frame) -> Frame:
    low, high = nw.min_horizontal("from", "to").alias("from"), nw.max_horizontal("from", "to").alias("to")
    return frame.select(low, high, "count")
