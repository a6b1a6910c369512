"""Snapshots made by hand for tests of what reads them: rows by table, shaped as a load would."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from graph.opportunities import find
from graph.opportunities.rendered import Selection
from graph.snapshot import Snapshot, Tables, write_manifest
from helpers.rendered import rendered
from helpers.tables import Rows, reader
from loaders.shape import shape
from texts.progress import Silent

TODAY = date(2026, 6, 30)
DATED = ("opened_on", "paid_on", "since", "client_since")


def snapshot(folder: Path, **tables: Rows) -> Snapshot:
    """A snapshot of these rows; dates are `datetime.date`, columns that no row names are absent from the source."""
    read = reader(**tables)
    path = folder / "000001"
    (path / "tables").mkdir(parents=True)
    for name in tables:
        read(name).sink_parquet(path / "tables" / f"{name}.parquet")
    nodes, relationships = shape(read, path, Silent())
    columns = {name: {"columns": sorted({column for row in rows for column in row})} for name, rows in tables.items()}
    dates = [row[name] for rows in tables.values() for row in rows for name in DATED if row.get(name)]
    write_manifest(
        path,
        {
            "version": path.name, "id": "by hand", "created_at": "2026-07-01T00:00:00", "nodes": nodes,
            "relationships": relationships, "tables": {"customers": {"columns": []}} | columns,
            "newest_date": max(dates).isoformat() if dates else None,
        },
    )  # fmt: skip
    return Snapshot(path)


def found(made: Snapshot, as_of: date | None = TODAY, **options: Any) -> Tables:
    """What `find` writes for a snapshot."""
    out = made.path.parent / f"findings-{len(list(made.path.parent.iterdir()))}"
    out.mkdir()
    find(made, as_of=as_of, progress=Silent(), out=out, **options)
    return Tables(out)


def offered(made: Snapshot, *kinds: str, **options: Any) -> pl.DataFrame:
    """Everything that would be exported, all products of each subject."""
    return rendered(found(made, kinds=kinds, **options), made, Selection(per_subject=0))


def pairs(made: Snapshot, *kinds: str, **options: Any) -> set[tuple[str, str]]:
    """The (subject, product) pairs that would be exported."""
    rows = offered(made, *(kinds or ("cross_sell",)), **options)
    return set(rows.select("subject_id", "product_id").iter_rows())


def suppressed(findings: Tables, kind: str = "cross_sell") -> dict[str, int]:
    """The funnel of a kind."""
    return json.loads((findings.path / "manifest.json").read_text("utf-8"))["suppressed"][kind]
