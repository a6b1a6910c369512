"""The evidence of opportunities as keys of the graph: nodes, and relationships that the snapshot does hold.

JSON: `{"nodes": [[label, key], …], "relationships": [[label, key, TYPE, label, key], …], "family": NAME, "counts":
{"peers": n, "holders": n}, "drivers": {"base": x, GROUP: x, …}}`; counts are 0 where nobody is counted, and a guess has
`"sureness": 0..1` beside them. Drivers are log-odds (`graph.opportunities.drivers`), those of 0.000 left out, `{}`
where a prior speaks, and beyond the best three of a subject.
"""

from datetime import date
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

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


Paths = NDArray[np.uint32]
"""By row, a bit for each of `_PATHS` that is in the snapshot."""


def no_paths(rows: int) -> Paths:
    """Nothing is said of what supports so many rows."""
    return np.zeros(rows, np.uint32)


def paths(rows: pl.LazyFrame, snapshot: Snapshot, as_of: date) -> Paths:
    """Which relationships support each of the rows, which are numbered by `row`, as they stood on `as_of`."""
    ends = rows.select("row", *dict.fromkeys(name for _, name in _ENDS), "subject_type", "via_label", "link_label")
    found = no_paths(rows.select(pl.len()).collect().item())
    # one after the other: together they would hold a hash table of every relationship
    for place in range(len(_PATHS)):
        found[_existing(ends, place, snapshot, as_of)] |= np.uint32(1 << place)
    return found


def with_evidence(rows: pl.DataFrame, there: Paths) -> pl.DataFrame:
    """The numbered `rows` with `evidence` in place of their number; valid JSON whatever the keys hold."""
    nodes = {key: _node(label, key) for label, key in _ENDS}
    known = rows.lazy().with_columns(
        pl.Series("there", there), *(node.alias(f"node_{key}") for key, node in nodes.items())
    )
    present = [place for place in range(len(_PATHS)) if (there & np.uint32(1 << place)).any()]
    shown = [_bracketed(pl.col(f"node_{key}")) for _, key in (SUBJECT, PRODUCT, VIA, BECAUSE)]
    evidence = pl.concat_str([
        pl.lit('{"nodes":['), _joined(shown),
        pl.lit('],"relationships":['), _joined([_text(place) for place in present]),
        pl.lit('],"family":"'), pl.col("family"), pl.lit('",'), _counts(), pl.lit(',"drivers":{'),
        _drivers(), pl.lit("}}"),
    ])  # fmt: skip
    return known.with_columns(evidence=evidence).drop("row", "there", *(f"node_{key}" for key in nodes)).collect()


def _joined(texts: list[pl.Expr]) -> pl.Expr:
    return pl.concat_str(texts, separator=",", ignore_nulls=True) if texts else pl.lit("")


def _bracketed(*texts: pl.Expr) -> pl.Expr:
    return pl.concat_str([pl.lit("["), *texts, pl.lit("]")])


def _text(place: int) -> pl.Expr:
    """`["Label","key","TYPE","Label","key"]` of the rows of which this path is there."""
    (_, start), name, (_, end) = _PATHS[place]
    there = (pl.col("there") & (1 << place)) > 0
    return pl.when(there).then(_bracketed(pl.col(f"node_{start}"), pl.lit(f',"{name}",'), pl.col(f"node_{end}")))


def _counts() -> pl.Expr:
    """Who was counted; of a guess nobody, but how sure it is."""
    peers, holders = (pl.col(name).fill_null(0).cast(pl.String) for name in ("peers", "holders"))
    counted = pl.format('"counts":{{"peers":{},"holders":{}}}', peers, holders)
    sureness = (pl.col("holders") / pl.col("peers")).cast(pl.String)
    guessed = pl.format('"counts":{{"peers":0,"holders":0}},"sureness":{}', sureness)
    return pl.when(pl.col("family").is_in(GUESSED)).then(guessed).otherwise(counted)


def _drivers() -> pl.Expr:
    values = [pl.col("drivers").arr.get(place).cast(pl.Float64).round(3) for place in range(len(DRIVERS))]
    texts = [
        pl.when(value != 0).then(pl.concat_str([pl.lit(f'"{name}":'), value.cast(pl.String)]))
        for name, value in zip(DRIVERS, values, strict=True)
    ]
    return pl.concat_str(texts, separator=",", ignore_nulls=True)


def _existing(rows: pl.LazyFrame, place: int, snapshot: Snapshot, as_of: date) -> NDArray[np.uint32]:
    """The numbers of the rows whose relationship of this path is in the snapshot."""
    (start_label, start), name, (end_label, end) = _PATHS[place]
    tied = rows.filter(pl.col(start).is_not_null() & pl.col(end).is_not_null())
    if tied.head(1).collect().is_empty():  # the relationships need not be read
        return np.zeros(0, np.uint32)
    ends = tied.select(
        "row", _label(start_label).alias("from_label"), pl.col(start).alias("from_id"),
        _label(end_label).alias("to_label"), pl.col(end).alias("to_id"),
    )  # fmt: skip
    known = snapshot.relationships(name)
    if began := _BEGINS.get(name):
        known = known.filter(pl.col(began).is_null() | (pl.col(began) <= as_of))
    there = ends.join(known.select(ENDS), on=list(ENDS), how="semi")
    return there.select("row").collect(engine="streaming")["row"].to_numpy()


def _label(label: str | pl.Expr) -> pl.Expr:
    return pl.lit(label) if isinstance(label, str) else label


def _node(label: str | pl.Expr, key: str) -> pl.Expr:
    """`"Label","key"`, null where there is no key."""
    return pl.concat_str([pl.lit('"'), _label(label), pl.lit('",'), _json(key)])


def _json(column: str) -> pl.Expr:
    """A string column as JSON strings, null where it is null."""
    written = pl.struct(pl.col(column).alias("x")).struct.json_encode().str.slice(5).str.head(-1)
    return pl.when(pl.col(column).is_not_null()).then(written)
