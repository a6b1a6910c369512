"""`guanxi store start|stop|status`: keep the local server up between commands."""

import click

from graph.store import LocalServer
from guanxi.options import Session, session_command
from texts import UserError, say


def _local(session: Session) -> LocalServer:
    if session.settings.store != "local":
        raise UserError("cli.store_not_local", store=session.settings.store)
    return LocalServer.of(session.settings.home, session.terminal.progress)


@click.group()
def store() -> None:
    """The local Neo4j server of this home."""


@store.command()
@session_command
def start(session: Session, /) -> None:
    """Start the server and keep it up when commands end."""
    local = _local(session)
    local.start(session.terminal.progress)
    _show(session, local)


@store.command()
@session_command
def stop(session: Session, /) -> None:
    """Stop the server, after the last command that uses it."""
    local = _local(session)
    local.stop()
    _show(session, local)


@store.command()
@session_command
def status(session: Session, /) -> None:
    """Whether the server runs, and where."""
    _show(session, _local(session))


def _show(session: Session, local: LocalServer) -> None:
    found = local.status()
    running = found == "running"
    address = f"bolt://127.0.0.1:{local.server.port}" if running else None
    said = {
        "status": found,
        "address": address,
        "user": "neo4j",
        "password_file": str(local.server.home.parent / "password"),
    }
    lines = [say(f"cli.store_{found}")] + ([say("cli.store_address", **said)] if running else [])
    session.terminal.result(said, lines)
