"""The store for a long-lived process: opened at first use, opened again after it was lost."""

import threading
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from typing import Final

from neo4j.exceptions import DriverError

from graph.access.network import warm
from graph.home import Home
from graph.store import Store, open_store
from texts import UserError
from texts.progress import Silent

PAUSE: Final = 5.0
"""Seconds between two attempts to open a store that does not answer, so that pages stay quick while it is away."""
_LOST: Final = ("query.connection", "store.unreachable")


class StoreGate:
    """One open store, shared by all who ask; threads may use it together."""

    def __init__(self, setting: str, home: Home) -> None:
        self.setting = setting
        self._home = home
        self._lock = threading.Lock()
        self._opened = ExitStack()
        self._store: Store | None = None
        self._failed: tuple[float, UserError] | None = None

    @property
    def exists(self) -> bool:
        """Whether this home has a store at all."""
        return self.setting != "none"

    @contextmanager
    def store(self) -> Generator[Store]:
        """The store; one that was lost on the way is closed, and opened again by who comes next.

        Raises:
            UserError: there is none, or it cannot be opened or was lost.
        """
        store = self._open()
        try:
            yield store
        except DriverError as fault:
            self.close()
            raise UserError("access.store_lost", reason=str(fault)[:200]) from fault
        except UserError as fault:
            if fault.key in _LOST:
                self.close()
            raise

    def open_soon(self) -> None:
        """Open it in the background, so that the first picture need not wait for a server that starts."""

        def work() -> None:
            with suppress(UserError), self.store() as store:
                warm(store)

        threading.Thread(target=work, name="open-store", daemon=True).start()

    def close(self) -> None:
        """Close it; the local server stops when this was its last user."""
        with self._lock:
            self._store = None
            self._opened.close()

    def _open(self) -> Store:
        if not self.exists:
            raise UserError("access.no_store")
        with self._lock:
            if self._store is None:
                if self._failed and time.monotonic() - self._failed[0] < PAUSE:
                    raise self._failed[1]
                self._store = self._enter()
            return self._store

    def _enter(self) -> Store:
        try:
            store = self._opened.enter_context(open_store(self.setting, self._home, Silent()))
        except UserError as fault:
            self._failed = (time.monotonic(), fault)
            raise
        self._failed = None
        return store
