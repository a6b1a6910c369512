"""What a difference holds, against a plain-Python count of the same."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.store.difference import difference

Table = dict[str, tuple[Any, ...]]

SCHEMA = {"id": pl.String, "text": pl.String, "number": pl.Float64, "months": pl.List(pl.Int64)}
tables = st.dictionaries(
    st.sampled_from("abcdef"),
    st.tuples(
        st.sampled_from([None, "", "x", "xy", "\x00"]),
        st.sampled_from([None, 0.0, 1.5]),
        st.sampled_from([None, [], [1, 2], [2, 1], [1]]),
    ),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(tables, max_size=2), tables)
def test_it_holds_what_differs_from_any_base(bases: list[Table], new: Table) -> None:
    with TemporaryDirectory() as folder:
        found = difference([frame(base) for base in bases], frame(new), ["id"], Path(folder) / "d")
        changed = set(pl.read_parquet(found.changed)["id"])
        gone = set(pl.read_parquet(found.gone)["id"])
    held = {key for base in bases for key in base}
    same = {key for key in new if bases and all(kept(base.get(key)) == kept(new[key]) for base in bases)}
    assert changed == new.keys() - same
    assert gone == held - new.keys()
    assert found.created == len(changed - held)
    assert found.updated == len(changed & held)
    assert found.deleted == len(gone)


def test_a_column_that_is_no_more_becomes_null(tmp_path: Path) -> None:
    old = pl.LazyFrame({"id": ["a", "b"], "vip": [1, None]})
    found = difference([old], pl.LazyFrame({"id": ["a", "b"]}), ["id"], tmp_path / "d")
    assert pl.read_parquet(found.changed).to_dicts() == [{"id": "a", "vip": None}]


def test_a_text_that_becomes_a_number_is_a_change(tmp_path: Path) -> None:
    found = difference(
        [pl.LazyFrame({"id": ["a"], "n": ["5"]})], pl.LazyFrame({"id": ["a"], "n": [5]}), ["id"], tmp_path / "d"
    )
    assert found.updated == 1


def frame(table: Table) -> pl.LazyFrame:
    return pl.LazyFrame([(key, *values) for key, values in table.items()], schema=SCHEMA, orient="row")


def kept(row: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    """An empty list is no property."""
    return row and (*row[:2], row[2] or None)
