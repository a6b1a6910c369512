"""`guanxi dashboard`: serve the dashboard."""

from typing import Any

import click

from graph.access import StoreGate, Users
from graph.access.index import index
from graph.snapshot import latest_findings
from guanxi.options import Session, session_command
from texts import say


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=None)
@session_command
def dashboard(session: Session, /, host: str, port: int | None) -> None:
    """Serve the dashboard until it is told to stop."""
    serve_dashboard(session, host=host, port=port)


def serve_dashboard(session: Session, *, host: str = "127.0.0.1", port: int | None = None) -> None:
    """Prepare the tables, open the store, serve.

    Raises:
        UserError: nothing was found yet, the settings are wrong, or the address cannot be had.
    """
    from dashboards.serve import serve
    from dashboards.site import Site

    settings = session.settings
    users = Users.of(settings.saved)
    index(settings.home, *latest_findings(settings.home), session.terminal.progress)
    gate = StoreGate(settings.store, settings.home)
    auth: dict[str, Any] | None = settings.saved.get("auth")
    try:
        if gate.exists:
            session.terminal.progress.step("dash.opening_store")
            gate.open_soon()
        serve(
            Site(settings.home, gate, users, sign_in=auth is not None),
            host=host, port=port, auth=auth, ready=lambda address: _say_ready(session, address),
        )  # fmt: skip
    finally:
        gate.close()


def _say_ready(session: Session, address: str) -> None:
    session.terminal.result({"address": address}, [say("dash.ready", address=address)])
