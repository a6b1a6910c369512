"""Features of (client, product) rows: which companies beside it hold the product, and which of its like."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import narwhals as nw
import polars as pl

from graph.features import clients, pairs, peers
from graph.features.bank import Bank, kept
from graph.features.items import Items, items
from graph.people import Frame

NEIGHBOURS: Final = ("partners", "suppliers", "buyers", "owners")
"""Clients that it pays or is paid by, that supply it, that it supplies, that belong to the same people or group."""
LIKES: Final = {"trade": ("industry",), "scale": ("size",), "place": ("city",), "kin": ("industry", "size")}
"""Clients that have these attributes in common with it."""
FAMILIES: Final = (*NEIGHBOURS, "trade")
"""The families that a reason can speak of."""
FEATURES: Final = (
    "product", "category", "log_value", "base", "opening", "growth",
    *(f"{family}{count}" for family in NEIGHBOURS for count in ("", "_hold", "_recent", "_lift")),
    *(f"{like}_{count}" for like in LIKES for count in ("lift", "recent_lift")),
    "together_mean", "together_best", "next_mean", "next_best",
    *clients.FEATURES,
)  # fmt: skip
CATEGORICAL: Final = ("product", "category", *clients.CATEGORICAL)
RECENT_DAYS: Final = 365


@dataclass(frozen=True)
class ClientTables:
    """All that (client, product) rows are joined with, as of one day."""

    held: Frame
    subjects: Frame
    """party, entity, draw of the clients"""
    recent: Frame
    neighbours: dict[str, Frame]
    likes: Frame
    """entity and the attributes of `LIKES`"""
    items: Items
    products: Frame
    clients: Frame
    """entity and the features of `graph.features.clients`"""

    @classmethod
    def of(cls, bank: Bank, day: date) -> "ClientTables":
        """The tables of a bank cut at `day`."""
        side = clients.corporate(bank)
        held = kept(side.held())
        statistics = items(side, day, held)
        lately = nw.col("opened_on") > day - timedelta(days=RECENT_DAYS)
        return cls(
            held=held,
            subjects=kept(side.customers.select(nw.col("entity").alias("party"), "entity", "draw")),
            recent=kept(side.holdings.filter(lately).select("entity", "product").unique()),
            neighbours={name: kept(table) for name, table in _neighbours(bank, side, day).items()},
            likes=kept(side.customers.select("entity", "industry", "size", "city")),
            items=statistics,
            products=kept(pairs.product_features(bank, statistics)),
            clients=kept(clients.features(bank, day, side)),
        )

    def features(self, rows: Frame) -> pl.DataFrame:
        """`rows` (entity, product, …) of products not held with `FEATURES` and what evidence names, sorted."""
        joined = rows.join(self.products, on="product", how="left")
        joined = joined.join(self.clients, on="entity", how="left")
        for name, near in self.neighbours.items():
            recent = peers.neighbour_holders(near, self.recent, f"{name}_recent").drop(f"{name}_recent_via")
            joined = (
                joined.join(peers.neighbours(near, name), on="entity", how="left")
                .join(peers.neighbour_holders(near, self.held, f"{name}_hold"), on=["entity", "product"], how="left")
                .join(recent, on=["entity", "product"], how="left")
            )
        counts = [f"{name}{count}" for name in NEIGHBOURS for count in ("", "_hold", "_recent")]
        joined = joined.with_columns(nw.col(*counts).fill_null(0))
        joined = joined.with_columns(*(pairs.lift(name) for name in NEIGHBOURS))
        for name, keys in LIKES.items():
            joined = self._with_like(joined, name, keys)
        behind = self.neighbours["owners"].rename({"other": "owners_hold_via", "holder": "owners_holder"})
        joined = joined.join(behind, on=["entity", "owners_hold_via"], how="left")
        table = joined.collect().to_native().sort("entity", "product")
        owned = pairs.Owned.of(table, self.held, len(self.items.holders))
        return pairs.with_items(table, owned, self.items)

    def _with_like(self, joined: Frame, name: str, keys: tuple[str, ...]) -> Frame:
        """How many of its like there are, hold the product and opened it within a year; oneself holds it not."""
        marked = self.likes.select("entity", *(nw.col(key).alias(f"of_{key}") for key in keys))
        of = [f"of_{key}" for key in keys]
        sizes = marked.group_by(of).agg(nw.len().cast(nw.Int32).alias(name))
        joined = joined.join(marked, on="entity", how="left").join(sizes, on=of, how="left")
        for table, count in ((self.held, "hold"), (self.recent, "recent")):
            holders = table.join(marked, on="entity", how="inner").group_by(*of, "product")
            counted = holders.agg(nw.len().cast(nw.Int32).alias(f"{name}_{count}"))
            joined = joined.join(counted, on=[*of, "product"], how="left")
        like = [nw.col(f"{name}_hold", f"{name}_recent").fill_null(0), (nw.col(name) - 1).fill_null(0)]
        lifts = (_like_lift(name, "hold", "base", "lift"), _like_lift(name, "recent", "opening", "recent_lift"))
        return joined.with_columns(*like).with_columns(*lifts).drop(of)


def _like_lift(name: str, count: str, base: str, to: str) -> nw.Expr:
    share = peers.shrunk_share(f"{name}_{count}", name, base)
    return (share / nw.col(base)).log().alias(f"{name}_{to}")


def _neighbours(bank: Bank, side: Bank, day: date) -> dict[str, Frame]:
    """Clients beside each client: unique (entity, other) by family; owners also `holder`, who stands behind both."""
    known = kept(side.customers.select("entity"))
    paid = bank.payments.filter(nw.col("paid_on") > day - timedelta(days=peers.PAYMENT_DAYS))
    for end in ("payer", "payee"):
        paid = paid.join(known.rename({"entity": end}), on=end, how="semi")
    supply = bank.ties.filter(nw.col("type") == "SUPPLIES").select("from", "to").unique()
    found = {
        "partners": peers.both_ways(paid.select("payer", "payee").unique(), "payer", "payee"),
        "suppliers": supply.select(nw.col("to").alias("entity"), nw.col("from").alias("other")),
        "buyers": supply.select(nw.col("from").alias("entity"), nw.col("to").alias("other")),
        "owners": peers.group_pairs(bank),
    }
    others = known.rename({"entity": "other"})
    return {name: pairs.join(others, on="other", how="semi") for name, pairs in found.items()}
