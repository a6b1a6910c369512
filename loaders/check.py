"""Check a source against the contract: what fits is written typed, what does not is rejected, row by row.

    source  = open_source(location, mapping_file, staging)            # loaders.sources
    checked = check(source, folder, base={...}, delta=False, progress=progress)
    checked.require(max_reject_rate)                                  # UserError where too much was rejected
    checked.table("customers")                                        # LazyFrame: every contract column, typed

`folder` gets `tables/TABLE.parquet` and `rejects/TABLE.parquet`, `.csv`. `base` holds, for a delta, the tables of the
earlier snapshot (any frames with the key columns). `checked.json()` is what `guanxi check --json` prints.

A row is rejected for one rule only, the first of: missing_key, unreadable_value, unknown_value, out_of_range,
dangling_reference, duplicate_key; within a rule for the first column in the contract's order. Of rows with one key
the first good one in source order stands.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl

from loaders.contract import TABLES
from loaders.references import Keys
from loaders.sources.source import Note, Source
from loaders.table_check import TableCheck, TableRun
from texts import UserError
from texts.progress import Progress, Silent

MAX_REJECT_RATE: Final = 0.05


@dataclass
class Checked:
    """A checked source; `folder` holds `tables/` and `rejects/`."""

    folder: Path
    location: str
    files: list[dict[str, Any]]
    tables: dict[str, TableCheck] = field(default_factory=dict[str, TableCheck])
    notes: list[Note] = field(default_factory=list[Note])

    def table(self, name: str) -> pl.LazyFrame:
        """The accepted rows of a table: every contract column (null where the source lacks it), then the carried.

        Raises:
            KeyError: the source has no such table.
        """
        self.tables[name]
        return pl.scan_parquet(self.folder / "tables" / f"{name}.parquet", glob=False)

    def rejects(self, name: str) -> pl.LazyFrame:
        """The rejected rows of a table, with the columns of `loaders.rejects.SCHEMA`."""
        return pl.scan_parquet(self.folder / "rejects" / f"{name}.parquet", glob=False)

    def worst(self, max_reject_rate: float = MAX_REJECT_RATE) -> str:
        """The table with most rejects for its rows; one that is wrong itself before those that only refer to it."""

        def rank(name: str) -> tuple[bool, float]:
            table = self.tables[name]
            own = table.rejected - table.rules.get("dangling_reference", 0)
            return own > max_reject_rate * table.rows, table.rate

        return max(self.tables, key=rank)

    def ok(self, max_reject_rate: float = MAX_REJECT_RATE) -> bool:
        """Whether no table has more rejects than allowed."""
        return all(table.rate <= max_reject_rate for table in self.tables.values())

    def require(self, max_reject_rate: float = MAX_REJECT_RATE) -> None:
        """Stop here where a table has too many rejects.

        Raises:
            UserError: naming the table, the rate and its commonest rule.
        """
        if self.ok(max_reject_rate):
            return
        name = self.worst(max_reject_rate)
        rules = self.tables[name].rules
        rule = max(rules, key=lambda rule: (rules[rule], rule))
        raise UserError(
            "check.too_many_rejects",
            table=name,
            rate=f"{self.tables[name].rate:.1%}",
            allowed=f"{max_reject_rate:.1%}",
            rejected=self.tables[name].rejected,
            rows=self.tables[name].rows,
            rule=rule,
            times=rules[rule],
        )

    def json(self, max_reject_rate: float = MAX_REJECT_RATE) -> dict[str, Any]:
        """What `guanxi check --json` prints."""
        tables = {
            name: {"rows": found.rows, "accepted": found.accepted, "rejected": found.rejected, "rules": found.rules,
                   "columns": found.columns, "extras": found.extras}
            for name, found in self.tables.items()
        }  # fmt: skip
        notes = [[key, values] for key, values in self.notes]
        return {"ok": self.ok(max_reject_rate), "tables": tables, "files": self.files, "notes": notes}


def check(
    source: Source,
    folder: Path,
    *,
    base: Mapping[str, pl.LazyFrame] | None = None,
    delta: bool = False,
    progress: Progress | None = None,
) -> Checked:
    """Check every table of a source; how many rejects are too many is the caller's business (`Checked.require`).

    Args:
        source: from `open_source`.
        folder: gets `tables/` and `rejects/`; what they held before is removed.
        base: with `delta`, the tables that the delta comes on top of.
        delta: required tables may be absent.
        progress: told each table.

    Raises:
        UserError: a required table or column is missing, or a file turns out to be unreadable.
    """
    _check_tables(source, delta=delta)
    for name in ("tables", "rejects", "work"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)
    checked = Checked(folder, source.location, source.files, notes=list(source.notes))
    keys = Keys(folder / "tables", base or {})
    for name, frame in source.tables.items():  # in the contract's order: what a row refers to was checked before it
        (progress or Silent()).step("check.table", None, table=name)
        try:
            checked.tables[name] = TableRun(TABLES[name], frame, keys, folder, checked.notes).run()
        except pl.exceptions.ComputeError as fault:
            if "No space left" in str(fault):
                raise UserError("errors.disk_full", reason="No space left on device") from fault
            raise UserError("check.unreadable_table", table=name, reason=str(fault).split("\n")[0]) from fault
    shutil.rmtree(folder / "work")
    return checked


def _check_tables(source: Source, *, delta: bool) -> None:
    if not source.tables:
        raise UserError("check.no_tables", source=source.location, known=", ".join(TABLES))
    for table in TABLES.values():
        if table.required and not delta and table.name not in source.tables:
            found = ", ".join(source.tables)
            raise UserError("check.missing_table", source=source.location, table=table.name, found=found)
