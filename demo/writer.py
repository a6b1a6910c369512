"""Writes tables as Parquet, piece by piece, each under its name only when it is whole."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from demo.dirt import bad_rows


def write(out: Path, table: str, pieces: Iterable[pl.DataFrame]) -> int:
    """Writes `out/TABLE.parquet` and returns its number of rows; bad rows come last, made from the longest piece."""
    unfinished = out / f"{table}.parquet.part"
    writer: pq.ParquetWriter | None = None
    longest, rows = pl.DataFrame(), 0
    for piece in pieces:
        arrow = piece.to_arrow(compat_level=pl.CompatLevel.oldest())
        writer = writer or pq.ParquetWriter(unfinished, arrow.schema, compression="zstd", compression_level=1)
        if len(piece) or not rows:
            writer.write_table(arrow)
        rows += len(piece)
        longest = piece if len(piece) > len(longest) else longest
    if writer is None:
        raise ValueError(table)
    dirt = bad_rows(table, longest)
    if len(dirt):
        writer.write_table(dirt.to_arrow(compat_level=pl.CompatLevel.oldest()))
    writer.close()
    unfinished.replace(out / f"{table}.parquet")
    return rows + len(dirt)
