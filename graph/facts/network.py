"""The network of people and organisations: who is tied to whom, and how strongly, whatever the kind of tie.

Family, ownership, offices, guarantees, supply and places on a staff weigh `TIE` each; payments within a year weigh
1 + log10 of their number. An employer of 100,000 is one node with 100,000 ties, never pairs of coworkers.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph.facts.nodes import Codes, Places, placed
from graph.features.bank import Bank

DAYS: Final = 365
TIE: Final = 2.0


@dataclass(frozen=True)
class Network:
    """Undirected edges, each once, without loops; places are those of `codes`."""

    codes: Codes
    left: Places
    right: Places
    weight: NDArray[np.float64]

    @classmethod
    def read(cls, bank: Bank, day: date) -> "Network":
        """The network on `day`; payments count for a year before it."""
        lately = bank.payments.filter(nw.col("paid_on") > day - timedelta(days=DAYS))
        paid = lately.group_by("payer", "payee").agg(nw.col("count").sum()).select(
            nw.col("payer").alias("from"), nw.col("payee").alias("to"), "count"
        )  # fmt: skip
        staff = bank.staff.select(nw.col("company").alias("from"), nw.col("entity").alias("to")).unique()
        ties = [bank.ties.select("from", "to"), staff]
        one, other = pl.min_horizontal("from", "to").alias("from"), pl.max_horizontal("from", "to").alias("to")
        hundredths = (100 * (1 + pl.col("count").clip(1).log10())).round().cast(pl.Int64)
        flows = paid.collect().to_native().group_by(one, other).agg(pl.col("count").sum())
        weighed = [flows.select("from", "to", weight=hundredths)]
        weighed += [
            tie.collect().to_native().select(one, other, weight=pl.lit(int(100 * TIE), pl.Int64)) for tie in ties
        ]
        edges = pl.concat(weighed).filter(pl.col("from") != pl.col("to"))
        summed = edges.group_by("from", "to").agg(pl.col("weight").sum()).sort("from", "to")
        return cls(*placed(summed), summed["weight"].to_numpy() / 100)
