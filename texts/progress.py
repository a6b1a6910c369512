"""How long work tells its watcher how far it is; the command line draws it, tests stay silent."""

from threading import Lock, get_ident
from typing import Protocol


class Progress(Protocol):
    """A watcher of long work."""

    def step(self, key: str, total: int | None = None, /, **values: object) -> None:
        """A new step begins: `key` names its text in the catalogue, `total` its size in items where known."""
        ...

    def advance(self, items: int = 1) -> None:
        """So many more items of the present step are done."""
        ...


class Silent:
    """A watcher that shows nothing."""

    def step(self, key: str, total: int | None = None, /, **values: object) -> None:
        """Nothing to show."""

    def advance(self, items: int = 1) -> None:
        """Nothing to show."""


class Shared:
    """One watcher of works side by side: it shows the step that began last, until `stop` ends them all."""

    def __init__(self, watcher: Progress) -> None:
        self._watcher = watcher
        self._lock = Lock()
        self._shown = 0
        self._stopped = False

    def step(self, key: str, total: int | None = None, /, **values: object) -> None:
        """A new step of the calling work begins."""
        with self._lock:
            self._go_on()
            self._shown = get_ident()
            self._watcher.step(key, total, **values)

    def advance(self, items: int = 1) -> None:
        """So many more items of the calling work's step are done."""
        with self._lock:
            self._go_on()
            if self._shown == get_ident():
                self._watcher.advance(items)

    def stop(self) -> None:
        """End each work when it next tells how far it is."""
        self._stopped = True

    def _go_on(self) -> None:
        if self._stopped:
            raise Stopped


class Stopped(Exception):  # noqa: N818  # nothing went wrong here
    """Another work failed, or the user interrupted: no need to go on."""
