"""How close an organisation is to the bank's clients: personalised PageRank over payments, supply and ownership."""

from datetime import date, timedelta
from typing import Final

import narwhals as nw
import numpy as np
import polars as pl

from graph.facts.pagerank import pagerank
from graph.features.bank import Bank
from graph.people import Frame

TIES: Final = ("OWNS", "OFFICER_OF", "SUPPLIES")
TIE_WEIGHT: Final = 2.0
"""A supply or ownership tie weighs as much as this; payments weigh 1 + log10 of their number."""


def closeness(bank: Bank, day: date, clients: Frame, days: int) -> Frame:
    """(entity, closeness): log of the PageRank from `clients` (entity), times the number of nodes.

    Payments count for `days` before `day`.
    """
    edges = _edges(bank, day, days)
    nodes = np.unique(np.concatenate([edges["from"].to_numpy(), edges["to"].to_numpy()]))
    start = np.isin(nodes, clients.select("entity").collect().get_column("entity").to_numpy())
    ends = np.searchsorted(nodes, edges["from"].to_numpy()), np.searchsorted(nodes, edges["to"].to_numpy())
    source, target = np.concatenate(ends), np.concatenate(ends[::-1])
    rank = pagerank(source, target, np.tile(edges["weight"].to_numpy(), 2), start)
    values = np.log(np.maximum(rank * max(len(nodes), 1), 1e-9)).round(9)
    return nw.from_native(pl.LazyFrame({"entity": nodes, "closeness": values}))


def _edges(bank: Bank, day: date, days: int) -> pl.DataFrame:
    """Undirected edges (from < to) among organisations and the people behind them, weighted, in order."""
    organisations = nw.concat([bank.companies.select("entity"), bank.outside])
    paid = bank.payments.filter(nw.col("paid_on") > day - timedelta(days=days))
    for end in ("payer", "payee"):
        paid = paid.join(organisations.rename({"entity": end}), on=end, how="semi")
    counted = _ordered(paid.select(nw.col("payer").alias("from"), nw.col("payee").alias("to"), "count"))
    counted = counted.group_by("from", "to").agg(nw.col("count").sum())
    flows = counted.select("from", "to", (1.0 + nw.col("count").clip(1).log(10)).alias("weight"))
    ties = bank.ties.filter(nw.col("type").is_in(list(TIES)))
    ties = ties.select("from", "to").with_columns(nw.lit(1).alias("count"))
    lasting = _ordered(ties).select("from", "to").unique().with_columns(nw.lit(TIE_WEIGHT).alias("weight"))
    return nw.concat([flows, lasting]).collect().to_native().sort("from", "to", "weight")


def _ordered(frame: Frame) -> Frame:
    low, high = nw.min_horizontal("from", "to").alias("from"), nw.max_horizontal("from", "to").alias("to")
    return frame.select(low, high, "count")
