"""The home: one folder with settings, snapshots, findings, the local store and the audit log."""

import fcntl
import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from texts import UserError

FORMAT: Final = 1


@dataclass(frozen=True)
class Home:
    """The folders of one home; `Home.open` makes them."""

    path: Path

    @classmethod
    def open(cls, path: Path) -> "Home":
        """The home at `path`, made where it is absent.

        Raises:
            UserError: it cannot be written, or a newer guanxi wrote it.
        """
        home = cls(path.expanduser().absolute())
        try:
            home.path.mkdir(parents=True, exist_ok=True)
            home._check_format()
            for folder in (home.snapshots, home.findings):
                folder.mkdir(exist_ok=True)
            if not os.access(home.path, os.W_OK | os.X_OK):
                raise PermissionError("no permission")
        except OSError as fault:
            raise UserError("errors.home_unwritable", home=home.path, reason=fault.strerror or fault) from fault
        return home

    @property
    def snapshots(self) -> Path:
        """Versions of the graph tables."""
        return self.path / "snapshots"

    @property
    def findings(self) -> Path:
        """What `find` found, a folder per run."""
        return self.path / "findings"

    @property
    def store(self) -> Path:
        """The local Neo4j server: its configuration, data and password."""
        return self.path / "store"

    @property
    def identity_decisions(self) -> Path:
        """Who confirmed or rejected which link between records, one JSON object a line."""
        return self.path / "identity-decisions.jsonl"

    @property
    def decisions(self) -> Path:
        """Who accepted, rejected, snoozed or assigned which opportunity, one JSON object a line."""
        return self.path / "decisions.jsonl"

    @property
    def segments(self) -> Path:
        """Saved filters of opportunities by name."""
        return self.path / "segments.json"

    @property
    def dashboard(self) -> Path:
        """Tables that the dashboard makes once per findings, a folder for each; may be deleted."""
        return self.path / "dashboard"

    @property
    def backtest(self) -> Path:
        """What the last `guanxi evaluate` on this home said."""
        return self.path / "backtest.json"

    @property
    def settings(self) -> Path:
        """The user's settings file."""
        return self.path / "guanxi.toml"

    def _check_format(self) -> None:
        file = self.path / "format"
        if not file.exists():
            file.write_text(f"{FORMAT}\n", encoding="utf-8")
        found = int(file.read_text(encoding="utf-8").strip() or 0)
        if found > FORMAT:
            raise UserError("errors.home_newer", home=self.path, found=found, known=FORMAT)

    @contextmanager
    def writing(self, command: str) -> Generator[None]:
        """Hold the home for a command that changes it; the operating system lets go when the process dies.

        Raises:
            UserError: another command holds it.
        """
        with (self.path / "lock").open("a+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as fault:
                file.seek(0)
                holder = json.loads(file.read() or "{}")
                values = {"command": holder.get("command", "?"), "pid": holder.get("pid", "?")}
                raise UserError("errors.home_busy", home=self.path, **values) from fault
            file.truncate(0)
            file.write(json.dumps({"command": command, "pid": os.getpid()}))
            file.flush()
            yield
