"""The store as the rest of guanxi sees it: a driver on the local server or on the bank's own Neo4j."""

import os
import re
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, LiteralString, cast
from urllib.parse import urlsplit

from neo4j import Driver, GraphDatabase, ManagedTransaction, Session
from neo4j.exceptions import (
    ConfigurationError,
    DatabaseUnavailable,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)

from graph.home import Home
from graph.store.local import READY_WITHIN, LocalServer
from texts import UserError
from texts.progress import Progress

BATCH: Final = 20_000
OLDEST: Final = (5, 26)
"""Versions below this one lack what the saved queries use."""
_RETRY_LOCAL: Final = 5.0
_RETRY_REMOTE: Final = 60.0
_TEXTS: Final = {
    "Neo.ClientError.Security.Forbidden": "store.forbidden",
    "Neo.ClientError.Security": "store.wrong_password",
    "Neo.ClientError.Database.DatabaseNotFound": "store.no_database",
    "Neo.DatabaseError.Transaction": "store.full",
}
"""By the start of the server's code; a server that cannot commit has no room."""


@dataclass(frozen=True)
class Store:
    """An open graph store."""

    driver: Driver
    database: str | None
    local: LocalServer | None = None
    batch: int = BATCH
    """Rows that are written in one transaction."""

    def read(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
        """All rows of a read-only query, retried on transient faults."""
        return self._run(query, parameters, "read")

    def write(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
        """All rows of a writing query in one transaction, retried on transient faults: it must be idempotent."""
        return self._run(query, parameters, "write")

    def stream(self, consume: Callable[[ManagedTransaction], None]) -> None:
        """Give `consume` a reading transaction; called again from the start on a transient fault."""
        with self.session() as session:
            session.execute_read(consume)

    def session(self) -> Session:
        """A session that sees what earlier ones wrote, on a cluster too."""
        bookmarks = self.driver.execute_query_bookmark_manager
        return self.driver.session(database=self.database, bookmark_manager=bookmarks, fetch_size=10_000)

    def _run(self, query: str, parameters: dict[str, Any], mode: str) -> list[dict[str, Any]]:
        def work(transaction: ManagedTransaction) -> list[dict[str, Any]]:
            return transaction.run(cast("LiteralString", query), parameters).data()

        with self.session() as session:
            return session.execute_read(work) if mode == "read" else session.execute_write(work)


@contextmanager
def open_store(setting: str, home: Home, progress: Progress) -> Generator[Store]:
    """The store of `setting`: `local`, or the URL of a Neo4j (`neo4j://`, `bolt://`, also with `+s`, `+ssc`).

    User, password and database of a URL come from `NEO4J_USERNAME`, `NEO4J_PASSWORD` and `NEO4J_DATABASE`.

    Raises:
        UserError: it does not start, cannot be reached, refuses the password, is too old, or was lost on the way.
    """
    if setting == "local":
        local = LocalServer.of(home, progress)
        with local.used(progress) as server:
            url, user, password, database = f"bolt://127.0.0.1:{server.port}", "neo4j", server.password, None
            with _connected(url, (user, password), database, local) as store:
                yield store
    elif _is_address(setting):
        user, password = os.environ.get("NEO4J_USERNAME", "neo4j"), os.environ.get("NEO4J_PASSWORD", "")
        with _connected(setting, (user, password), os.environ.get("NEO4J_DATABASE"), None) as store:
            yield store
    else:
        raise UserError("store.bad_setting", setting=setting)


def _is_address(setting: str) -> bool:
    try:
        parts = urlsplit(setting)
        return parts.scheme.partition("+")[0] in ("neo4j", "bolt") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


@contextmanager
def _connected(url: str, auth: tuple[str, str], database: str | None, local: LocalServer | None) -> Generator[Store]:
    with (
        explained(url),
        GraphDatabase.driver(
            url,
            auth=auth,
            user_agent="guanxi",
            telemetry_disabled=True,
            notifications_min_severity="OFF",
            connection_acquisition_timeout=30,
            max_transaction_retry_time=_RETRY_LOCAL if local else _RETRY_REMOTE,
        ) as driver,
    ):
        store = Store(driver, database, local)
        _check_version(driver, url)
        _wait_until_available(store)
        yield store


def _wait_until_available(store: Store) -> None:
    """A server that recovers a large database answers before that is done."""
    deadline = time.monotonic() + READY_WITHIN
    while True:
        try:
            store.read("RETURN 1 AS one")
        except DatabaseUnavailable:
            if time.monotonic() > deadline:
                raise
        else:
            return


def _check_version(driver: Driver, url: str) -> None:
    agent = str(driver.get_server_info().agent)
    version = re.match(r"Neo4j/(\d+)\.(\d+)", agent)
    if not version or (int(version[1]), int(version[2])) < OLDEST:
        raise UserError("store.too_old", url=url, found=agent)


@contextmanager
def explained(url: str) -> Generator[None]:
    """Say in one sentence what the user can mend when the driver fails.

    Raises:
        UserError: instead of the driver's errors about connection, rights and configuration.
    """
    try:
        yield
    except (Neo4jError, DriverError) as fault:
        if not (key := _key(fault)):
            raise
        raise UserError(key, url=url, setting=url, reason=_reason(fault)) from fault


def _key(fault: Neo4jError | DriverError) -> str | None:
    """The text for a fault that the user can mend; None for one of ours."""
    code = getattr(fault, "code", None) or ""
    if isinstance(fault, (ServiceUnavailable, SessionExpired, TransientError)):
        return "store.unreachable"
    if isinstance(fault, ConfigurationError):
        return "store.bad_setting"
    return next((key for prefix, key in _TEXTS.items() if code.startswith(prefix)), None)


def _reason(fault: Neo4jError | DriverError) -> str:
    text = str(getattr(fault, "message", None) or fault)
    return (text.splitlines() or [type(fault).__name__])[0][:300]
