"""Influence: how much of the bank's business runs to a party, over ties and over money.

Both are PageRank times the number of nodes, so that 1 is the average, to three significant digits: a small change of
the data moves few of them.
"""

from datetime import date, timedelta
from typing import Final

import narwhals as nw
import numpy as np
import polars as pl

from graph.facts.network import DAYS, Network
from graph.facts.nodes import placed
from graph.facts.pagerank import pagerank
from graph.features.bank import Bank

DIGITS: Final = 3


def influence(bank: Bank, network: Network) -> pl.DataFrame:
    """(entity, influence): PageRank over the network, restarted evenly on the bank's customers and client companies."""
    clients = bank.companies.filter(~nw.col("client_since").is_null()).select("entity")
    starts = nw.concat([bank.banking(), clients]).collect().get_column("entity").to_numpy()
    source, target = (np.concatenate(ends) for ends in (
        (network.left, network.right), (network.right, network.left)
    ))  # fmt: skip
    rank = pagerank(source, target, np.tile(network.weight, 2), np.isin(network.codes, starts))
    return _scaled(network.codes, rank, "influence")


def fund_rank(bank: Bank, day: date) -> pl.DataFrame:
    """(entity, fund_rank): PageRank along a year's payments by their amounts: where money gathers."""
    lately = bank.payments.filter(nw.col("paid_on") > day - timedelta(days=DAYS))
    flows = lately.group_by("payer", "payee").agg(nw.col("fen").sum()).collect().to_native().sort("payer", "payee")
    codes, payer, payee = placed(flows, "payer", "payee")
    rank = pagerank(payer, payee, flows["fen"].to_numpy().astype(float), np.ones(len(codes), bool))
    return _scaled(codes, rank, "fund_rank")


def _scaled(codes: np.ndarray, rank: np.ndarray, name: str) -> pl.DataFrame:
    return pl.DataFrame({"entity": codes, name: rank * len(codes)}).with_columns(pl.col(name).round_sig_figs(DIGITS))
