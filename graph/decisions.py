"""What people decided about opportunities: kept in the home with who and when, so that it survives every `find`.

`decisions.jsonl` is only ever appended to; a row says all that holds for its opportunity from then on, so an undo is
a row with what held before.
"""

import fcntl
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, Literal, get_args

import polars as pl

from graph.home import Home

Status = Literal["open", "accepted", "rejected", "snoozed"]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
KEY: Final = ("kind", "subject_type", "subject_id", "product_id")
"""What an opportunity is about; its id is made of these."""
SCHEMA: Final = {
    "opportunity_id": pl.String(), **dict.fromkeys(KEY, pl.String()), "status": pl.String(), "reason": pl.String(),
    "until": pl.Date(), "assignee": pl.String(), "decided_by": pl.String(), "decided_at": pl.Datetime("us", "UTC"),
}  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """What holds from now on; an `assignee` of none leaves who has it as it is."""

    status: Status | None = None
    """none leaves it as it is"""
    reason: str = ""
    until: date | None = None
    """the day on which a snoozed one is open again"""
    assignee: str | None = None


def decide(home: Home, opportunities: pl.DataFrame, decision: Decision, by: str) -> pl.DataFrame:
    """Decide on all `opportunities` (opportunity_id and `KEY`); returns what held before, for `restore`."""
    before = _held(home, opportunities)
    after = before
    if decision.status is not None:
        said = [pl.lit(decision.status).alias("status"), pl.lit(decision.reason).alias("reason")]
        after = after.with_columns(*said, pl.lit(decision.until, pl.Date()).alias("until"))
    if decision.assignee is not None:
        after = after.with_columns(assignee=pl.lit(decision.assignee))
    _append(home, after, by)
    return before


def restore(home: Home, before: pl.DataFrame, by: str) -> None:
    """Undo: let `before`, as `decide` returned it, hold again."""
    _append(home, before, by)


@dataclass(frozen=True)
class Decided:
    """What was decided up to one moment: the same moment is the same value, for those who keep what follows from it."""

    home: Home
    size: int = 0
    changed: int = 0

    def rows(self) -> pl.DataFrame:
        """What holds for each opportunity that anybody ever decided on, with `SCHEMA`."""
        return _read(self.home, self.size, self.changed) if self.size else pl.DataFrame(schema=SCHEMA)


def until_now(home: Home) -> Decided:
    """All that was decided."""
    if not home.decisions.exists():
        return Decided(home)
    said = home.decisions.stat()
    return Decided(home, said.st_size, said.st_mtime_ns)


def decisions(home: Home) -> pl.DataFrame:
    """What holds now for each opportunity that anybody ever decided on, with `SCHEMA`."""
    return until_now(home).rows()


def on(decided: pl.DataFrame, day: date) -> pl.DataFrame:
    """`decided` as it holds on a day: a snoozed opportunity is open again from its own day on."""
    over = (pl.col("status") == "snoozed") & (pl.col("until") <= day)
    return decided.with_columns(
        status=pl.when(over).then(pl.lit("open")).otherwise("status"),
        reason=pl.when(over).then(pl.lit("")).otherwise("reason"),
        until=pl.when(over).then(None).otherwise("until"),
    )


def withheld(home: Home, day: date) -> pl.DataFrame:
    """`KEY` of the opportunities that no export of that day shall hold: rejected, or snoozed until later."""
    return on(decisions(home), day).filter(pl.col("status").is_in(["rejected", "snoozed"])).select(KEY)


@lru_cache(maxsize=4)
def _read(home: Home, size: int, _changed: int) -> pl.DataFrame:
    with home.decisions.open("rb") as file:
        text = file.read(size)
    if not text.strip():
        return pl.DataFrame(schema=SCHEMA)
    dates = {"until": pl.String(), "decided_at": pl.String()}
    rows = pl.read_ndjson(text, schema=SCHEMA | dates).with_columns(
        pl.col("until").str.to_date(), pl.col("decided_at").str.to_datetime(time_unit="us", time_zone="UTC")
    )
    return rows.unique("opportunity_id", keep="last", maintain_order=True)


def history(home: Home, opportunity_id: str) -> pl.DataFrame:
    """Every decision about one opportunity, oldest first."""
    if not home.decisions.exists():
        return pl.DataFrame(schema=SCHEMA)
    dates = {"until": pl.String(), "decided_at": pl.String()}
    rows = pl.scan_ndjson(home.decisions, schema=SCHEMA | dates).filter(opportunity_id=opportunity_id).collect()
    return rows.with_columns(
        pl.col("until").str.to_date(), pl.col("decided_at").str.to_datetime(time_unit="us", time_zone="UTC")
    )


def _held(home: Home, opportunities: pl.DataFrame) -> pl.DataFrame:
    keys = opportunities.select("opportunity_id", *KEY).unique("opportunity_id", maintain_order=True)
    known = decisions(home).select("opportunity_id", "status", "reason", "until", "assignee")
    held = keys.join(known, on="opportunity_id", how="left", maintain_order="left")
    return held.with_columns(pl.col("status").fill_null("open"), pl.col("reason").fill_null(""))


def _append(home: Home, rows: pl.DataFrame, by: str) -> None:
    said = rows.with_columns(decided_by=pl.lit(by), decided_at=pl.lit(datetime.now(UTC)))
    lines = said.select([pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()]).write_ndjson()
    handle = os.open(home.decisions, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())


__all__: Sequence[str] = (
    "KEY", "SCHEMA", "STATUSES", "Decided", "Decision", "Status", "decide", "decisions", "history", "on",
    "restore", "until_now", "withheld",
)  # fmt: skip
