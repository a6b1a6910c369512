"""Constraints and indexes of the store, made from the graph model before any row is written."""

from typing import Final, cast

import polars as pl
from neo4j.exceptions import Neo4jError

from graph.model import NODES
from graph.snapshot import GraphTables
from graph.store.connection import Store
from graph.store.state import STATE_LABEL
from graph.store.statements import drop_index, index, schema_name, unique_constraint
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
    keys = {STATE_LABEL: "layer"} | {label: node.key for label, node in NODES.items()}
    wanted = {schema_name(label, key): unique_constraint(label, key) for label, key in keys.items()}
    too_long: list[str] = []
    for label in tables.labels():
        for name, length in _longest(tables, label).items():
            if length > LONGEST:
                too_long.append(schema_name(label, name))
            elif name != NODES[label].key:
                wanted[schema_name(label, name)] = index(label, name)
    try:
        _make(store, wanted, too_long)
    except Neo4jError as fault:
        if "Schema" not in (fault.code or ""):
            raise
        raise UserError("store.schema", reason=str(fault.message).splitlines()[0]) from fault


def _make(store: Store, wanted: dict[str, str], unwanted: list[str]) -> None:
    found = {row["name"] for row in store.read("SHOW INDEXES YIELD name")}
    for name in unwanted:
        store.write(drop_index(name))
    for name, statement in wanted.items():
        if name not in found:
            store.write(statement)
    store.read("CALL db.awaitIndexes(3600)")


def _longest(tables: GraphTables, label: str) -> dict[str, int]:
    """The bytes of the longest value by name of the key and of indexed properties."""
    key = NODES[label].key
    columns = (pl.col(name).str.len_bytes().max().fill_null(0) for name in (key, *INDEXES.get(label, ())))
    longest = cast("dict[str, int]", tables.nodes(label).select(columns).collect().row(0, named=True))
    if longest[key] > LONGEST:
        raise UserError("store.key_too_long", label=label, name=key, bytes=longest[key], limit=LONGEST)
    return longest
