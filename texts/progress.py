"""How long work tells its watcher how far it is; the command line draws it, tests stay silent."""

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
