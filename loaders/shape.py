"""From accepted unified tables to graph tables: one node table per label, one relationship table per type."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import polars as pl

from graph.model import NODES, RELATIONSHIPS
from graph.snapshot import ENDS, relationship_schema
from loaders.contract import PARTY_TABLES, TABLES
from loaders.identity import resolve
from texts.progress import Progress

Read = Callable[[str], pl.LazyFrame]
"""Gives an accepted table by name; an absent one is empty."""

LABEL_OF_TYPE: Final = {name: TABLES[table].label for name, table in PARTY_TABLES.items()}
ROLES: Final = ("legal_representative", "director")
UNDIRECTED: Final = ("spouse", "sibling", "joint_account")
FAMILY: Final = ("spouse", "parent", "sibling", "joint_account", "referrer")


def shape(read: Read, folder: Path, progress: Progress) -> tuple[dict[str, int], dict[str, int]]:
    """Write `nodes/` and `relationships/` of a snapshot into `folder`.

    Returns:
        The number of nodes by label, and of relationships by type.
    """
    (folder / "nodes").mkdir()
    (folder / "relationships").mkdir()
    progress.step("load.shaping", len(NODES) + len(RELATIONSHIPS))
    nodes = {label: _write(frame, folder / "nodes" / f"{label}.parquet", progress) for label, frame in _nodes(read)}
    known = {label: pl.scan_parquet(folder / "nodes" / f"{label}.parquet", glob=False) for label in nodes}
    relationships: dict[str, int] = {}
    for name, frame in _relationships(read):
        file = folder / "relationships" / f"{name}.parquet"
        relationships[name] = _write(_complete(name, frame, known), file, progress)
    return nodes, {name: count for name, count in relationships.items() if count}


def _write(frame: pl.LazyFrame, file: Path, progress: Progress) -> int:
    frame.sink_parquet(file, compression="zstd", compression_level=1, row_group_size=250_000, maintain_order=True)
    progress.advance()
    return int(pl.scan_parquet(file, glob=False).select(pl.len()).collect().item())


def _nodes(read: Read) -> Iterator[tuple[str, pl.LazyFrame]]:
    for table in TABLES.values():
        if table.label:
            declared = [prop.name for prop in NODES[table.label].properties]
            frame = _with_refusals(read) if table.label == "Customer" else read(table.name)
            yield table.label, frame.select(*declared, pl.all().exclude(declared)).sort(table.key)


def _with_refusals(read: Read) -> pl.LazyFrame:
    said = read("refusals").group_by("customer_id", "channel").agg(pl.col("refused_on").min())
    lists = said.group_by("customer_id").agg(
        pl.col("channel").sort().alias("refused_channels"), pl.col("refused_on").sort_by("channel")
    )
    return read("customers").join(lists, on="customer_id", how="left")


def _complete(name: str, frame: pl.LazyFrame, known: dict[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Only between nodes that exist, in the model's columns and types, one per ends and key, in order."""
    columns = relationship_schema(name)
    present = set(frame.collect_schema().names())
    kind = RELATIONSHIPS[name]
    for side, labels in (("from", kind.starts), ("to", kind.ends)):
        frame = frame.join(
            _keys(labels, known), left_on=[f"{side}_label", f"{side}_id"], right_on=["label", "id"], how="semi"
        )
    typed = [
        (pl.col(column) if column in present else pl.lit(None)).cast(dtype).alias(column)
        for column, dtype in columns.items()
    ]
    return frame.select(typed).sort([*ENDS, *kind.key])


def _keys(labels: tuple[str, ...], known: dict[str, pl.LazyFrame]) -> pl.LazyFrame:
    return pl.concat(
        [
            known[label].select(pl.lit(label).alias("label"), pl.col(NODES[label].key).alias("id"))
            for label in labels
            if label in known
        ]
    )


def _relationships(read: Read) -> Iterator[tuple[str, pl.LazyFrame]]:
    identities = resolve(read("customers"), read("employees"))
    yield "WORKS_AT", _reference(read, "employees", "company_id", "Company", "hired_on", "left_on")
    yield (
        "IS_CUSTOMER",
        identities.is_customer.with_columns(
            _label("from", "Employee"), _label("to", "Customer"), from_id="employee_id", to_id="customer_id"
        ),
    )
    yield "SAME_AS", identities.same_as.with_columns(from_label="label", to_label="label")
    yield "HOLDS", _holds(read("holdings"))
    yield "PAID", _paid(read("payments"))
    relations = _ends(read("relations"), "from", "to")
    yield "OWNS", _one_each(relations.filter(pl.col("kind") == "shareholder"), pl.col("share").max())
    yield (
        "OFFICER_OF",
        _one_each(relations.filter(pl.col("kind").is_in(ROLES)).with_columns(role="kind"), key=("role",)),
    )
    yield "GUARANTEES", _one_each(relations.filter(pl.col("kind") == "guarantor"))
    yield "SUPPLIES", _one_each(relations.filter(pl.col("kind") == "supplier"))
    yield "RELATED_TO", _one_each(_family(relations), key=("kind",))
    at_branch = [_reference(read, name, "branch_id", "Branch") for name in ("customers", "companies", "managers")]
    yield "AT_BRANCH", pl.concat(at_branch)
    yield "PART_OF", _reference(read, "branches", "parent_id", "Branch")
    yield (
        "MANAGED_BY",
        pl.concat([_reference(read, name, "manager_id", "Manager") for name in ("customers", "companies")]),
    )
    yield "REQUIRES", _reference(read, "products", "prerequisite_id", "Product")
    yield "PROMOTES", _reference(read, "campaigns", "product_id", "Product")
    yield "CONTACTED", _contacted(read("contacts"))


def _label(side: str, label: str) -> pl.Expr:
    return pl.lit(label).alias(f"{side}_label")


def _reference(read: Read, table: str, column: str, to: str, *properties: str) -> pl.LazyFrame:
    declared = TABLES[table]
    return (
        read(table)
        .filter(pl.col(column).is_not_null())
        .select(
            _label("from", declared.label),
            pl.col(declared.key).alias("from_id"),
            _label("to", to),
            pl.col(column).alias("to_id"),
            *properties,
        )
    )


def _ends(frame: pl.LazyFrame, start: str, end: str) -> pl.LazyFrame:
    """`ENDS` from the columns START_type, START_id, END_type, END_id."""
    return frame.with_columns(
        from_label=pl.col(f"{start}_type").replace_strict(LABEL_OF_TYPE, return_dtype=pl.String),
        to_label=pl.col(f"{end}_type").replace_strict(LABEL_OF_TYPE, return_dtype=pl.String),
        from_id=pl.col(f"{start}_id"),
        to_id=pl.col(f"{end}_id"),
    )


def _holds(holdings: pl.LazyFrame) -> pl.LazyFrame:
    ends = {"to_type": pl.lit("product"), "to_id": pl.col("product_id"), "to_label": pl.lit("Product")}
    labelled = holdings.with_columns(
        from_label=pl.col("holder_type").replace_strict(LABEL_OF_TYPE, return_dtype=pl.String),
        from_id="holder_id",
        **ends,
    )
    return _numbered(labelled, "opened_on", "closed_on", "balance")


def _contacted(contacts: pl.LazyFrame) -> pl.LazyFrame:
    labelled = contacts.with_columns(
        _label("from", "Customer"), _label("to", "Campaign"), from_id="customer_id", to_id="campaign_id"
    )
    return _numbered(labelled, "contacted_on", "arm", "channel", "outcome", "outcome_on", "cost")


def _numbered(frame: pl.LazyFrame, *order: str) -> pl.LazyFrame:
    """`sequence` 1, 2, … among equal ends; every column takes part in the order, so that equal rows alone can swap."""
    return frame.sort([*ENDS, *order]).with_columns(
        sequence=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(*ENDS, order_by=list(order))
    )


def _one_each(frame: pl.LazyFrame, *values: pl.Expr, key: tuple[str, ...] = ()) -> pl.LazyFrame:
    return frame.group_by(*ENDS, *key).agg(*values, pl.col("since").min())


def _family(relations: pl.LazyFrame) -> pl.LazyFrame:
    """Relations between people; those without direction start at the smaller key."""
    start, end = pl.struct("from_label", "from_id"), pl.struct("to_label", "to_id")
    turned = pl.col("kind").is_in(UNDIRECTED) & (
        (pl.col("from_label") > pl.col("to_label"))
        | ((pl.col("from_label") == pl.col("to_label")) & (pl.col("from_id") > pl.col("to_id")))
    )
    first = pl.when(turned).then(end.struct.rename_fields(["from_label", "from_id"])).otherwise(start)
    second = pl.when(turned).then(start.struct.rename_fields(["to_label", "to_id"])).otherwise(end)
    return (
        relations.filter(pl.col("kind").is_in(FAMILY))
        .select("kind", "since", first.alias("first"), second.alias("second"))
        .unnest("first", "second")
    )


def _paid(payments: pl.LazyFrame) -> pl.LazyFrame:
    """One relationship per payer and payee; money is summed in whole fen, so that no order of adding shows."""
    rows = _ends(payments, "payer", "payee").select(
        *ENDS,
        "paid_on",
        "purpose",
        month=pl.col("paid_on").dt.year().cast(pl.Int64) * 100 + pl.col("paid_on").dt.month(),
        fen=(pl.col("amount") * 100).round().cast(pl.Int64),
        times=pl.col("count").fill_null(1),
    )
    months = rows.group_by(*ENDS, "month").agg(
        pl.col("fen", "times").sum(),
        pl.col("paid_on").min().alias("first_on"),
        pl.col("paid_on").max().alias("last_on"),
    )
    by_month = [
        (pl.col(name).sort_by("month")).alias(alias) for name, alias in (("month", "months"), ("times", "counts"))
    ]
    pairs = months.group_by(*ENDS).agg(
        pl.col("times").sum().alias("count"),
        (pl.col("fen").sum() / 100).alias("amount"),
        pl.col("first_on").min(),
        pl.col("last_on").max(),
        *by_month,
        (pl.col("fen").sort_by("month") / 100).alias("amounts"),
    )
    purposes = rows.filter(pl.col("purpose").is_not_null()).group_by(*ENDS, "purpose").agg(pl.col("times").sum())
    usual = purposes.group_by(*ENDS).agg(
        pl.col("purpose").sort_by("times", "purpose", descending=[True, False]).first()
    )
    return pairs.join(usual, on=list(ENDS), how="left")
