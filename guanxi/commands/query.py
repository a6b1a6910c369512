"""`guanxi query`: saved Cypher, read-only."""

import sys
from dataclasses import asdict
from typing import Any

import click

from graph.audit import record
from graph.queries import SavedQuery, bind, list_queries, load_query, run, write_result
from graph.queries.output import FORMATS, Format, as_json
from graph.queries.runner import LIMIT, TIMEOUT
from guanxi.options import Session, session_command
from texts import UserError, language, say


@click.command()
@click.argument("name", required=False)
@click.option("--list", "show_list", is_flag=True)
@click.option("-p", "--param", "given", multiple=True, metavar="KEY=VALUE")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("--limit", type=click.IntRange(1), default=LIMIT, show_default=True)
@click.option("--timeout", type=click.FloatRange(0.1), default=TIMEOUT, show_default=True)
@click.option("--unmask", is_flag=True)
@session_command
def query(session: Session, /, name: str | None, given: tuple[str, ...], form: Format, **options: Any) -> None:
    """Run the saved query NAME, or the Cypher of a file, read-only."""
    if options.pop("show_list"):
        _show_list(session)
        return
    if not name:
        raise UserError("cli.query_no_name")
    _show_result(session, load_query(name), _pairs(given), form, options)


def _show_list(session: Session) -> None:
    queries = list_queries()
    columns = [say(f"cli.query_column_{name}") for name in ("name", "title", "parameters")]
    rows = [(one.name, one.title(language()), ", ".join(p.name for p in one.parameters)) for one in queries]
    session.terminal.table(columns, rows)
    listed = [
        {"name": one.name, "title": {lang: one.title(lang) for lang in ("en", "zh")},
         "parameters": [asdict(parameter) for parameter in one.parameters]}
        for one in queries
    ]  # fmt: skip
    session.terminal.result({"queries": listed})


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    parts = [pair.partition("=") for pair in given]
    if wrong := [name for name, sign, _ in parts if not sign]:
        raise UserError("cli.query_not_a_pair", given=wrong[0])
    return {name: value for name, _, value in parts}


def _show_result(
    session: Session, saved: SavedQuery, given: dict[str, str], form: Format, limits: dict[str, Any]
) -> None:
    from graph.store import open_store

    settings = session.settings
    if not settings.has_store:
        raise UserError("cli.query_needs_store")
    parameters = bind(saved, given)
    with open_store(settings.store, settings.home, session.terminal.progress) as store:
        result = run(store.driver, store.database, saved, parameters, **limits)
    record(settings.home, "query", saved.name, rows=len(result.rows), unmasked=limits["unmask"])
    session.terminal.progress.finish()
    if session.terminal.as_json:
        session.terminal.result(as_json(result))
    else:
        write_result(result, form, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    if result.truncated:
        session.terminal.remark(say("cli.query_truncated", limit=limits["limit"]))
