"""`guanxi check`, `guanxi load`, `guanxi pull`."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import click

from graph.snapshot import Tables
from guanxi.options import Session, session_command
from loaders.load import Loaded, Request, check_source, load_source
from loaders.pull import pull_snapshot
from texts import UserError, language, say

F = TypeVar("F", bound=Callable[..., Any])

source_argument = click.argument("source")
mapping_option = click.option("--mapping", type=click.Path(path_type=Path), default=None)
rate_option = click.option("--max-reject-rate", type=click.FloatRange(0, 1), default=0.05, show_default=True)


def load_options(command: F) -> F:
    """SOURCE and how strictly it is loaded."""
    for option in (
        click.option("--full/--delta", default=True),
        rate_option,
        mapping_option,
        source_argument,
    ):
        command = option(command)
    return command


def load_request(options: dict[str, Any]) -> Request:
    """Take the request out of a command's options."""
    source, mapping, rate, full = (options.pop(name) for name in ("source", "mapping", "max_reject_rate", "full"))
    return Request(source, mapping, rate, "full" if full else "delta")


@click.command()
@source_argument
@mapping_option
@rate_option
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), default=None)
@session_command
def check(session: Session, /, source: str, mapping: Path | None, max_reject_rate: float, report: Path | None) -> None:
    """Validate SOURCE and show its quality; change nothing."""
    request = Request(source, mapping, max_reject_rate)
    with TemporaryDirectory(prefix="guanxi-check-") as staging:
        found = check_source(request, Path(staging), session.terminal.progress)
        if report:
            report.write_text(found.html(language()), encoding="utf-8")
        _show_check(session, found.json())
    if not found.ok:
        raise click.exceptions.Exit(2)


def _show_check(session: Session, found: dict[str, Any]) -> None:
    rows = [
        (
            name,
            table["rows"],
            table["accepted"],
            table["rejected"],
            ", ".join(f"{k} {n}" for k, n in table["rules"].items()),
        )
        for name, table in found["tables"].items()
    ]
    session.terminal.table(
        [say(f"cli.check_column_{name}") for name in ("table", "rows", "accepted", "rejected", "rules")], rows
    )
    for key, values in found["notes"]:
        session.terminal.remark(say(key, **values))
    session.terminal.result(found, [say("cli.check_ok" if found["ok"] else "cli.check_not_ok")])


@click.command()
@load_options
@session_command
def load(session: Session, /, **options: Any) -> None:
    """Check SOURCE, resolve identities, write the graph."""
    home = session.settings.home
    with home.writing("load"):
        reach_store(session)
        loaded = load_source(home, load_request(options), session.terminal.progress)
        changes = sync(session, snapshot=loaded.snapshot)
    show_loaded(session, loaded, changes)


def sync(session: Session, **layers: Tables) -> dict[str, int]:
    """Bring layers of the store (`snapshot`, `findings`) to these tables; nothing to do without a store."""
    settings = session.settings
    if not settings.has_store:
        return {"created": 0, "updated": 0, "deleted": 0}
    from graph.store import load_into_store

    return load_into_store(settings.store, settings.home, layers, session.terminal.progress).json()


def reach_store(session: Session) -> None:
    """Find out before long work whether the store can be had at all.

    Raises:
        UserError: Neo4j cannot be fetched, reached or entered.
    """
    settings = session.settings
    if not settings.has_store:
        return
    from graph.store import LocalServer, open_store

    if settings.store == "local":
        LocalServer.of(settings.home, session.terminal.progress)
    else:
        with open_store(settings.store, settings.home, session.terminal.progress):
            pass


def show_loaded(session: Session, loaded: Loaded, changes: dict[str, int]) -> None:
    """The result of a load."""
    for note in loaded.notes():
        session.terminal.remark(note)
    found, snapshot = loaded.json(), loaded.snapshot
    nodes, relationships = (f"{sum(found[name].values()):,}" for name in ("nodes", "relationships"))
    rejected = sum(table["rejected"] for table in found["tables"].values())
    lines = [
        say("cli.load_unchanged" if loaded.unchanged else "cli.load_done", snapshot=snapshot.version),
        say("cli.load_graph", nodes=nodes, relationships=relationships),
    ]
    if rejected:
        lines.append(say("cli.load_rejected", rejected=f"{rejected:,}", folder=snapshot.path / "rejects"))
    if session.settings.has_store:
        lines.append(say("cli.load_store", **changes))
    session.terminal.result(found | {"store": changes}, lines)


@click.command()
@session_command
def pull(session: Session, /) -> None:
    """Make a snapshot from a graph that others changed in Neo4j."""
    from graph.store import SNAPSHOT, open_store, read_graph

    settings = session.settings
    if not settings.has_store:
        raise UserError("cli.query_needs_store")
    with settings.home.writing("pull"):
        with (
            open_store(settings.store, settings.home, session.terminal.progress) as store,
            TemporaryDirectory(prefix=".pulling-", dir=settings.home.path) as folder,
        ):
            graph = read_graph(store, SNAPSHOT, Path(folder) / "graph", session.terminal.progress)
            loaded = pull_snapshot(settings.home, graph, session.terminal.progress)
        changes = sync(session, snapshot=loaded.snapshot)
    show_loaded(session, loaded, changes)
