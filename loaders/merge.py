"""A delta merged into the unified tables of an earlier snapshot: what it names is replaced, the rest stays."""

from typing import Final

import polars as pl

from loaders.contract import TABLES

_REPLACED_BY: Final = {
    "holdings": ("holder_type", "holder_id", "product_id", "opened_on"),
    "relations": ("from_type", "from_id", "to_type", "to_id", "kind"),
    "contacts": ("campaign_id", "customer_id", "contacted_on"),
    "refusals": ("customer_id", "channel", "refused_on"),
}
"""What makes two rows the same fact where a table has no key. Payments have no such columns: see `_appended`."""


def merge(table: str, base: pl.LazyFrame, delta: pl.LazyFrame) -> pl.LazyFrame:
    """The rows of `base` with those of `delta` in place of, or beside, them.

    Merging the same delta twice gives the same rows as merging it once.
    """
    key = (TABLES[table].key,) if TABLES[table].key else _REPLACED_BY.get(table)
    if key is None:
        return _appended(base, delta)
    kept = base.join(delta, on=list(key), how="anti", nulls_equal=True)
    return pl.concat([kept, delta], how="diagonal_relaxed")


def _appended(base: pl.LazyFrame, delta: pl.LazyFrame) -> pl.LazyFrame:
    """Events: as many copies of each row as the side that has more of it, so that a delta sent twice counts once."""
    columns = delta.collect_schema().names()
    known = base.join(delta, on=columns, how="semi", nulls_equal=True).group_by(columns).agg(known=pl.len())
    sent = delta.group_by(columns).agg(sent=pl.len())
    missing = sent.join(known, on=columns, how="left", nulls_equal=True).with_columns(
        copies=pl.col("sent").cast(pl.Int64) - pl.col("known").fill_null(0).cast(pl.Int64)
    )
    new = missing.filter(pl.col("copies") > 0).select(pl.col(columns).repeat_by("copies")).explode(columns)
    return pl.concat([base, new], how="diagonal_relaxed")
