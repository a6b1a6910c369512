"""`guanxi store start|stop|status`: keep the local server up between commands; `store files`: fill the bank's own."""

from pathlib import Path

import click

from graph.audit import record
from graph.opportunities.graph_tables import write_graph_tables
from graph.snapshot import Tables, latest_findings, latest_snapshot, versions, write_manifest
from graph.store import FINDINGS, SNAPSHOT, LocalServer, import_command, rows_of, scratch
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


@store.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@session_command
def files(session: Session, /, out: Path) -> None:
    """Write files for the bulk import into the bank's own empty Neo4j, and say the command."""
    home, progress = session.settings.home, session.terminal.progress
    with home.writing("store files"), scratch(home) as folder:
        snapshot = latest_snapshot(home)
        layers: dict[str, Tables] = {SNAPSHOT.name: snapshot}
        findings, looked_at = latest_findings(home) if versions(home.findings) else (None, None)
        if findings and looked_at and looked_at.version == snapshot.version:
            write_graph_tables(findings, snapshot, folder)
            write_manifest(folder, findings.manifest)
            layers[FINDINGS.name] = Tables(folder)
        command = import_command(layers, out.absolute(), progress)
        rows = sum(map(rows_of, layers.values()))
    record(home, "export", str(out), rows=rows, unmasked=True)
    said = {"folder": str(out), "command": command}
    session.terminal.result(said, [say("cli.store_files", **said), command])


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
