"""From accepted unified tables to graph tables: one node table per label, one relationship table per type."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl

from graph.model import NODES, RELATIONSHIPS
from graph.side_by_side import side_by_side
from graph.snapshot import POLARS_TYPES, relationship_schema
from loaders.codes import NodeCodes
from loaders.contract import PARTY_TABLES, TABLES
from loaders.identity import Identities, Sources, resolve
from texts.progress import Progress

Read = Callable[[str], pl.LazyFrame]
"""Gives an accepted table by name; an absent one is empty."""

LABEL_OF_TYPE: Final = {name: TABLES[table].label for name, table in PARTY_TABLES.items()}
ROLES: Final = ("legal_representative", "director")
UNDIRECTED: Final = ("spouse", "sibling", "joint_account")
FAMILY: Final = ("spouse", "parent", "sibling", "joint_account", "referrer")


def shape(
    read: Read, folder: Path, progress: Progress, decided: pl.DataFrame | None = None
) -> tuple[dict[str, int], dict[str, int]]:
    """Write `nodes/`, `relationships/` and `identity/` of a snapshot into `folder`.

    Args:
        read: gives the accepted tables.
        folder: of the snapshot in the making.
        progress: told of each table written.
        decided: what people decided about identities.

    Returns:
        The number of nodes by label, and of relationships by type.
    """
    (folder / "nodes").mkdir()
    (folder / "relationships").mkdir()
    progress.step("load.shaping", len(TABLES) + len(RELATIONSHIPS))
    nodes = {label: _write(frame, folder / "nodes" / f"{label}.parquet", progress) for label, frame in _nodes(read)}
    codes, relationships = NodeCodes.of(folder), dict[str, int]()

    def write(name: str, frame: pl.LazyFrame) -> None:
        finish = _FINISH.get(name, partial(_one_each, key=RELATIONSHIPS[name].key))
        whole = _complete(name, codes.decode(finish(codes.encode(frame))))
        relationships[name] = _write(whole, folder / "relationships" / f"{name}.parquet", progress)

    def write_identities() -> None:
        found = _identities(read, folder, decided)
        write("IS_CUSTOMER", found.is_customer)
        write("SAME_AS", found.same_as)

    # who is paid comes first: it tells who is who
    write("PAID", _with_ends(read("payments"), "payer", "payee"))
    side_by_side([write_identities, *(partial(write, name, frame) for name, frame in _relationships(read))])
    return nodes, {name: relationships[name] for name in RELATIONSHIPS if relationships.get(name)}


def _write(frame: pl.LazyFrame, file: Path, progress: Progress) -> int:
    frame.sink_parquet(file, compression="zstd", compression_level=1, row_group_size=250_000, maintain_order=True)
    progress.advance()
    return int(pl.scan_parquet(file, glob=False).select(pl.len()).collect().item())


def _nodes(read: Read) -> Iterator[tuple[str, pl.LazyFrame]]:
    for table in TABLES.values():
        if table.label:
            declared = NODES[table.label].properties
            given = [prop.name for prop in declared if not prop.computed]
            computed = [pl.lit(None, POLARS_TYPES[prop.type]).alias(prop.name) for prop in declared if prop.computed]
            frame = _with_refusals(read) if table.label == "Customer" else read(table.name)
            yield table.label, frame.select(*given, *computed, pl.all().exclude(given)).sort(table.key)


def _with_refusals(read: Read) -> pl.LazyFrame:
    said = read("refusals").group_by("customer_id", "channel").agg(pl.col("refused_on").min())
    lists = said.group_by("customer_id").agg(
        pl.col("channel").sort().alias("refused_channels"), pl.col("refused_on").sort_by("channel")
    )
    return read("customers").join(lists, on="customer_id", how="left")


def _complete(name: str, frame: pl.LazyFrame) -> pl.LazyFrame:
    """The model's columns and types; a property that the source does not have is null."""
    present = set(frame.collect_schema().names())
    return frame.select(
        (pl.col(column) if column in present else pl.lit(None)).cast(dtype).alias(column)
        for column, dtype in relationship_schema(name).items()
    )


def _relationships(read: Read) -> Iterator[tuple[str, pl.LazyFrame]]:
    """Rows with `ENDS` and properties, not yet one per relationship, of all types but payments and identities."""
    yield "WORKS_AT", _reference(read, "employees", "company_id", "Company", "hired_on", "left_on")
    yield "HOLDS", _with_ends(read("holdings"), "holder").with_columns(_label("to", "Product"), to_id="product_id")
    relations = _with_ends(read("relations"), "from", "to")
    yield "OWNS", relations.filter(pl.col("kind") == "shareholder")
    yield "OFFICER_OF", relations.filter(pl.col("kind").is_in(ROLES)).with_columns(role="kind")
    yield "GUARANTEES", relations.filter(pl.col("kind") == "guarantor")
    yield "SUPPLIES", relations.filter(pl.col("kind") == "supplier")
    yield "RELATED_TO", relations.filter(pl.col("kind").is_in(FAMILY))
    at_branch = [_reference(read, name, "branch_id", "Branch") for name in ("customers", "companies", "managers")]
    yield "AT_BRANCH", pl.concat(at_branch)
    yield "PART_OF", _reference(read, "branches", "parent_id", "Branch")
    managed = [_reference(read, name, "manager_id", "Manager") for name in ("customers", "companies")]
    yield "MANAGED_BY", pl.concat(managed)
    yield "REQUIRES", _reference(read, "products", "prerequisite_id", "Product")
    yield "PROMOTES", _reference(read, "campaigns", "product_id", "Product")
    yield (
        "CONTACTED",
        read("contacts")
        .rename({"customer_id": "from_id", "campaign_id": "to_id"})
        .with_columns(_label("from", "Customer"), _label("to", "Campaign")),
    )


def _identities(read: Read, folder: Path, decided: pl.DataFrame | None) -> Identities:
    """Who is who; the pairs to review are written to `identity/review.parquet`."""
    paid = pl.scan_parquet(folder / "relationships" / "PAID.parquet", glob=False)
    tables = (read(name) for name in ("customers", "employees", "companies", "counterparties"))
    found = resolve(Sources(*tables, paid=paid), decided)
    (folder / "identity").mkdir()
    found.review.write_parquet(folder / "identity" / "review.parquet")
    return found


def _label(side: str, label: str) -> pl.Expr:
    return pl.lit(label).alias(f"{side}_label")


def _reference(read: Read, table: str, column: str, to: str, *properties: str) -> pl.LazyFrame:
    declared = TABLES[table]
    known = read(table).filter(pl.col(column).is_not_null())
    ends = (pl.col(declared.key).alias("from_id"), pl.col(column).alias("to_id"))
    return known.select(_label("from", declared.label), _label("to", to), *ends, *properties)


def _with_ends(frame: pl.LazyFrame, start: str, end: str = "") -> pl.LazyFrame:
    """`ENDS` from the columns START_type, START_id and, where given, END_type, END_id."""
    for side, name in (("from", start), ("to", end)):
        if name:
            label = pl.col(f"{name}_type").replace_strict(LABEL_OF_TYPE, return_dtype=pl.String)
            frame = frame.with_columns(label.alias(f"{side}_label"), pl.col(f"{name}_id").alias(f"{side}_id"))
    return frame


def _one_each(frame: pl.LazyFrame, key: tuple[str, ...] = ()) -> pl.LazyFrame:
    """One per ends and key: of several, the earliest (one without a date always was), with the newest share told."""
    others = pl.all().exclude("since", "share")
    newest = pl.col("share").sort_by("since", "share").drop_nulls().last()
    later = [newest] if "share" in frame.collect_schema() else []
    since = pl.col("since")
    earliest = pl.when(since.is_not_null().all()).then(since.min()).alias("since")
    earlier = [earliest] if "since" in frame.collect_schema() else []
    return frame.group_by("from", "to", *key).agg(others.min(), *earlier, *later).sort("from", "to", *key)


def _family(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Relations without direction start at the smaller key, so that either side may say them."""
    turned = pl.col("kind").is_in(UNDIRECTED)
    ends = [
        pl.when(turned).then(pl.min_horizontal("from", "to")).otherwise("from").alias("from"),
        pl.when(turned).then(pl.max_horizontal("from", "to")).otherwise("to").alias("to"),
    ]
    return _one_each(frame.with_columns(ends), ("kind",))


def _numbered(frame: pl.LazyFrame, order: tuple[str, ...]) -> pl.LazyFrame:
    """`sequence` 1, 2, … among equal ends; all of `order` takes part, so that only equal rows can swap."""
    row = pl.int_range(pl.len(), dtype=pl.Int64)
    begins = (pl.col("from").ne_missing(pl.col("from").shift())) | (pl.col("to").ne_missing(pl.col("to").shift()))
    first = pl.when(begins).then(row).forward_fill()
    return frame.select("from", "to", *order).sort("from", "to", *order).with_columns(sequence=row - first + 1)


def _paid(payments: pl.LazyFrame) -> pl.LazyFrame:
    """One relationship per payer and payee; money is summed in whole fen, so that no order of adding shows."""
    rows = payments.select(
        "from",
        "to",
        "paid_on",
        "purpose",
        month=pl.col("paid_on").dt.year().cast(pl.Int64) * 100 + pl.col("paid_on").dt.month(),
        fen=(pl.col("amount") * 100).round().cast(pl.Int64),
        times=pl.col("count").fill_null(1),
    )
    first, last = pl.col("paid_on").min().alias("first_on"), pl.col("paid_on").max().alias("last_on")
    months = rows.group_by("from", "to", "month").agg(pl.col("fen", "times").sum(), first, last)
    pairs = (
        months.sort("from", "to", "month")
        .group_by("from", "to", maintain_order=True)
        .agg(
            pl.col("times").sum().alias("count"),
            (pl.col("fen").sum() / 100).alias("amount"),
            pl.col("first_on").min(),
            pl.col("last_on").max(),
            pl.col("month").alias("months"),
            (pl.col("fen") / 100).alias("amounts"),
            pl.col("times").alias("counts"),
        )
    )
    said = rows.filter(pl.col("purpose").is_not_null()).group_by("from", "to", "purpose").agg(pl.col("times").sum())
    usual = said.sort("times", "purpose", descending=[True, False]).unique(
        ["from", "to"], keep="first", maintain_order=True
    )
    return pairs.join(usual.drop("times"), on=["from", "to"], how="left", maintain_order="left")


_FINISH: Final[dict[str, Callable[[pl.LazyFrame], pl.LazyFrame]]] = {
    "HOLDS": partial(_numbered, order=("opened_on", "closed_on", "balance")),
    "CONTACTED": partial(_numbered, order=("contacted_on", "arm", "channel", "outcome", "outcome_on", "cost")),
    "PAID": _paid,
    "RELATED_TO": _family,
}
"""How the rows of a type become one per relationship, sorted by ends; the others: `_one_each`."""
