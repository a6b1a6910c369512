"""Run a query so that it can only read the graph, for a limited time and number of rows."""

from collections.abc import Mapping
from typing import Any, Final, LiteralString, cast

from neo4j import READ_ACCESS, Driver, ManagedTransaction, NotificationMinimumSeverity, unit_of_work
from neo4j.exceptions import DriverError, Neo4jError

from graph.queries.guard import check_plan, check_words
from graph.queries.saved import SavedQuery, Value
from graph.queries.values import QueryResult, plain_rows
from texts import UserError

LIMIT: Final = 1000
TIMEOUT: Final = 60.0
_DIALECT: Final = "CYPHER 5"
"""So that 5.26 and 2026.09 read one text in one way, whatever the database's own default."""


def run(
    driver: Driver,
    database: str | None,
    query: SavedQuery,
    parameters: Mapping[str, Value],
    *,
    limit: int = LIMIT,
    timeout: float = TIMEOUT,
    unmask: bool = False,
) -> QueryResult:
    """The first `limit` rows, after a look at what the query would do.

    Args:
        driver: a connected driver.
        database: its name, or none for the server's own choice.
        query: from `load_query`.
        parameters: from `bind`; they go to Neo4j beside the text, never in it.
        limit: most rows to return.
        timeout: seconds after which Neo4j ends the query.
        unmask: show personal data in clear, for who has the right to it.

    Raises:
        UserError: the query is refused or wrong, takes too long or too much memory, or the connection is lost.
    """
    check_words(query.text)

    @unit_of_work(timeout=timeout)
    def work(transaction: ManagedTransaction) -> tuple[list[str], list[list[Any]]]:
        try:
            check_plan(transaction.run(_text("EXPLAIN", query), dict(parameters)).consume())
            result = transaction.run(_text("", query), dict(parameters))
            return list(result.keys()), [record.values() for record in result.fetch(limit + 1)]
        except Neo4jError as fault:
            if fault.code and fault.code.endswith("MemoryPoolOutOfMemoryError"):  # or the driver would try again
                raise UserError("query.memory") from fault
            raise

    try:
        quiet = NotificationMinimumSeverity.OFF  # a label without nodes is no news to the user
        with driver.session(
            database=database, default_access_mode=READ_ACCESS, notifications_min_severity=quiet
        ) as session:
            columns, records = session.execute_read(work)
    except (Neo4jError, DriverError) as fault:
        raise _user_error(fault, timeout) from fault
    rows = plain_rows(columns, records[:limit], query.masks, unmask=unmask)
    return QueryResult(columns, rows, truncated=len(records) > limit)


def _text(mode: str, query: SavedQuery) -> LiteralString:
    return cast("LiteralString", f"{_DIALECT} {mode}\n{query.text}")


def _user_error(fault: Neo4jError | DriverError, timeout: float) -> UserError:
    reason = (str(getattr(fault, "message", None) or fault).strip() or type(fault).__name__).splitlines()[0]
    if isinstance(fault, DriverError):
        return UserError("query.connection", reason=reason)
    if "TransactionTimedOut" in (fault.code or "") or "Transaction.Terminated" in (fault.code or ""):
        return UserError("query.timeout", seconds=f"{timeout:g}")
    if "Statement.AccessMode" in (fault.code or ""):
        return UserError("query.refused_write")
    return UserError("query.failed", reason=reason)
