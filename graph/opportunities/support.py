"""The evidence of opportunities as keys of the graph: nodes, and relationships that the snapshot does hold.

JSON: `{"nodes": [[label, key], …], "relationships": [[label, key, TYPE, label, key], …], "family": NAME, "counts":
{"peers": n, "holders": n}, "drivers": {"base": x, GROUP: x, …}}`; counts are 0 where nobody is counted, and a guess has
`"sureness": 0..1` beside them. Drivers are log-odds (`graph.opportunities.drivers`), those of 0.000 left out, `{}`
where a prior speaks, and beyond the best three of a subject.
"""

from datetime import date
from typing import Final

import polars as pl

from graph.opportunities.drivers import COLUMNS as DRIVERS
from graph.opportunities.task import GUESSED
from graph.snapshot import ENDS, Snapshot

Node = tuple[str | pl.Expr, str]
"""A label (or the column with it) and the column of the key."""
SUBJECT: Final[Node] = (pl.col("subject_type"), "subject_id")
VIA: Final[Node] = (pl.col("via_label"), "via_id")
LINK: Final[Node] = (pl.col("link_label"), "link_id")
PRODUCT: Final[Node] = ("Product", "product_id")
BECAUSE: Final[Node] = ("Product", "because_id")
_ENDS: Final = (SUBJECT, VIA, LINK, PRODUCT, BECAUSE)

_PATHS: Final[tuple[tuple[Node, str, Node], ...]] = (
    (LINK, "WORKS_AT", VIA),
    (LINK, "IS_CUSTOMER", SUBJECT),
    (SUBJECT, "RELATED_TO", VIA),
    (VIA, "RELATED_TO", SUBJECT),
    (SUBJECT, "PAID", VIA),
    (VIA, "PAID", SUBJECT),
    (SUBJECT, "SUPPLIES", VIA),
    (VIA, "SUPPLIES", SUBJECT),
    (SUBJECT, "OWNS", VIA),
    (VIA, "OWNS", SUBJECT),
    (SUBJECT, "OFFICER_OF", VIA),
    (LINK, "OWNS", VIA),
    (LINK, "OFFICER_OF", VIA),
    (LINK, "OWNS", SUBJECT),
    (LINK, "OFFICER_OF", SUBJECT),
    (VIA, "HOLDS", PRODUCT),
    (SUBJECT, "HOLDS", BECAUSE),
)
"""What may tie a subject to its evidence; only those that exist are named."""
_BEGINS: Final = {
    "WORKS_AT": "hired_on", "RELATED_TO": "since", "PAID": "first_on", "SUPPLIES": "since", "OWNS": "since",
    "OFFICER_OF": "since",
    "HOLDS": "opened_on",
}  # fmt: skip
"""The date from which a relationship is there; one without a date always was."""


def paths(rows: pl.DataFrame, snapshot: Snapshot, as_of: date) -> pl.DataFrame:
    """(row, text): the relationships that support each of the numbered `rows`, as JSON, as they stood on `as_of`."""
    keys = rows.select("row", *dict.fromkeys(name for _, name in _ENDS), "subject_type", "via_label", "link_label")
    # one after the other: together they would hold a hash table of every relationship
    found = pl.concat([_existing(keys, place, snapshot, as_of).collect() for place in range(len(_PATHS))])
    return found.sort("row", "place").group_by("row", maintain_order=True).agg(pl.col("text").str.join(","))


def with_evidence(rows: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    """The numbered `rows` with `evidence` in place of their number; valid JSON whatever the keys hold."""
    joined = rows.join(texts, on="row", how="left", maintain_order="left")
    nodes = pl.concat_str([_node(*node) for node in (SUBJECT, PRODUCT, VIA, BECAUSE)], separator=",", ignore_nulls=True)
    evidence = pl.concat_str([
        pl.lit('{"nodes":['), nodes, pl.lit('],"relationships":['), pl.col("text").fill_null(""),
        pl.lit('],"family":"'), pl.col("family"), pl.lit('",'), _counts(), pl.lit(',"drivers":{'),
        _drivers(), pl.lit("}}"),
    ])  # fmt: skip
    return joined.with_columns(evidence=evidence).drop("row", "text")


def _counts() -> pl.Expr:
    """Who was counted; of a guess nobody, but how sure it is."""
    peers, holders = (pl.col(name).fill_null(0).cast(pl.String) for name in ("peers", "holders"))
    counted = pl.format('"counts":{{"peers":{},"holders":{}}}', peers, holders)
    sureness = (pl.col("holders") / pl.col("peers")).cast(pl.String)
    guessed = pl.format('"counts":{{"peers":0,"holders":0}},"sureness":{}', sureness)
    return pl.when(pl.col("family") == GUESSED).then(guessed).otherwise(counted)


def _drivers() -> pl.Expr:
    values = [pl.col("drivers").arr.get(place).cast(pl.Float64).round(3) for place in range(len(DRIVERS))]
    texts = [
        pl.when(value != 0).then(pl.concat_str([pl.lit(f'"{name}":'), value.cast(pl.String)]))
        for name, value in zip(DRIVERS, values, strict=True)
    ]
    return pl.concat_str(texts, separator=",", ignore_nulls=True)


def _existing(rows: pl.DataFrame, place: int, snapshot: Snapshot, as_of: date) -> pl.LazyFrame:
    """(row, place, text) of the rows whose relationship of this path is in the snapshot."""
    (start_label, start), name, (end_label, end) = _PATHS[place]
    tied = rows.filter(pl.col(start).is_not_null() & pl.col(end).is_not_null())
    if tied.is_empty():  # the relationships need not be read
        return pl.LazyFrame(schema={"row": rows.schema["row"], "place": pl.Int32, "text": pl.String})
    ends = tied.lazy().select(
        "row", _label(start_label).alias("from_label"), pl.col(start).alias("from_id"),
        _label(end_label).alias("to_label"), pl.col(end).alias("to_id"),
    )  # fmt: skip
    known = snapshot.relationships(name)
    if began := _BEGINS.get(name):
        known = known.filter(pl.col(began).is_null() | (pl.col(began) <= as_of))
    there = ends.join(known.select(ENDS), on=list(ENDS), how="semi")
    text = pl.concat_str([
        pl.lit("["), _json("from_label"), pl.lit(","), _json("from_id"), pl.lit(f',"{name}",'),
        _json("to_label"), pl.lit(","), _json("to_id"), pl.lit("]"),
    ])  # fmt: skip
    return there.select("row", pl.lit(place).alias("place"), text.alias("text"))


def _label(label: str | pl.Expr) -> pl.Expr:
    return pl.lit(label) if isinstance(label, str) else label


def _node(label: str | pl.Expr, key: str) -> pl.Expr:
    """`["Label","key"]`, null where there is no key."""
    return pl.concat_str([pl.lit('["'), _label(label), pl.lit('",'), _json(key), pl.lit("]")])


def _json(column: str) -> pl.Expr:
    """A string column as JSON strings, null where it is null."""
    written = pl.struct(pl.col(column).alias("x")).struct.json_encode().str.slice(5).str.head(-1)
    return pl.when(pl.col(column).is_not_null()).then(written)
