"""A load: source → check → (delta merged) → identities → graph tables → facts → snapshot."""

import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from graph.facts.annotate import annotate
from graph.features.bank import Bank
from graph.home import FORMAT, Home
from graph.identity_decisions import decisions, no_decisions
from graph.side_by_side import side_by_side
from graph.snapshot import Snapshot, prune, versions, write_manifest, writing_version
from loaders.check import MAX_REJECT_RATE, Checked, check
from loaders.contract import TABLES, schema
from loaders.merge import merge
from loaders.quality import profile, render
from loaders.shape import shape
from loaders.sources import open_source
from texts import LANGUAGES, Language, say
from texts.progress import Progress

NOT_OF_THE_DATA: Final = ("birth_date", "starts_on", "ends_on")
"""Dates that say nothing of when the data was made."""


@dataclass(frozen=True)
class Request:
    """What to load, and how strictly; `mode` is full, delta or pull."""

    source: str
    mapping: Path | None = None
    max_reject_rate: float = MAX_REJECT_RATE
    mode: str = "full"


@dataclass(frozen=True)
class Report:
    """What `guanxi check` found."""

    checked: Checked
    max_reject_rate: float

    @property
    def ok(self) -> bool:
        """Whether a load would go on."""
        return self.checked.ok(self.max_reject_rate)

    def json(self) -> dict[str, Any]:
        """The object of `guanxi check --json`."""
        return self.checked.json(self.max_reject_rate)

    def html(self, lang: Language) -> str:
        """The quality report as one page."""
        return render(profile(self.checked), [], lang)


@dataclass(frozen=True)
class Loaded:
    """A snapshot, new or found to be there already."""

    snapshot: Snapshot
    unchanged: bool
    bank: Bank | None
    """the snapshot on its newest day, as long as somebody has use for it"""

    def notes(self) -> list[str]:
        """Remarks on the load, in the user's language."""
        return [say(key, **values) for key, values in self.snapshot.manifest["notes"]]

    def report(self, lang: Language) -> Path:
        """The file of the quality report."""
        return self.snapshot.path / f"quality.{lang}.html"

    def json(self) -> dict[str, Any]:
        """The object of `guanxi load --json`, but for the store."""
        named = ("nodes", "relationships", "tables", "newest_date", "mode", "notes")
        manifest = {name: self.snapshot.manifest[name] for name in named}
        return {"snapshot": self.snapshot.version, "unchanged": self.unchanged} | manifest


def check_source(request: Request, staging: Path, progress: Progress) -> Report:
    """Check a source; nothing but `staging` is written.

    Raises:
        UserError: the source cannot be read, or lacks a required table or column.
    """
    source = open_source(request.source, request.mapping, staging, progress)
    return Report(check(source, staging / "checked", progress=progress), request.max_reject_rate)


def load_source(home: Home, request: Request, progress: Progress) -> Loaded:
    """Make a snapshot of a source in the home, unless the newest one has the same rows and decisions.

    The caller holds the home.

    Raises:
        UserError: the source cannot be used; no snapshot is made.
    """
    earlier = [Snapshot(path) for path in versions(home.snapshots)]
    with writing_version(home.snapshots) as folder:
        made, bank = _Making(request, folder, progress, earlier, decisions(home)).run()
    if not made:
        return Loaded(earlier[-1], unchanged=True, bank=bank)
    prune(home)
    return Loaded(Snapshot(versions(home.snapshots)[-1]), unchanged=False, bank=bank)


def temporary_snapshot(request: Request, folder: Path, progress: Progress) -> Snapshot:
    """A snapshot outside any home, for a back-test.

    Raises:
        UserError: the source cannot be used.
    """
    _Making(request, folder, progress, []).run()
    return Snapshot(folder)


@dataclass
class _Making:
    """One snapshot in the making."""

    request: Request
    folder: Path
    progress: Progress
    earlier: list[Snapshot]
    decided: pl.DataFrame = field(default_factory=no_decisions)
    base: Snapshot | None = field(init=False)

    def __post_init__(self) -> None:
        self.base = self.earlier[-1] if self.earlier and self.request.mode == "delta" else None

    def run(self) -> tuple[bool, Bank]:
        """Write the snapshot's files, but for a manifest where the newest snapshot has the same rows already.

        Returns:
            Whether it is a new one; the bank on its newest day.
        """
        with tempfile.TemporaryDirectory(prefix=".reading-", dir=self.folder) as staging:
            checked = self._check(Path(staging))
        self._merge(checked)
        nodes, relationships = shape(self._read, self.folder, self.progress, self.decided)
        self.progress.step("load.profiling")
        manifest, snapshot = self._manifest(checked), Snapshot(self.folder)
        day = manifest["newest_date"] or datetime.now(UTC).date()
        digest, bank, _ = side_by_side([
            lambda: _digest(self.folder, self._columns(checked), self.decided),
            lambda: Bank.read(snapshot, day), lambda: self._report(checked),
        ])  # fmt: skip
        if self.earlier and self.earlier[-1].manifest["id"] == digest:
            return False, bank
        self.progress.step("load.facts")
        computed = annotate(snapshot, bank)
        manifest |= {"id": digest, "nodes": nodes, "relationships": relationships | computed}
        write_manifest(self.folder, manifest)
        return True, bank

    def _check(self, staging: Path) -> Checked:
        source = open_source(self.request.source, self.request.mapping, staging, self.progress)
        base = {name: self.base.table(name) for name in self.base.tables()} if self.base else None
        delta = self.base is not None
        checked = check(source, self.folder, base=base, delta=delta, progress=self.progress)
        checked.require(self.request.max_reject_rate)
        return checked

    def _merge(self, checked: Checked) -> None:
        """A delta's tables become those of the base with the delta in them."""
        if not self.base:
            return
        for name in self.base.tables():
            base, file = (place / "tables" / f"{name}.parquet" for place in (self.base.path, self.folder))
            if name in checked.tables:
                merged = file.with_suffix(".merged")
                merge(name, pl.scan_parquet(base), pl.scan_parquet(file)).sink_parquet(merged)
                merged.replace(file)
            else:
                shutil.copyfile(base, file)

    def _columns(self, checked: Checked) -> dict[str, list[str]]:
        """The contract's columns that the source had, or the base of a delta had before it."""
        before = self.base.manifest["tables"] if self.base else {}
        now = {name: found.columns for name, found in checked.tables.items()}
        names = [name for name in TABLES if name in before or name in now]
        return {name: sorted({*now.get(name, []), *before.get(name, {}).get("columns", [])}) for name in names}

    def _read(self, name: str) -> pl.LazyFrame:
        file = self.folder / "tables" / f"{name}.parquet"
        return pl.scan_parquet(file, glob=False) if file.exists() else pl.LazyFrame(schema=schema(name))

    def _report(self, checked: Checked) -> None:
        seen = profile(checked)
        before = [json.loads(file.read_text(encoding="utf-8")) for file in self._earlier_profiles()]
        (self.folder / "quality.json").write_text(json.dumps(seen, ensure_ascii=False, default=str), encoding="utf-8")
        for lang in LANGUAGES:
            (self.folder / f"quality.{lang}.html").write_text(render(seen, before, lang), encoding="utf-8")

    def _earlier_profiles(self) -> list[Path]:
        files = [snapshot.path / "quality.json" for snapshot in self.earlier]
        return [file for file in files if file.exists()]

    def _manifest(self, checked: Checked) -> dict[str, Any]:
        report, columns = checked.json(), self._columns(checked)
        nothing = {"rows": 0, "accepted": 0, "rejected": 0, "rules": {}}
        tables = {name: report["tables"].get(name, nothing) | {"columns": columns[name]} for name in columns}
        return {
            "format": FORMAT,
            "guanxi": version("guanxi"),
            "version": self.folder.name.rpartition("-")[2],
            "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "mode": self.request.mode,
            "base": self.base.version if self.base else None,
            "source": {"location": checked.location, "files": report["files"]},
            "tables": tables,
            "extras": self._extras(),
            "newest_date": _newest_date(self._read, list(columns)),
            "notes": report["notes"],
        }

    def _extras(self) -> dict[str, dict[str, str]]:
        """Carried columns by label, with their types."""
        found: dict[str, dict[str, str]] = {}
        for table in TABLES.values():
            if table.label:
                columns = self._read(table.name).collect_schema()
                found[table.label] = {name: str(columns[name]) for name in columns if name not in table.by_name}
        return {label: names for label, names in found.items() if names}


def _digest(folder: Path, columns: dict[str, list[str]], decided: pl.DataFrame) -> str:
    """A name for what a snapshot says: its graph, its single payments (the graph has their sums), what was decided."""
    parts = [version("guanxi"), json.dumps(columns), decided.sort(decided.columns).write_ndjson()]
    files = [
        *folder.glob("nodes/*.parquet"),
        *folder.glob("relationships/*.parquet"),
        folder / "tables" / "payments.parquet",
    ]
    with duckdb.connect() as connection:
        for file in sorted(file for file in files if file.exists()):
            query = "SELECT count(*), sum(hash(rows)::HUGEINT) FROM read_parquet($file) AS rows"
            parts.append(f"{file.stem}:{connection.execute(query, {'file': str(file)}).fetchall()}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]


def _newest_date(read: Any, names: list[str]) -> date | None:
    """The newest date in the data that is not in the future."""
    newest: list[date] = []
    for name in names:
        columns = [column.name for column in TABLES[name].columns if column.type == "date"]
        columns = [column for column in columns if column not in NOT_OF_THE_DATA]
        if columns:
            past = [pl.col(column).filter(pl.col(column) <= datetime.now(UTC).date()).max() for column in columns]
            newest += [day for day in read(name).select(past).collect().row(0) if day]
    return max(newest, default=None)
