"""The check of one table: one pass over its rows, then what only all of them together can tell."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from loaders import carried, parse, references
from loaders.contract import POLARS_TYPES, Table
from loaders.references import ROW, Keys
from loaders.rejects import FAULT, Fault, rejected, write_rejects
from loaders.sources.source import FILE, LINE, Note
from texts import UserError

PRECEDENCE: Final = (
    "missing_key",
    "unreadable_value",
    "unknown_value",
    "out_of_range",
    "dangling_reference",
    "duplicate_key",
)
"""Of several rules that a row breaks, the first is said."""
_VALUE: Final = "_value_"
_COMPRESSION: Final = "zstd"


@dataclass(frozen=True)
class TableCheck:
    """The outcome for one table: `columns` of the contract that the source had, `extras` carried (name: type)."""

    rows: int
    accepted: int
    rejected: int
    rules: dict[str, int]
    columns: list[str]
    extras: dict[str, str]

    @property
    def rate(self) -> float:
        """The share of rejected rows."""
        return self.rejected / self.rows if self.rows else 0.0


@dataclass
class TableRun:
    """The check of one table."""

    table: Table
    frame: pl.LazyFrame
    keys: Keys
    folder: Path
    notes: list[Note]

    def __post_init__(self) -> None:
        schema = self.frame.collect_schema()
        self._require_columns(schema.names())
        present = [column for column in self.table.columns if column.name in schema]
        self.cells = [parse.cell(column, schema[column.name]) for column in present]
        others = {name: dtype for name, dtype in schema.items() if name not in (*self.table.by_name, FILE, LINE)}
        self.extras = carried.columns(self.table, others, self.notes)
        self.texts = [cell.text.alias(cell.column.name) for cell in self.cells]
        self.texts += [text for name, dtype in others.items() if (text := carried.text(name, dtype)) is not None]
        self.faults: list[Fault] = []
        self._present = [cell.column.name for cell in self.cells]

    def _require_columns(self, found: list[str]) -> None:
        lacking = [column.name for column in self.table.columns if column.required and column.name not in found]
        if lacking:
            names = ", ".join(name for name in found if name not in (FILE, LINE))
            raise UserError("check.missing_column", table=self.table.name, columns=", ".join(lacking), found=names)

    def run(self) -> TableCheck:
        """Write the accepted rows and the rejected ones; the counts."""
        rows = self._judged()
        accepted, bad = rows.filter(pl.col(FAULT).is_null()), rows.filter(pl.col(FAULT).is_not_null())
        sinks = [
            accepted.select(self._accepted()).sink_parquet(self._accepted_file, compression=_COMPRESSION, lazy=True),
            bad.select(FILE, LINE, FAULT, *self.texts).sink_parquet(self._work("rejects"), lazy=True),
        ]
        if self.table.key:
            sinks.append(accepted.select(self._identity()).sink_parquet(self._work("keys"), lazy=True))
        pl.collect_all(sinks, engine="streaming")
        reports = [rejected(pl.scan_parquet(self._work("rejects")), self.table.name, self.faults)]
        if self.table.key:
            reports += self._settle()
        return self._outcome(reports)

    def _judged(self) -> pl.LazyFrame:
        """The source's rows with their parsed values, the extras, and the number of their first fault."""
        rows = self.frame.with_row_index(ROW)
        broken = [(Fault("missing_key", cell.column.name), ~cell.given) for cell in self.cells if cell.column.required]
        broken += [(Fault(rule, cell.column.name), expr) for cell in self.cells for rule, expr in cell.faults.items()]
        broken += self._dangling(rows)
        broken.sort(key=lambda pair: PRECEDENCE.index(pair[0].rule))  # stable: within a rule by column
        self.faults = [fault for fault, _ in broken]
        found = [pl.when(expr).then(pl.lit(number, pl.Int16)) for number, (_, expr) in enumerate(broken)]
        return rows.with_columns(
            *(cell.value.alias(_VALUE + cell.column.name) for cell in self.cells),
            *(expr.alias(_VALUE + name) for name, expr in self.extras.items()),
            pl.coalesce(found or [pl.lit(None, pl.Int16)]).alias(FAULT),
        )

    def _dangling(self, rows: pl.LazyFrame) -> list[tuple[Fault, pl.Expr]]:
        present = [ref for ref in references.references(self.table) if ref.column.name in self._present]
        values = rows.select(ROW, *(cell.value.alias(cell.column.name) for cell in self.cells))
        frames = [references.dangling(values, reference, self.keys) for reference in present]
        found = zip(present, pl.collect_all(frames, engine="streaming"), strict=True)
        return [
            (Fault("dangling_reference", reference.column.name), pl.col(ROW).is_in(numbers[ROW].implode()))
            for reference, numbers in found
            if len(numbers)
        ]

    def _accepted(self) -> list[pl.Expr]:
        named = [
            (pl.col(_VALUE + column.name) if column.name in self._present else pl.lit(None))
            .cast(POLARS_TYPES[column.type])
            .alias(column.name)
            for column in self.table.columns
        ]
        return named + [pl.col(_VALUE + name).alias(name) for name in self.extras]

    def _identity(self) -> list[pl.Expr]:
        """What settling duplicates and references of the table to itself needs."""
        own = references.self_reference(self.table)
        names = [name for name in (self.table.key, own) if name in self._present]
        return [pl.col(FILE), pl.col(LINE), *(pl.col(_VALUE + name).alias(name) for name in names)]

    def _settle(self) -> list[pl.LazyFrame]:
        """Take out of the accepted rows those that dangle within the table, and all but the first of each key."""
        key, own = self.table.key, references.self_reference(self.table)
        names = [name for name in (key, own) if name in self._present]
        rows = pl.read_parquet(self._work("keys"), columns=names).with_row_index(ROW)
        out: list[pl.DataFrame] = []
        if own in names:
            dangles = references.dangling_in_itself(rows, key, own, self._base_keys())
            out.append(self._faulty(rows.filter(dangles), Fault("dangling_reference", own)))
            rows = rows.filter(~dangles)
        out.append(self._faulty(rows.filter(~pl.col(key).is_first_distinct()), Fault("duplicate_key", key)))
        found = pl.concat(out).sort(ROW)
        return [self._taken_out(found)] if len(found) else []

    def _base_keys(self) -> pl.Series:
        base = self.keys.base.get(self.table.name)
        return pl.Series([], dtype=pl.String) if base is None else base.select(self.table.key).collect().to_series()

    def _faulty(self, rows: pl.DataFrame, fault: Fault) -> pl.DataFrame:
        self.faults.append(fault)
        return rows.select(ROW, pl.lit(len(self.faults) - 1, pl.Int16).alias(FAULT))

    def _taken_out(self, found: pl.DataFrame) -> pl.LazyFrame:
        """Write the accepted rows again without those `found`; the report on these."""
        accepted = pl.scan_parquet(self._accepted_file, glob=False).with_row_index(ROW)
        places = pl.scan_parquet(self._work("keys"), glob=False).select(FILE, LINE).with_row_index(ROW)
        cells = [pl.col(name).cast(pl.String) for name in (*self._present, *self.extras)]
        rows = found.lazy().join(places, on=ROW).join(accepted, on=ROW).select(FILE, LINE, FAULT, *cells)
        report = rejected(rows.collect(engine="streaming").lazy(), self.table.name, self.faults)
        rest = accepted.join(found.lazy(), on=ROW, how="anti", maintain_order="left").drop(ROW)
        rest.sink_parquet(self._work("rest"), compression=_COMPRESSION)
        self._work("rest").replace(self._accepted_file)
        return report

    def _outcome(self, reports: list[pl.LazyFrame]) -> TableCheck:
        rules = write_rejects(reports, self.folder / "rejects", self.table.name)
        table = pl.scan_parquet(self._accepted_file, glob=False)
        accepted, bad = table.select(pl.len()).collect().item(), sum(rules.values())
        for target, rows in references.absent(self.table, table, self.keys).items():
            values = {"table": self.table.name, "rows": rows, "absent": target}
            self.notes.append(("check.absent_table", values))
        schema = table.collect_schema()
        extras = {name: str(schema[name]) for name in self.extras}
        return TableCheck(accepted + bad, accepted, bad, rules, list(self._present), extras)

    def _work(self, name: str) -> Path:
        return self.folder / "work" / f"{self.table.name}.{name}.parquet"

    @property
    def _accepted_file(self) -> Path:
        return self.folder / "tables" / f"{self.table.name}.parquet"
