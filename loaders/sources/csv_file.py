"""A CSV file, staged once as Parquet of strings with the physical line of every row.

Arrow reads it in one stream, so memory is bounded and everything after is columnar. (DuckDB's reader gives no
line numbers, and its dialect sniffer loses all rows of a file with a byte order mark and CRLF.)
"""

import csv
import io
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

from loaders.sources.encoding import Text, examine, open_bytes
from loaders.sources.source import FILE, LINE
from texts import UserError

_BLOCK: Final = 16 << 20
"""Bytes read at once, and the longest row there may be."""
_HEADER: Final = 1 << 20


def stage(file: Path, name: str, target: Path) -> Text:
    """Write the rows of a CSV file (`.gz`, `.zst` too) to the Parquet file `target`, every cell a string.

    An empty cell is null. `LINE` counts line breaks in quoted cells and blank lines, which are no rows.

    Raises:
        UserError: not readable, a row with too many or too few cells (said with its line), a quote that never
            ends, column names that occur twice.
    """
    text = examine(file, name)
    if text.empty:
        raise UserError("source.empty_file", file=name)
    header = _header(file, name, text)
    staging = _Staging(name, header, text)
    try:
        with _open(file, text) as stream, pq.ParquetWriter(target, staging.schema, compression="lz4") as writer:
            for batch in _reader(stream, staging):
                writer.write_table(staging.numbered(batch))
    except pa.ArrowInvalid as fault:
        key = "source.long_row" if "straddling" in str(fault) else "source.malformed_csv"
        raise UserError(key, file=name, line=staging.next_line, reason=fault, most=_BLOCK >> 20) from fault
    staging.finish()
    return text


def _open(file: Path, text: Text) -> Any:
    stream = open_bytes(file)
    return stream if text.encoding == "utf-8" else pa.transcoding_input_stream(stream, text.encoding, "utf-8")


def _header(file: Path, name: str, text: Text) -> list[str]:
    with _open(file, text) as stream:
        start = stream.read(_HEADER).decode("utf-8-sig", errors="ignore")
    try:
        cells = next(csv.reader(io.StringIO(start, newline=""), strict=True))
    except csv.Error as fault:
        raise UserError("source.malformed_csv", file=name, line=1, reason=fault) from fault
    names = [cell.replace("\0", "").strip() or f"column_{place}" for place, cell in enumerate(cells, 1)]
    if not names:
        raise UserError("source.malformed_csv", file=name, line=1, reason="no column names")
    if twice := sorted({column for column in names if names.count(column) > 1}):
        raise UserError("source.duplicate_columns", file=name, columns=", ".join(twice))
    return [{FILE: f"x{FILE}", LINE: f"x{LINE}"}.get(column, column) for column in names]


@dataclass
class _Staging:
    """Numbers the rows of one file as they come by; rows are counted as records, the header is record 1."""

    name: str
    header: list[str]
    text: Text
    end: str = field(default_factory=lambda: f"end-{uuid.uuid4().hex}")
    records: int = 0
    breaks: int = 0
    ragged: tuple[int, int] | None = None
    ended: bool = False
    last: pl.DataFrame = field(default_factory=pl.DataFrame)

    @property
    def schema(self) -> pa.Schema:
        """The columns of the staged file."""
        cells = [pa.field(str(place), pa.large_string()) for place in range(len(self.header))]
        named = [field.with_name(name) for field, name in zip(cells, self.header, strict=True)]
        return pa.schema([*named, pa.field(LINE, pa.int64())])

    @property
    def next_line(self) -> int:
        """The physical line after what has been read."""
        return self.records + self.breaks + 1

    @property
    def last_row(self) -> bytes:
        """A row to put after the file: a quote left open swallows it, and so is found out."""
        newline = b"" if self.text.ends_with_newline else b"\n"
        return newline + self.end.encode() + b"," * (len(self.header) - 1) + b"\n"

    def refuse(self, row: Any) -> str:
        """Arrow's handler of ragged rows: remember the first one, unless an open quote made it so."""
        if self.end not in row.text:
            self.ragged = self.ragged or (row.number, row.actual_columns)
        return "skip"

    def numbered(self, batch: pa.RecordBatch) -> pa.Table:
        """The batch under its column names, with `LINE`, without header, blank lines and the row at the end."""
        frame = pl.DataFrame(pa.table(batch)).rename(dict(zip(batch.schema.names, self.header, strict=True)))
        cells = pl.all().str.count_matches("\n", literal=True) if self.text.quotes else pl.lit(0)
        breaks = frame.select(pl.sum_horizontal(cells).fill_null(0).cast(pl.Int64).alias("n")).to_series()
        breaks = breaks if len(breaks) == len(frame) else breaks.new_from_index(0, len(frame))
        self._check_ragged(breaks)
        lines = pl.int_range(self.next_line, self.next_line + len(frame), eager=True) + breaks.cum_sum() - breaks
        frame = frame.with_columns(lines.alias(LINE))
        kept = frame.slice(0 if self.records else 1).filter(pl.col(self.header[0]).ne_missing(self.end))
        self.ended = self.ended or self.end in frame[self.header[0]].tail(1)
        self.last = frame.tail(1)
        self.records += len(frame)
        self.breaks += int(breaks.sum())
        if self.text.blank_lines:
            kept = kept.filter(pl.any_horizontal(pl.col(self.header).is_not_null()))
        return kept.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(self.schema)

    def _check_ragged(self, breaks: pl.Series) -> None:
        if self.ragged and self.ragged[0] - 1 - self.records <= len(breaks):
            record, cells = self.ragged
            line = record + self.breaks + int(breaks.head(max(0, record - 1 - self.records)).sum())
            raise UserError("source.ragged_row", file=self.name, line=line, found=cells, expected=len(self.header))

    def finish(self) -> None:
        """All was read.

        Raises:
            UserError: a ragged row or an open quote in the last rows.
        """
        if self.ragged:
            self.records = max(self.records, self.ragged[0] - 1)
            self._check_ragged(pl.Series([0]))
        if not self.ended:
            raise UserError("source.open_quote", file=self.name, line=self._open_row())

    def _open_row(self) -> int:
        """The line of the row that swallowed the one at the end; where it was ragged too, it is in no batch."""
        cells = self.last.row(0)[:-1] if len(self.last) else ()
        swallowed = any(self.end in (cell or "") for cell in cells)
        return int(self.last[LINE][0]) if swallowed else self.next_line


class _Closed(io.RawIOBase):
    """A stream with more bytes after its end."""

    def __init__(self, stream: Any, last: bytes) -> None:
        super().__init__()
        self._stream, self._last = stream, last

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        block = self._stream.read(size if size >= 0 else None)
        if not block:
            block, self._last = self._last, b""
        return block


def _reader(stream: Any, staging: _Staging) -> Any:
    # The header is read as a row: its names are known, and record numbers then need no correction.
    names = [str(place) for place in range(len(staging.header))]
    return arrow_csv.open_csv(
        pa.PythonFile(_Closed(stream, staging.last_row), mode="r"),
        arrow_csv.ReadOptions(use_threads=False, block_size=_BLOCK, column_names=names),
        arrow_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=staging.refuse),
        arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )
