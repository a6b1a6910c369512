"""What people decided about links: confirmed or rejected, by whom and when. Kept in the home, so it outlives loads."""

from datetime import UTC, datetime
from typing import Final

import polars as pl

from graph.home import Home

SCHEMA: Final = {
    "from_label": pl.String(), "from_id": pl.String(), "to_label": pl.String(), "to_id": pl.String(),
    "confirmed": pl.Boolean(), "decided_by": pl.String(), "decided_at": pl.Datetime("us", "UTC"),
}  # fmt: skip
_PAIR: Final = ["from_label", "from_id", "to_label", "to_id"]


def decide(home: Home, pair: tuple[str, str, str, str], *, confirmed: bool, by: str) -> None:
    """Add a decision about a pair (from_label, from_id, to_label, to_id); the latest one counts.

    It takes effect at the next load. The caller holds the home.
    """
    row = dict(zip(_PAIR, pair, strict=True)) | {"confirmed": confirmed, "decided_by": by}
    new = pl.DataFrame([row | {"decided_at": datetime.now(UTC)}], schema=SCHEMA)
    file = home.identity_decisions
    with file.open("a", encoding="utf-8") as handle:
        handle.write(new.write_ndjson())


def decisions(home: Home) -> pl.DataFrame:
    """The latest decision about each pair."""
    file = home.identity_decisions
    if not file.exists():
        return no_decisions()
    kept = pl.read_ndjson(file, schema=SCHEMA | {"decided_at": pl.String()})
    kept = kept.with_columns(pl.col("decided_at").str.to_datetime(time_unit="us", time_zone="UTC"))
    return kept.sort("decided_at", maintain_order=True).unique(_PAIR, keep="last", maintain_order=True)


def no_decisions() -> pl.DataFrame:
    """Nobody decided anything."""
    return pl.DataFrame(schema=SCHEMA)
