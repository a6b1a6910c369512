"""Node keys as small integers, so that relationships are joined, grouped and sorted by number rather than by text."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from graph.model import NODES
from graph.snapshot import ENDS


@dataclass(frozen=True)
class NodeCodes:
    """Every node's code; codes ascend with label and key, so that sorting by code is sorting by `ENDS`.

    `codes`: label, id, code.
    """

    codes: pl.LazyFrame

    @classmethod
    def of(cls, folder: Path) -> "NodeCodes":
        """The keys of the node tables in a snapshot's folder."""
        labels = sorted(label for label in NODES if (folder / "nodes" / f"{label}.parquet").exists())
        tables = [
            pl.scan_parquet(folder / "nodes" / f"{label}.parquet", glob=False).select(
                pl.lit(label).alias("label"), pl.col(NODES[label].key).alias("id")
            )
            for label in labels
        ]  # each is sorted by its key already
        return cls(pl.concat(tables).with_row_index("code").collect().lazy())

    def encode(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """`from` and `to` in place of `ENDS`; rows with an end that is no node are left out."""
        for side in ("from", "to"):
            known = self.codes.select(_one_text("label", "id").alias("_key"), pl.col("code").alias(side))
            key = _one_text(f"{side}_label", f"{side}_id").alias("_key")
            frame = frame.with_columns(key).join(known, on="_key").drop("_key", f"{side}_label", f"{side}_id")
        return frame

    def decode(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """`ENDS` in place of `from` and `to`, in the same order of rows."""
        for side in ("from", "to"):
            named = self.codes.rename({"label": f"{side}_label", "id": f"{side}_id", "code": side})
            frame = frame.join(named, on=side, how="left", maintain_order="left").drop(side)
        return frame.select(*ENDS, pl.all().exclude(ENDS))


def _one_text(label: str, key: str) -> pl.Expr:
    """Joining by one text is much faster than by two columns."""
    return pl.concat_str(pl.col(label), pl.col(key), separator="\x1f")
