"""What people decided about links: confirmed or rejected, by whom and when. Kept in the home, so it outlives loads.

A rejected pair is never linked again, neither straight nor through a third record; loads see to that.
"""

from datetime import UTC, datetime
from typing import Final

import polars as pl

from graph.home import Home
from graph.model import PARTIES
from graph.snapshot import Snapshot

SCHEMA: Final = {
    "from_label": pl.String(), "from_id": pl.String(), "to_label": pl.String(), "to_id": pl.String(),
    "confirmed": pl.Boolean(), "decided_by": pl.String(), "decided_at": pl.Datetime("us", "UTC"),
}  # fmt: skip
PAIR: Final = ("from_label", "from_id", "to_label", "to_id")
MAY_BE_ONE: Final = (
    ("Customer", "Customer"), ("Employee", "Customer"), ("Employee", "Employee"), ("Counterparty", "Company"),
    ("Counterparty", "Customer"), ("Counterparty", "Employee"),
)  # fmt: skip
"""The labels of a pair, the one that stands later in `PARTIES` first."""


def decide(home: Home, pair: tuple[str, str, str, str], *, confirmed: bool | None, by: str) -> None:
    """Add a decision about a pair (from_label, from_id, to_label, to_id), in either order; the latest one counts.

    None takes an earlier one back. It takes effect at the next load. The caller holds the home.

    Raises:
        ValueError: records of these labels are never one.
    """
    ordered = _ordered(pair)
    if (ordered[0], ordered[2]) not in MAY_BE_ONE or ordered[:2] == ordered[2:]:
        raise ValueError(f"no pair of records that may be one: {pair}")
    row = dict(zip(PAIR, ordered, strict=True)) | {"confirmed": confirmed, "decided_by": by}
    new = pl.DataFrame([row | {"decided_at": datetime.now(UTC)}], schema=SCHEMA)
    with home.identity_decisions.open("a", encoding="utf-8") as handle:
        handle.write(new.write_ndjson())


def _ordered(pair: tuple[str, str, str, str]) -> tuple[str, str, str, str]:
    """The later record first, as links point."""
    one, other = pair[:2], pair[2:]
    places = {label: place for place, label in enumerate(PARTIES)}
    earlier = (places.get(one[0], len(places)), one[1]) < (places.get(other[0], len(places)), other[1])
    return (*other, *one) if earlier else pair


def decisions(home: Home) -> pl.DataFrame:
    """The latest decision about each pair; nothing about a pair whose decision was taken back."""
    file = home.identity_decisions
    if not file.exists():
        return no_decisions()
    kept = pl.read_ndjson(file, schema=SCHEMA | {"decided_at": pl.String()})
    kept = kept.with_columns(pl.col("decided_at").str.to_datetime(time_unit="us", time_zone="UTC"))
    latest = kept.sort("decided_at", maintain_order=True).unique(PAIR, keep="last", maintain_order=True)
    return latest.filter(pl.col("confirmed").is_not_null())


def no_decisions() -> pl.DataFrame:
    """Nobody decided anything."""
    return pl.DataFrame(schema=SCHEMA)


def to_review(snapshot: Snapshot, decided: pl.DataFrame) -> pl.DataFrame:
    """The pairs of a snapshot that may or may not be one, the likeliest first, with what was decided since.

    Args:
        snapshot: the newest one.
        decided: what `decisions` gives.

    Returns:
        from_label, from_id, to_label, to_id, probability, evidence (JSON: log2 of the prior odds and of what each
        comparison adds), confirmed, decided_by, decided_at (null where nobody decided).
    """
    pairs = pl.read_parquet(snapshot.path / "identity" / "review.parquet")
    return pairs.join(decided, on=PAIR, how="left", maintain_order="left")
