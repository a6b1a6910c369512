"""The audit log: who read or exported what, when, and what came of it; one JSON object a line, only ever appended.

JR/T 0171-2020 asks for date, user, subject, purpose, event and result, kept at least three years.
"""

import fcntl
import getpass
import json
import os
from datetime import UTC, datetime
from typing import Any

from graph.home import Home


def record(home: Home, event: str, subject: str, *, purpose: str = "", user: str | None = None, **result: Any) -> None:
    """Append one event.

    Args:
        home: whose log it is.
        event: what was done, e.g. `export`.
        subject: to which data, e.g. a file or a query's name; never personal data in clear.
        purpose: what for, where the user said so.
        user: who it was; by default whose process this is.
        result: what came of it, e.g. `rows=10, unmasked=False`.
    """
    entry = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "user": user or getpass.getuser(),
        "event": event,
        "subject": subject,
        "purpose": purpose,
        "result": result,
    }
    handle = os.open(home.path / "audit.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(json.dumps(entry, ensure_ascii=False, default=str) + "\n")
        file.flush()
        os.fsync(file.fileno())
