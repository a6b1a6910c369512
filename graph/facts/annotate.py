"""The facts that a snapshot's graph shows, written onto its nodes and as relationships of their own.

    bank as of the newest day ─► one table per fact, by entity ─► nodes/LABEL.parquet, relationships/TYPE.parquet

Every record of a person gets what is known of the person. Facts follow from the rest of the snapshot, so they take no
part in what makes two snapshots the same, and `pull` leaves them out.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import narwhals as nw
import polars as pl
from polars.io.plugins import register_io_source

from graph.facts.communities import communities
from graph.facts.control import control
from graph.facts.employers import employers
from graph.facts.households import FAMILY, households, related
from graph.facts.influence import fund_rank, influence
from graph.facts.network import Network
from graph.facts.ownership import CANDIDATE, effective_owners, stakes
from graph.facts.rings import guarantee_rings
from graph.facts.supply import supply_chain
from graph.features.bank import Bank
from graph.model import NODES, PARTIES
from graph.side_by_side import side_by_side
from graph.snapshot import ENDS, Snapshot, relationship_schema, schema

KEYS: Final = {
    "household": "household_id", "ring": "guarantee_ring", "group": "group_id", "controller": "controller",
    "community": "community",
}  # fmt: skip
"""Columns that hold an entity, and the property that says its key."""
ROWS_AT_ONCE: Final = 250_000
"""Rows written at a time: bounds memory, changes nothing else."""


def annotate(snapshot: Snapshot, bank: Bank) -> dict[str, int]:
    """Write the facts of `bank` into the snapshot in the making that it was read from.

    Returns:
        The number of relationships written, by type.
    """
    known, table, found = _worked_out(snapshot, bank)
    for label in PARTIES:
        _write_nodes(snapshot, label, known, table)
    counts = {name: _write_relationships(snapshot, name, known, pairs) for name, pairs in found.items()}
    return {name: number for name, number in counts.items() if number}


def _worked_out(snapshot: Snapshot, bank: Bank) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, pl.DataFrame]]:
    """The parties; every fact of an entity; pairs of entities by relationship type."""
    day, known = bank.day, bank.parties.select("party", "label", "id", "entity").collect().to_native()
    organisations = nw.concat([bank.companies.select("entity"), bank.outside]).collect().to_native()
    owned = stakes(bank)
    network = Network.read(bank, day)
    ruled, effective, *facts = side_by_side([
        lambda: control(owned, related(bank, FAMILY), organisations["entity"]),
        lambda: effective_owners(owned), lambda: employers(snapshot, bank, day), lambda: communities(network),
        lambda: influence(bank, network), lambda: fund_rank(bank, day), lambda: households(bank),
        lambda: guarantee_rings(bank), lambda: supply_chain(bank),
    ])  # fmt: skip
    facts.append(ruled.groups)
    persons = effective.filter(pl.col("share") >= CANDIDATE).join(_persons(snapshot, known), on="from", how="semi")
    pairs = {"CONTROLS": ruled.controllers, "OWNS_EFFECTIVELY": effective, "BENEFICIAL_OWNER_CANDIDATE": persons}
    return known, _by_entity(known, facts), pairs


def _by_entity(known: pl.DataFrame, facts: list[pl.DataFrame]) -> pl.DataFrame:
    """Every fact beside its entity; entities named by a fact as codes."""
    table = known.select("entity").unique()
    for fact in facts:
        table = table.join(fact, on="entity", how="left")
    return table


def _persons(snapshot: Snapshot, known: pl.DataFrame) -> pl.DataFrame:
    """The entities that are natural persons: `from`."""
    outside = snapshot.nodes("Counterparty").filter(pl.col("kind") == "person").select(id="counterparty_id").collect()
    of_outside = known.filter(pl.col("label") == "Counterparty").join(outside, on="id", how="semi")
    staff_and_customers = known.filter(pl.col("label").is_in(["Customer", "Employee"]))
    return pl.concat([staff_and_customers, of_outside]).select(pl.col("entity").alias("from")).unique()


def _write_nodes(snapshot: Snapshot, label: str, known: pl.DataFrame, facts: pl.DataFrame) -> None:
    """The label's table again, a part at a time, with the computed properties that the model declares for it."""
    nodes, key = snapshot.nodes(label), NODES[label].key
    computed = schema(tuple(prop for prop in NODES[label].properties if prop.computed))
    records = known.filter(pl.col("label") == label).select(pl.col("id").alias(key), "entity")
    columns, number = nodes.collect_schema(), nodes.select(pl.len()).collect().item()

    def parts(*_: object) -> Iterator[pl.DataFrame]:
        for start in range(0, number, ROWS_AT_ONCE):
            part = nodes.slice(start, ROWS_AT_ONCE).collect().drop(computed)
            beside = part.join(records, on=key, how="left", maintain_order="left")
            beside = _named(beside.join(facts, on="entity", how="left", maintain_order="left"), known)
            yield beside.with_columns(pl.col(name).cast(kind) for name, kind in computed.items()).select(list(columns))

    _sink(register_io_source(parts, schema=columns), snapshot.path / "nodes" / f"{label}.parquet")


def _named(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """With the entities that facts name as `Label:key` of their first record."""
    for column, name in KEYS.items():
        named = known.filter(pl.col("party").is_in(rows[column].unique().implode()))
        key = named.select(pl.col("party").alias(column), pl.format("{}:{}", "label", "id").alias("key"))
        rows = rows.join(key, on=column, how="left", maintain_order="left").drop(column).rename({"key": name})
    return rows


def _write_relationships(snapshot: Snapshot, name: str, known: pl.DataFrame, pairs: pl.DataFrame) -> int:
    """`pairs` of entities as relationships of their first records."""
    for end in ("from", "to"):
        keys = known.select(
            pl.col("party").alias(end), pl.col("label").alias(f"{end}_label"), pl.col("id").alias(f"{end}_id")
        )
        pairs = pairs.join(keys, on=end, how="left")
    columns = relationship_schema(name)
    whole = pairs.with_columns(detected=True).select(pl.col(column).cast(kind) for column, kind in columns.items())
    _sink(whole.sort(ENDS).lazy(), snapshot.path / "relationships" / f"{name}.parquet")
    return len(whole)


def _sink(frame: pl.LazyFrame, file: Path) -> None:
    written = file.with_suffix(".writing")
    frame.sink_parquet(written, compression="zstd", compression_level=1, row_group_size=250_000, maintain_order=True)
    written.replace(file)
