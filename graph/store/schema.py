"""Constraints and indexes of the store, made from the graph model before any row is written."""

from typing import Final, cast

import polars as pl
from neo4j.exceptions import Neo4jError

from graph.model import NODES
from graph.snapshot import GraphTables
from graph.store.connection import Store
from graph.store.state import STATE_LABEL
from graph.store.statements import drop_index, index, unique_constraint
from texts import UserError

INDEXES: Final[dict[str, tuple[str, ...]]] = {
    "Customer": ("name", "id_number", "phone"),
    "Company": ("name", "credit_code"),
    "Employee": ("name", "id_number", "phone"),
    "Counterparty": ("name",),
    "Opportunity": ("kind", "branch_id", "manager_id"),
}
"""What people are looked up by, beside the keys."""
LONGEST: Final = 8000
"""Bytes of UTF-8; Neo4j refuses to write a longer value under a range index."""


def ensure_schema(store: Store, tables: GraphTables) -> None:
    """Make what is missing and wait until it can be used; an index that a value is too long for is left out.

    Raises:
        UserError: a key is too long, or what others wrote under our labels breaks a constraint.
    """
    try:
        store.write(unique_constraint(STATE_LABEL, "layer"))
        for label, node in NODES.items():
            store.write(unique_constraint(label, node.key))
        for label in tables.labels():
            _index(store, label, _longest(tables, label))
        store.read("CALL db.awaitIndexes(3600)")
    except Neo4jError as fault:
        if "Schema" not in (fault.code or ""):
            raise
        raise UserError("store.schema", reason=str(fault.message).splitlines()[0]) from fault


def _index(store: Store, label: str, longest: dict[str, int]) -> None:
    key = NODES[label].key
    if longest[key] > LONGEST:
        raise UserError("store.key_too_long", label=label, name=key, bytes=longest[key], limit=LONGEST)
    for name in INDEXES.get(label, ()):
        store.write(index(label, name) if longest[name] <= LONGEST else drop_index(label, name))


def _longest(tables: GraphTables, label: str) -> dict[str, int]:
    names = [NODES[label].key, *INDEXES.get(label, ())]
    lengths = tables.nodes(label).select(pl.col(name).str.len_bytes().max().fill_null(0) for name in names)
    return cast("dict[str, int]", lengths.collect().row(0, named=True))
