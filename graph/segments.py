"""Saved segments: filters of opportunities with a name, kept in the home for all its users."""

import fcntl
import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from graph.home import Home

LONGEST_NAME: Final = 60


def segments(home: Home) -> dict[str, dict[str, Any]]:
    """`{"filter", "saved_by", "saved_at"}` by name, in the order of the names."""
    if not home.segments.exists():
        return {}
    found: dict[str, dict[str, Any]] = json.loads(home.segments.read_text(encoding="utf-8"))
    return dict(sorted(found.items()))


def save_segment(home: Home, name: str, filter_text: str, by: str) -> None:
    """Keep a filter under a name; the one that had it is replaced."""
    with _changing(home) as found:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        found[name.strip()[:LONGEST_NAME]] = {"filter": filter_text, "saved_by": by, "saved_at": at}


def remove_segment(home: Home, name: str) -> None:
    """Forget a segment."""
    with _changing(home) as found:
        found.pop(name, None)


@contextmanager
def _changing(home: Home) -> Generator[dict[str, dict[str, Any]]]:
    """All segments, written back when the block ends well; one writer at a time."""
    with (home.path / "segments.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = segments(home)
        yield found
        temporary = home.segments.with_suffix(f".writing-{os.getpid()}")
        temporary.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
        temporary.replace(home.segments)
