"""Which records are one party: every record gets a code, and those of one person or organisation share the smallest.

    Customer C1 ◄─IS_CUSTOMER─ Employee E1 ─SAME_AS─ Employee E7        one person, three records
    Company K1 ◄─SAME_AS─ Counterparty X1                               one company, and its account elsewhere

Codes are row numbers in the order of (`PARTIES`, id), so they depend on neither row order nor threads, and a party
goes by its customer or company record where it has one.
"""

from datetime import date
from typing import Any, Final

import duckdb
import narwhals as nw
import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graph.model import NODES, PARTIES
from graph.snapshot import ENDS, Snapshot

Frame = nw.LazyFrame[Any]

_BEGINS: Final = {"Customer": "since", "Employee": "hired_on"}
"""The date from which a record is there; one without a date always was."""
LEAST_PROBABILITY: Final = 0.5
"""Links that identity resolution thinks less likely than this join nobody."""


def parties(snapshot: Snapshot, as_of: date) -> Frame:
    """Every party that there was by `as_of`: `label`, `id`, `party` (its code), `entity`, `draw`.

    `entity` is the smallest code among the records of one person, and the party's own code where it has no other.
    `draw` is a number that depends on the entity's key alone: what samples are drawn by. Records that came later
    have codes, so that those of two days agree, but neither rows nor links.
    """
    listed = nw.concat([_listed(snapshot, label, as_of) for label in PARTIES])
    coded = listed.with_row_index("party", order_by=["place", "id"]).collect().lazy()
    number = int(coded.select(nw.len()).collect().item())
    present = coded.filter(nw.col("present")).select("label", "id", nw.col("party").cast(nw.UInt32)).collect().lazy()
    links = _links(snapshot, present).collect()
    entity = smallest_of_component(number, links.get_column("from").to_numpy(), links.get_column("to").to_numpy())
    entities = pl.LazyFrame({"party": np.arange(number, dtype=np.uint32), "entity": entity})
    joined = present.join(nw.from_native(entities), on="party", how="left")
    own = nw.from_native(_draws(present.collect().to_native()).lazy()).rename({"party": "entity"})
    return joined.join(own, on="entity", how="left").collect().lazy()


def _listed(snapshot: Snapshot, label: str, as_of: date) -> Frame:
    """Keys of one label, and whether the record is there by `as_of`."""
    began = _BEGINS.get(label)
    there = nw.col(began).is_null() | (nw.col(began) <= as_of) if began else nw.lit(value=True)
    nodes = nw.from_native(snapshot.nodes(label))
    return nodes.select(
        nw.lit(label).alias("label"), nw.col(NODES[label].key).alias("id"), there.alias("present"),
        nw.lit(PARTIES.index(label)).alias("place"),
    )  # fmt: skip


def _draws(coded: pl.DataFrame) -> pl.DataFrame:
    """(party, draw): 64 bits of the MD5 of each key, which the other rows of a source do not change."""
    with duckdb.connect() as connection:
        keys = connection.from_arrow(coded.select("party", "label", "id").to_arrow())
        return keys.project("party, md5_number_lower(label || '|' || id) AS draw").pl()


def coded_end(frame: Frame, parties: Frame, end: str, column: str = "entity") -> Frame:
    """`frame` with `{end}_label` and `{end}_id` replaced by the code named `end`; unknown parties drop out."""
    keys = [f"{end}_label", f"{end}_id"]
    codes = parties.select(nw.col("label").alias(keys[0]), nw.col("id").alias(keys[1]), nw.col(column).alias(end))
    return frame.join(codes, on=keys, how="inner").drop(keys)


def _links(snapshot: Snapshot, coded: Frame) -> Frame:
    links = nw.concat([
        nw.from_native(snapshot.relationships(name))
        .filter(nw.col("probability").fill_null(1.0) >= LEAST_PROBABILITY)
        .select(*ENDS)
        for name in ("IS_CUSTOMER", "SAME_AS")
    ])  # fmt: skip
    return coded_end(coded_end(links, coded, "from", "party"), coded, "to", "party").select("from", "to")


def smallest_of_component(number: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """For each of `number` nodes, the smallest of those that the links join it with."""
    graph = coo_array((np.ones(len(left), np.int8), (left.astype(np.int64), right.astype(np.int64))), (number, number))
    _, component = connected_components(graph, directed=False)
    _, first = np.unique(component, return_index=True)
    return first[component].astype(np.uint32)
