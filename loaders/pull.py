"""The way back: unified tables from a graph that others changed in Neo4j, then loaded and checked like any source."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from graph.home import Home
from graph.model import NODES
from graph.snapshot import ENDS, GraphTables, Snapshot, latest_snapshot
from loaders.contract import PARTY_TABLES, TABLES
from loaders.load import Loaded, Request, load_source
from loaders.shape import FAMILY, LABEL_OF_TYPE
from texts.progress import Progress

REFERENCES: Final = {
    ("customers", "branch_id"): "AT_BRANCH",
    ("customers", "manager_id"): "MANAGED_BY",
    ("companies", "branch_id"): "AT_BRANCH",
    ("companies", "manager_id"): "MANAGED_BY",
    ("managers", "branch_id"): "AT_BRANCH",
    ("employees", "company_id"): "WORKS_AT",
    ("branches", "parent_id"): "PART_OF",
    ("products", "prerequisite_id"): "REQUIRES",
    ("campaigns", "product_id"): "PROMOTES",
}
"""Columns that the graph says twice, as a property and as a relationship."""
_TYPE_OF_LABEL: Final = {label: name for name, label in LABEL_OF_TYPE.items()}
_KINDS: Final = {"OWNS": "shareholder", "GUARANTEES": "guarantor", "SUPPLIES": "supplier"}


def pull_snapshot(home: Home, graph: GraphTables, progress: Progress) -> Loaded:
    """A new snapshot from what the store holds; rows that break a rule are rejected as from any source.

    Raises:
        UserError: nothing was loaded before, or the graph cannot be read as unified data.
    """
    base = latest_snapshot(home)
    with tempfile.TemporaryDirectory(prefix="pull-", dir=home.path) as folder:
        progress.step("pull.tables")
        for name, frame in unified_tables(graph, base):
            frame.sink_parquet(Path(folder) / f"{name}.parquet")
        return load_source(home, Request(folder, mode="pull"), progress)


def unified_tables(graph: GraphTables, base: Snapshot) -> Iterator[tuple[str, pl.LazyFrame]]:
    """The contract's tables, as far as the graph or the earlier snapshot has them.

    Args:
        graph: what the store holds now.
        base: the snapshot it held before others changed it: tells which side of a double saying changed, and
            has the single payments behind each PAID.
    """
    for name, table in TABLES.items():
        if table.label and (table.label in graph.labels() or name in base.tables()):
            yield name, _as_the_source_had_it(name, _node_table(name, graph, base), base)
    yield (
        "holdings",
        _party(graph.relationships("HOLDS"), "from", "holder")
        .rename({"to_id": "product_id"})
        .select(list(TABLES["holdings"].by_name)),
    )
    others = {"payments": _payments(graph, base), "relations": _relations(graph), "contacts": _contacts(graph)}
    for name, frame in (others | {"refusals": _refusals(graph)}).items():
        if name in base.tables() or not frame.head(1).collect().is_empty():
            yield name, frame.select(list(TABLES[name].by_name))


def _as_the_source_had_it(name: str, frame: pl.LazyFrame, base: Snapshot) -> pl.LazyFrame:
    """Without columns that the source never had and nobody has filled since: absent is not the same as empty."""
    had = base.manifest["tables"].get(name, {}).get("columns")
    if had is None:
        return frame
    absent = [column for column in TABLES[name].by_name if column not in had]
    counts = frame.select(pl.col(absent).count()).collect()
    return frame.drop([column for column in absent if counts[column][0] == 0])


def _node_table(name: str, graph: GraphTables, base: Snapshot) -> pl.LazyFrame:
    table = TABLES[name]
    computed = [prop.name for prop in NODES[table.label].properties if prop.computed]
    frame = graph.nodes(table.label).drop("refused_channels", "refused_on", *computed, strict=False)
    for (owner, column), relationship in REFERENCES.items():
        if owner == name:
            frame = _settle(
                frame, table.key, column, _targets(graph, table.label, relationship), base.nodes(table.label)
            )
    return _with_confirmed_links(frame, graph) if name == "employees" else frame


def _targets(graph: GraphTables, label: str, relationship: str) -> pl.LazyFrame:
    found = graph.relationships(relationship).filter(pl.col("from_label") == label)
    return found.group_by("from_id").agg(pl.col("to_id").min().alias("_related"))


def _settle(frame: pl.LazyFrame, key: str, column: str, related: pl.LazyFrame, base: pl.LazyFrame) -> pl.LazyFrame:
    """Of a property and a relationship that disagree, the one that differs from the base was changed, and stands."""
    before = base.select(key, pl.col(column).alias("_before"))
    joined = frame.join(related, left_on=key, right_on="from_id", how="left").join(before, on=key, how="left")
    edited = pl.col(column).ne_missing(pl.col("_before"))
    return joined.with_columns(pl.when(edited).then(column).otherwise("_related").alias(column)).drop(
        "_related", "_before"
    )


def _with_confirmed_links(employees: pl.LazyFrame, graph: GraphTables) -> pl.LazyFrame:
    """A link that people drew counts as given; those that guanxi detected are found again."""
    drawn = graph.relationships("IS_CUSTOMER").filter(~pl.col("detected").fill_null(value=False))
    links = drawn.group_by("from_id").agg(pl.col("to_id").min().alias("_drawn"))
    joined = employees.join(links, left_on="employee_id", right_on="from_id", how="left")
    return joined.with_columns(pl.coalesce("_drawn", "customer_id").alias("customer_id")).drop("_drawn")


def _party(frame: pl.LazyFrame, side: str, name: str) -> pl.LazyFrame:
    """NAME_type and NAME_id from one side's label and id."""
    return frame.with_columns(
        pl.col(f"{side}_label")
        .replace_strict(_TYPE_OF_LABEL, default=None, return_dtype=pl.String)
        .alias(f"{name}_type"),
        pl.col(f"{side}_id").alias(f"{name}_id"),
    )


def _relations(graph: GraphTables) -> pl.LazyFrame:
    parts = [
        graph.relationships(name).with_columns(kind=pl.lit(kind)) for name, kind in _KINDS.items()
    ] + [
        graph.relationships("OFFICER_OF").rename({"role": "kind"}),
        graph.relationships("RELATED_TO").filter(pl.col("kind").is_in(FAMILY)),
    ]  # fmt: skip
    both = _party(_party(pl.concat(parts, how="diagonal"), "from", "from_"), "to", "to_")
    ends = {f"{side}__{part}": f"{side}_{part}" for side in ("from", "to") for part in ("type", "id")}
    return both.drop(ENDS).rename(ends)


def _contacts(graph: GraphTables) -> pl.LazyFrame:
    return graph.relationships("CONTACTED").rename({"from_id": "customer_id", "to_id": "campaign_id"})


def _refusals(graph: GraphTables) -> pl.LazyFrame:
    lists = graph.nodes("Customer").select("customer_id", channel="refused_channels", refused_on="refused_on")
    return lists.filter(pl.col("channel").list.len() > 0).explode("channel", "refused_on")


def _payments(graph: GraphTables, base: Snapshot) -> pl.LazyFrame:
    """Single payments where the pair is as it was; else one sum per month, within the first and last day."""
    now, before = graph.relationships("PAID"), base.relationships("PAID")
    same = ["count", "amount", "first_on", "last_on", "purpose", "months", "amounts", "counts"]
    unchanged = now.join(before, on=[*ENDS, *same], how="semi", nulls_equal=True).select(ENDS)
    changed = now.join(unchanged, on=list(ENDS), how="anti")
    singles = base.table("payments") if "payments" in base.tables() else pl.LazyFrame(schema={})
    kept = [singles.join(_keys_of(unchanged), on=list(_keys_of(unchanged).collect_schema()), how="semi")]
    return pl.concat([*(kept if "payments" in base.tables() else []), _monthly(changed)], how="diagonal_relaxed")


def _keys_of(pairs: pl.LazyFrame) -> pl.LazyFrame:
    return _party(_party(pairs, "from", "payer"), "to", "payee").drop(ENDS)


def _monthly(paid: pl.LazyFrame) -> pl.LazyFrame:
    rows = _party(_party(paid, "from", "payer"), "to", "payee").drop("count", "amount")
    exploded = rows.rename({"months": "month", "amounts": "amount", "counts": "count"}).explode(
        "month", "amount", "count"
    )
    first = pl.date(pl.col("month") // 100, pl.col("month") % 100, 1)
    within = pl.max_horizontal(first, "first_on").alias("paid_on")
    return exploded.filter(pl.col("month").is_not_null()).with_columns(within, channel=pl.lit(None, pl.String))


__all__ = ["PARTY_TABLES", "pull_snapshot", "unified_tables"]
