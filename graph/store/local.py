"""The local server of a home: started by the first command that needs it, joined by others, stopped by the last.

Every command that uses the server holds `users` shared; `gate` is held while the server is started or told to stop.
Both are locks of the operating system: they end with the process that holds them, so a killed command blocks nobody.
"""

import fcntl
import signal
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Final, Literal

import psutil

from graph.home import Home
from graph.store.jars import VERSION, neo4j_jars
from graph.store.server import Server
from texts import UserError
from texts.progress import Progress

READY_WITHIN: Final = 600
"""Seconds; recovery of a large store after a crash takes minutes."""
_STOPPED_WITHIN: Final = 60
_ATTEMPTS: Final = 3
_PAUSE: Final = 0.1


class StoreInUseError(UserError):
    """Another command uses the local store."""


Status = Literal["running", "stopping", "stopped"]


@dataclass(frozen=True)
class LocalServer:
    """The one server of a home."""

    folder: Path
    server: Server

    @classmethod
    def of(cls, home: Home, progress: Progress, version: str = VERSION) -> "LocalServer":
        """The server of `home`; fetches Neo4j's jars where this machine has none yet.

        Raises:
            UserError: the jars cannot be had.
        """
        home.store.mkdir(mode=0o700, exist_ok=True)
        return cls(home.store, Server(home.store, neo4j_jars(version, progress)))

    @contextmanager
    def used(self, progress: Progress) -> Generator[Server]:
        """The running server, started where it is not, stopped again after the last user unless it is kept.

        Raises:
            UserError: it does not start.
        """
        with (self.folder / "users").open("w") as users:
            try:
                with self._gate():
                    fcntl.flock(users, fcntl.LOCK_SH)
                    self._run(progress)
                yield self.server
            finally:
                with self._gate():
                    self._stop_if_last(users)

    @contextmanager
    def down(self, progress: Progress) -> Generator[Server]:
        """The server's files while it is down and nobody can start it.

        Raises:
            StoreInUseError: another command uses the server.
            UserError: its files cannot be prepared.
        """
        with (self.folder / "users").open("w") as users, self._gate():
            if not _taken(users):
                raise StoreInUseError("store.in_use", folder=self.folder)
            if process := self.server.process():
                progress.step("store.stopping")
                self._tell_to_stop(process)
                _wait_for_end(process)
            self.server.end_left_admin()
            self.server.prepare()
            yield self.server

    def start(self, progress: Progress) -> None:
        """Start the server and keep it up when commands end.

        Raises:
            UserError: it does not start.
        """
        with self.used(progress):
            self._kept.touch()

    def stop(self) -> None:
        """Tell the server to stop, now where nobody uses it, else after the last user; does not wait."""
        self._kept.unlink(missing_ok=True)
        with (self.folder / "users").open("w") as users, self._gate():
            self._stop_if_last(users)

    def status(self) -> Status:
        """Whether it runs."""
        process = self.server.process()
        if process is None:
            return "stopped"
        return "stopping" if self._is_stopping(process) else "running"

    @property
    def _kept(self) -> Path:
        return self.folder / "kept"

    @property
    def _stopping(self) -> Path:
        return self.folder / "stopping"

    @contextmanager
    def _gate(self) -> Generator[None]:
        with (self.folder / "gate").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _run(self, progress: Progress) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            process = self.server.process()
            if process and self._is_stopping(process):
                progress.step("store.stopping")
                _wait_for_end(process)
                process = None
            if process is None:
                progress.step("store.starting")
                self.server.end_left_admin()
                self.server.prepare()
                self.server.configure()
                process = psutil.Process(self.server.start().pid)
            if _answers(process, self.server.port):
                return
            if attempt == _ATTEMPTS or not self._is_port_taken():
                break
        raise UserError("store.not_started", reason=_reason(self.server.console), log=self.server.console)

    def _stop_if_last(self, users: TextIOWrapper) -> None:
        if _taken(users) and not self._kept.exists() and (process := self.server.process()):
            self._tell_to_stop(process)

    def _tell_to_stop(self, process: psutil.Process) -> None:
        """Say in a file which process it is, so that whoever starts next waits for its end instead of joining it."""
        self._stopping.write_text(_identity(process), encoding="ascii")
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGTERM)

    def _is_stopping(self, process: psutil.Process) -> bool:
        with suppress(OSError):
            if self._stopping.read_text(encoding="ascii") == _identity(process):
                self._tell_to_stop(process)  # again: its first teller may have been killed before the signal
                return True
        return False

    def _is_port_taken(self) -> bool:
        return "already in use" in self.server.console.read_text(encoding="utf-8", errors="replace")


def _taken(users: TextIOWrapper) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _identity(process: psutil.Process) -> str:
    with suppress(psutil.NoSuchProcess):
        return f"{process.pid} {process.create_time()}"
    return ""


def _wait_for_end(process: psutil.Process) -> None:
    try:
        process.wait(_STOPPED_WITHIN)
    except psutil.TimeoutExpired:
        process.kill()  # safe: Neo4j recovers at its next start
        process.wait()


def _answers(process: psutil.Process, port: int) -> bool:
    """Wait until the process listens on its port; False where it ended first."""
    deadline = time.monotonic() + READY_WITHIN
    with suppress(psutil.NoSuchProcess):
        while time.monotonic() < deadline and process.status() != psutil.STATUS_ZOMBIE:
            open_ports = process.net_connections("tcp")
            if any(place.status == psutil.CONN_LISTEN and place.laddr.port == port for place in open_ports):
                return True
            time.sleep(_PAUSE)
    return False


def _reason(console: Path) -> str:
    """The most telling line of what the server printed."""
    lines = console.read_text(encoding="utf-8", errors="replace").splitlines() or ["?"]
    telling = [line for line in lines if "Caused by" in line or " ERROR " in line or "Error" in line]
    return (telling or lines)[-1].strip()[:300]
