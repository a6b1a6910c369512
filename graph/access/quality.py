"""What the loads say of the bank's data: figures per table and column, rejects, sources, and the trend over loads."""

import json
from typing import Any, Final

import polars as pl

from graph.access.access import Access
from graph.snapshot import Snapshot, versions
from texts import UserError

IN_CLEAR: Final = ("value", "row")
"""The columns of a reject that hold what the source said."""
_SPAN: Final = pl.String()


def tables(access: Access) -> pl.DataFrame:
    """`table`, `rows`, `accepted`, `rejected`, `rate` of the last load, and `rules` broken as `RULE:times`."""
    return _tables(access.snapshot)


def _tables(snapshot: Snapshot) -> pl.DataFrame:
    found = [
        (name, *(int(one[count]) for count in ("rows", "accepted", "rejected")), _rules(one["rules"]))
        for name, one in _profile(snapshot)["tables"].items()
    ]
    counts = dict.fromkeys(("rows", "accepted", "rejected"), pl.Int64())
    columns = {"table": pl.String(), **counts, "rules": pl.List(pl.String)}
    rate = pl.when(pl.col("rows") > 0).then(pl.col("rejected") / pl.col("rows"))
    return pl.DataFrame(found, schema=columns, orient="row").with_columns(rate=rate)


def _rules(rules: dict[str, int]) -> list[str]:
    return [f"{rule}:{times}" for rule, times in sorted(rules.items(), key=lambda one: (-one[1], one[0]))]


def columns(access: Access, table: str) -> pl.DataFrame:
    """`column`, `type`, `share` (completeness, 0..1), `distinct`, `low`, `high` of one table's accepted rows."""
    found = [
        (name, one["type"], one["share"], one["distinct"], _text(one.get("low")), _text(one.get("high")))
        for name, one in _profile(access.snapshot)["tables"].get(table, {"columns": {}})["columns"].items()
    ]
    types = {"column": pl.String, "type": pl.String, "share": pl.Float64, "distinct": pl.Int64}
    return pl.DataFrame(found, schema={**types, "low": _SPAN, "high": _SPAN}, orient="row")


def _text(value: Any) -> str | None:
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() else f"{value:,.2f}"
    return None if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def trend(access: Access) -> pl.DataFrame:
    """`version`, `loaded`, `table`, `rows`, `rejected`, `rate` of each load that is still kept, oldest first."""
    parts = [
        _tables(Snapshot(path)).select(
            pl.lit(path.name).alias("version"), pl.lit(str(_profile(Snapshot(path))["made_at"])[:16]).alias("loaded"),
            "table", "rows", "rejected", "rate",
        )
        for path in versions(access.home.snapshots) if (path / "quality.json").exists()
    ]  # fmt: skip
    return pl.concat(parts)


def sources(access: Access) -> pl.DataFrame:
    """`file`, `bytes`, `encoding`, `sha256` of what the last load read."""
    files = access.snapshot.manifest["source"]["files"]
    found = [(one["name"], one["bytes"], one["encoding"] or None, one["sha256"]) for one in files]
    types = {"file": pl.String, "bytes": pl.Int64, "encoding": pl.String, "sha256": pl.String}
    return pl.DataFrame(found, schema=types, orient="row")


def rejects(access: Access, table: str) -> pl.DataFrame:
    """The rejected rows of a table: where, by which rule, and, for who may see clear text, what the source said.

    Raises:
        UserError: the user sees some branches only, and a reject belongs to none.
    """
    if access.places is not None:
        raise UserError("access.no_right", right="rejects")
    file = access.snapshot.path / "rejects" / f"{table}.parquet"
    if not file.exists():
        return pl.DataFrame(schema=dict.fromkeys(("table", "file", "line", "rule", "column"), pl.String))
    found = pl.read_parquet(file)
    return found if access.unmask else found.drop(IN_CLEAR, strict=False)


def _profile(snapshot: Snapshot) -> dict[str, Any]:
    return json.loads((snapshot.path / "quality.json").read_text(encoding="utf-8"))
