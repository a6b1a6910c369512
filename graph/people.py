"""Which records are one person: every party gets a code, and records of one person share the smallest.

    Customer C1 ◄─IS_CUSTOMER─ Employee E1 ─SAME_AS─ Employee E7        one person, three records

Codes are row numbers in the order of (label, id), so they depend on neither row order nor threads.
"""

from typing import Any, Final

import narwhals as nw
import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graph.model import NODES, PARTIES
from graph.snapshot import Snapshot

Frame = nw.LazyFrame[Any]

LEAST_PROBABILITY: Final = 0.5
"""Links that identity resolution thinks less likely than this join nobody."""


def parties(snapshot: Snapshot) -> Frame:
    """Every customer, company, employee and counterparty: `label`, `id`, `party` (its code), `entity`.

    `entity` is the smallest code among the records of one person, and the party's own code where it has no other.
    """
    listed = [
        nw.from_native(snapshot.nodes(label)).select(nw.lit(label).alias("label"), nw.col(NODES[label].key).alias("id"))
        for label in PARTIES
    ]
    coded = nw.concat(listed).with_row_index("party", order_by=["label", "id"]).collect().lazy()
    links = _links(snapshot, coded).collect()
    number = int(coded.select(nw.len()).collect().item())
    entity = _smallest_of_component(number, links.get_column("from").to_numpy(), links.get_column("to").to_numpy())
    entities = pl.LazyFrame({"party": np.arange(number, dtype=np.uint32), "entity": entity})
    joined = coded.with_columns(nw.col("party").cast(nw.UInt32)).join(nw.from_native(entities), on="party", how="left")
    return joined.collect().lazy()


def coded_end(frame: Frame, parties: Frame, end: str, column: str = "entity") -> Frame:
    """`frame` with `{end}_label` and `{end}_id` replaced by the code named `end`; unknown parties drop out."""
    keys = [f"{end}_label", f"{end}_id"]
    codes = parties.select(nw.col("label").alias(keys[0]), nw.col("id").alias(keys[1]), nw.col(column).alias(end))
    return frame.join(codes, on=keys, how="inner").drop(keys)


def _links(snapshot: Snapshot, coded: Frame) -> Frame:
    ends = ["from_label", "from_id", "to_label", "to_id"]
    found = [
        nw.from_native(snapshot.relationships(name))
        .filter(nw.col("probability").fill_null(1.0) >= LEAST_PROBABILITY)
        .select(ends)
        for name in ("IS_CUSTOMER", "SAME_AS")
    ]
    given = (
        nw.from_native(snapshot.nodes("Employee"))
        .filter(~nw.col("customer_id").is_null())
        .select(
            nw.lit("Employee").alias("from_label"), nw.col("employee_id").alias("from_id"),
            nw.lit("Customer").alias("to_label"), nw.col("customer_id").alias("to_id"),
        )
    )  # fmt: skip
    links = nw.concat([*found, given])
    return coded_end(coded_end(links, coded, "from", "party"), coded, "to", "party").select("from", "to")


def _smallest_of_component(number: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    graph = coo_array((np.ones(len(left), np.int8), (left.astype(np.int64), right.astype(np.int64))), (number, number))
    _, component = connected_components(graph, directed=False)
    _, first = np.unique(component, return_index=True)
    return first[component].astype(np.uint32)
