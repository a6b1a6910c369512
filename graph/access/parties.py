"""Search for a party, and what is known of one: by key, name, credit code, pinyin and its first letters."""

from collections.abc import Collection
from typing import Any, Final

import duckdb
import polars as pl

from graph.access.index import Index
from graph.masks import masked_names, masked_properties
from graph.model import NODES
from graph.names import simplified, spelt
from graph.snapshot import Snapshot

MOST_FOUND: Final = 50
_LEAST_FOR_TYPING_ERRORS: Final = 4


def search(index: Index, text: str, places: Collection[str] | None, *, unmask: bool, top: int) -> pl.DataFrame:
    """`label`, `id`, `name`, `branch_id`, … of the best `top` matches, the closest first; tolerant of a typing error.

    Args:
        index: the tables to look in.
        text: what was typed.
        places: branches that the user sees; none for every one.
        unmask: show names of persons in clear.
        top: most rows.
    """
    plain = str(pl.select(simplified(pl.lit(text.strip()))).item())
    if not plain:
        return _shown(index.parties().head(0).collect(), unmask=unmask)
    parties = index.parties()
    if places is not None:
        parties = parties.filter(pl.col("branch_id").is_in(sorted(places)))
    found = _ranked(parties, text.strip(), plain, top)
    if found.is_empty() and len(plain) > 1:
        found = _sounding_alike(parties, plain, top)
    return _shown(found, unmask=unmask)


def _ranked(parties: pl.LazyFrame, text: str, plain: str, top: int) -> pl.DataFrame:
    letters = plain.lower()
    tests = [
        pl.col("id").str.to_lowercase() == text.lower(),
        pl.col("credit_code").str.to_lowercase() == text.lower(),
        pl.col("plain") == plain,
        pl.col("pinyin") == letters,
        pl.col("plain").str.starts_with(plain),
        pl.col("initials") == letters,
        pl.col("initials").str.starts_with(letters),
        pl.col("pinyin").str.starts_with(letters),
        pl.col("plain").str.contains(plain, literal=True),
        pl.col("pinyin").str.contains(letters, literal=True),
        pl.col("id").str.to_lowercase().str.starts_with(text.lower()),
    ]
    place = pl.when(pl.lit(value=False)).then(pl.lit(0, pl.UInt8))
    for number, test in enumerate(tests):
        place = place.when(test.fill_null(value=False)).then(pl.lit(number, pl.UInt8))
    found = parties.with_columns(closeness=place).filter(pl.col("closeness").is_not_null())
    narrow = found.select("closeness", "label", "id", "name").collect().lazy()
    closest = narrow.sort([pl.col("closeness"), _label_order(), pl.col("name"), pl.col("id")]).head(top).collect()
    return _whole(parties, closest.select("label", "id"))


def _whole(parties: pl.LazyFrame, few: pl.DataFrame) -> pl.DataFrame:
    """All columns of a few parties, in their order: what is only shown is read for these alone."""
    rows = parties.filter(pl.col("id").is_in(few["id"].implode()))
    return few.lazy().join(rows, on=["label", "id"], maintain_order="left").collect()


def _label_order() -> pl.Expr:
    """Companies first: they are fewer, and where a walk through the network begins."""
    return pl.col("label").replace_strict({"Company": 0, "Customer": 1, "Employee": 2, "Counterparty": 3}, default=4)


def _sounding_alike(parties: pl.LazyFrame, plain: str, top: int) -> pl.DataFrame:
    """The same sound in other characters, or one or two letters off after the first."""
    sound = str(pl.select(spelt(pl.lit(plain))[0]).item())
    same = parties.filter(pl.col("pinyin").str.starts_with(sound)).sort("pinyin", "label", "id").head(top).collect()
    if len(same) or len(sound) < _LEAST_FOR_TYPING_ERRORS:
        return same
    alike = (pl.col("pinyin").str.head(1) == sound[0]) & (pl.col("pinyin").str.len_chars() >= len(sound) - 1)
    near = parties.filter(alike).select("label", "id", "pinyin").collect()
    allowed = 1 if len(sound) < 2 * _LEAST_FOR_TYPING_ERRORS else 2
    with duckdb.connect() as connection:
        rows = connection.from_arrow(near.to_arrow())
        connection.register("near", rows)
        closest = connection.sql(
            "SELECT label, id, damerau_levenshtein(pinyin[1:$length], $sound) AS closeness FROM near "
            "WHERE closeness <= $allowed ORDER BY closeness, label, id LIMIT $top",
            params={"length": len(sound), "sound": sound, "allowed": allowed, "top": top},
        ).pl()
    found = parties.join(closest.lazy(), on=["label", "id"]).collect()
    return found.sort("closeness", "label", "id")


def _shown(found: pl.DataFrame, *, unmask: bool) -> pl.DataFrame:
    shown = found if unmask else masked_names(found)
    return shown.select("label", "id", "name", "branch_id", "manager_id", "industry", "credit_code", "segment", "city")


def names(index: Index, parties: pl.DataFrame, *, unmask: bool) -> pl.DataFrame:
    """`parties` (label, id) with `name`, masked for persons; unknown parties drop out."""
    known = index.parties().filter(pl.col("id").is_in(parties["id"].unique().implode())).select(
        "label", "id", "name", "kind"
    )  # fmt: skip
    found = parties.lazy().join(known, on=["label", "id"], how="inner", maintain_order="left").collect()
    return (found if unmask else masked_names(found)).drop("kind")


def attributes(snapshot: Snapshot, label: str, key: str, *, unmask: bool) -> dict[str, Any] | None:
    """Every property of one node that is known, masked; None where there is no such node."""
    if label not in NODES:
        return None
    found = snapshot.nodes(label).filter(pl.col(NODES[label].key) == key).collect()
    if found.is_empty():
        return None
    known = {name: value for name, value in found.row(0, named=True).items() if value is not None}
    return known if unmask else masked_properties(label, known)
