"""Snapshots: versioned, immutable Parquet graph tables with a manifest.

    snapshots/000001/manifest.json       version, source, counts, rejects, lineage
                     tables/*.parquet         the unified data as accepted (a later delta is merged into it)
                     nodes/LABEL.parquet      key first, sorted by key
                     relationships/TYPE.parquet   from_label, from_id, to_label, to_id, properties
                     rejects/TABLE.parquet, .csv
                     quality.json, quality.html

A snapshot is written under a temporary name and renamed when it is whole; what a killed run left is swept away.
"""

import json
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol, cast

import polars as pl

from graph.home import Home
from graph.model import NODES, RELATIONSHIPS, Property, Type
from texts import UserError

ENDS: Final = ("from_label", "from_id", "to_label", "to_id")
KEPT: Final = 3
FINDINGS_FORMAT: Final = 2
"""Rises when the columns of `find` change."""
_TEMPORARY: Final = ".writing-"

POLARS_TYPES: Final[dict[Type, pl.DataType]] = {
    "string": pl.String(), "integer": pl.Int64(), "float": pl.Float64(), "boolean": pl.Boolean(), "date": pl.Date(),
    "string[]": pl.List(pl.String()), "integer[]": pl.List(pl.Int64()), "float[]": pl.List(pl.Float64()),
    "date[]": pl.List(pl.Date()),
}  # fmt: skip


class GraphTables(Protocol):
    """Nodes by label and relationships by type: what a snapshot, or a run of `find`, gives the store."""

    @property
    def version(self) -> str:
        """Its name among its kind."""
        ...

    def labels(self) -> list[str]:
        """The labels it has a table for."""
        ...

    def types(self) -> list[str]:
        """The relationship types it has a table for."""
        ...

    def nodes(self, label: str) -> pl.LazyFrame:
        """Key first, then every declared property, then carried columns; unique by key."""
        ...

    def relationships(self, type: str) -> pl.LazyFrame:  # noqa: A002
        """`ENDS`, then every declared property; unique by ends and the type's key."""
        ...


def schema(properties: tuple[Property, ...]) -> dict[str, pl.DataType]:
    """The Polars types of declared properties."""
    return {prop.name: POLARS_TYPES[prop.type] for prop in properties}


def relationship_schema(type: str) -> dict[str, pl.DataType]:  # noqa: A002
    """The columns of a relationship table."""
    return dict.fromkeys(ENDS, pl.String()) | schema(RELATIONSHIPS[type].properties)


@dataclass(frozen=True)
class Tables:
    """Graph tables in a folder; an absent table is an empty one."""

    path: Path

    @property
    def version(self) -> str:
        """The folder's name."""
        return self.path.name

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What was written beside the tables."""
        return cast("dict[str, Any]", json.loads((self.path / "manifest.json").read_text(encoding="utf-8")))

    def labels(self) -> list[str]:
        """The labels it has a table for, in the model's order."""
        return [label for label in NODES if (self.path / "nodes" / f"{label}.parquet").exists()]

    def types(self) -> list[str]:
        """The relationship types it has a table for, in the model's order."""
        return [name for name in RELATIONSHIPS if (self.path / "relationships" / f"{name}.parquet").exists()]

    def nodes(self, label: str) -> pl.LazyFrame:
        """The nodes of one label, sorted by key."""
        return _scan(self.path / "nodes" / f"{label}.parquet", schema(NODES[label].properties))

    def relationships(self, type: str) -> pl.LazyFrame:  # noqa: A002
        """The relationships of one type, sorted by ends and key."""
        return _scan(self.path / "relationships" / f"{type}.parquet", relationship_schema(type))


class Snapshot(Tables):
    """One load's graph tables."""

    def tables(self) -> list[str]:
        """The unified tables it was made from."""
        return sorted(file.stem for file in (self.path / "tables").glob("*.parquet"))

    def table(self, name: str) -> pl.LazyFrame:
        """One unified table as accepted.

        Raises:
            FileNotFoundError: the source had no such table.
        """
        return pl.scan_parquet(self.path / "tables" / f"{name}.parquet", glob=False)


def _scan(file: Path, empty: dict[str, pl.DataType]) -> pl.LazyFrame:
    return pl.scan_parquet(file, glob=False) if file.exists() else pl.LazyFrame(schema=empty)


def versions(folder: Path) -> list[Path]:
    """The whole versions in a folder, oldest first."""
    return sorted(path for path in folder.glob("[0-9]*") if (path / "manifest.json").exists())


def latest_snapshot(home: Home) -> Snapshot:
    """The newest snapshot.

    Raises:
        UserError: nothing was loaded yet.
    """
    if not (found := versions(home.snapshots)):
        raise UserError("errors.no_snapshot", home=home.path)
    return Snapshot(found[-1])


def latest_findings(home: Home) -> tuple[Tables, Snapshot]:
    """What `find` found last, and the snapshot that it looked at.

    Raises:
        UserError: nothing was found yet, or an older guanxi found it.
    """
    if not (found := versions(home.findings)):
        raise UserError("errors.no_findings", home=home.path)
    findings = Tables(found[-1])
    if findings.manifest.get("format") != FINDINGS_FORMAT:
        raise UserError("errors.old_findings", home=home.path)
    return findings, Snapshot(home.snapshots / findings.manifest["snapshot"])


def prune(home: Home) -> None:
    """Keep the newest versions: enough to finish an interrupted sync and to look back."""
    for path in versions(home.findings)[:-KEPT]:
        shutil.rmtree(path)
    looked_at = {Tables(path).manifest["snapshot"] for path in versions(home.findings)}
    for path in versions(home.snapshots)[:-KEPT]:
        if path.name not in looked_at:
            shutil.rmtree(path)


@contextmanager
def writing_version(folder: Path) -> Generator[Path]:
    """A temporary folder that becomes the next version when the block ends well and wrote a `manifest.json`.

    The caller holds the home (`Home.writing`), so leftovers here belong to nobody.
    """
    for leftover in folder.glob(f"{_TEMPORARY}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    last = int(found[-1].name) if (found := versions(folder)) else 0
    final = folder / f"{last + 1:06d}"
    temporary = folder / f"{_TEMPORARY}{final.name}"
    temporary.mkdir(parents=True)
    try:
        yield temporary
        if (temporary / "manifest.json").exists():
            _flush(temporary)
            temporary.rename(final)
            _sync_folder(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _flush(folder: Path) -> None:
    """Make the files durable before the name says that they are whole."""
    for file in folder.rglob("*"):
        if file.is_file():
            with file.open("rb") as handle:
                os.fsync(handle.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write `manifest.json`, keys in order."""
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True, default=str)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def replace_file(file: Path, temporary: Path) -> None:
    """Put a whole temporary file under its final name, durably."""
    with temporary.open("rb") as handle:
        os.fsync(handle.fileno())
    temporary.replace(file)
