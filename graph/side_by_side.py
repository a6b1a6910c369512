"""Works that do not depend on each other, two at a time: where one keeps a single core busy, the other takes the rest.

Polars, LightGBM, DuckDB, NumPy and the writers of files leave Python's lock while they work. Two works at a time bound
what is in memory, whatever the number of cores.
"""

import sys
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from ctypes import CDLL
from importlib import import_module
from threading import Lock
from typing import Any, Final, TypeVar

from threadpoolctl import threadpool_limits

Made = TypeVar("Made")
AT_ONCE: Final = 2


class Once:
    """What is made once and kept by name, also where works side by side ask for it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._locks: dict[Hashable, Lock] = {}
        self._made: dict[Hashable, Any] = {}

    def get(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` makes, at the first call of this name; what it made, at later ones."""
        with self._lock:
            own = self._locks.setdefault(name, Lock())
        with own:
            if name not in self._made:
                self._made[name] = make()
            return self._made[name]

    def clear(self) -> None:
        """Nothing is kept any more."""
        self._made.clear()


def give_back() -> None:
    """What was freed goes back to the system: unless asked, the C library keeps much of what NumPy and others freed."""
    if sys.platform == "linux" and (trim := getattr(CDLL(None), "malloc_trim", None)):  # of the GNU library alone
        trim(0)


def side_by_side(works: Sequence[Callable[[], Any]], stop: Callable[[], None] | None = None) -> list[Any]:
    """The results of `works`, in their order.

    Where one fails, or the user interrupts, those that wait are given up, and `stop` tells those at work.
    """
    import_module("scipy.linalg")  # brings its own BLAS, which is to be limited like NumPy's
    # sums in one order, whatever the threads: set around all, for a work that lifts its limit would lift the others'
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(AT_ONCE) as pool:
        futures = [pool.submit(_done, work) for work in works]
        try:
            return [future.result() for future in futures]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            if stop:
                stop()
            raise


def _done(work: Callable[[], Made]) -> Made:
    result = work()
    give_back()
    return result


def ahead(items: Iterable[Made]) -> Iterator[Made]:
    """The same items, the next of which is made while one is used."""
    rest = iter(items)
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, rest, None)
        while (item := coming.result()) is not None:
            coming = pool.submit(next, rest, None)
            yield item
