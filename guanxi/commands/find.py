"""`guanxi find`, `guanxi export`, `guanxi run`."""

import json
import shutil
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import click

from graph.access.index import index
from graph.audit import record
from graph.decisions import withheld
from graph.export import FACTS, export, export_facts
from graph.features.bank import Bank
from graph.home import Home
from graph.opportunities import find
from graph.opportunities.kinds import KINDS
from graph.opportunities.priority import Priorities
from graph.opportunities.rendered import Selection
from graph.snapshot import (
    Snapshot,
    Tables,
    latest_findings,
    latest_snapshot,
    prune,
    replace_file,
    versions,
    writing_version,
)
from guanxi.commands.load import load_options, load_request, reach_store, sync
from guanxi.options import Date, Session, session_command
from loaders.load import Loaded, Request, load_source
from texts import language, say

F = TypeVar("F", bound=Callable[..., Any])
Options = dict[str, Any]
_TEMPORARY = ".writing-"


def find_options(command: F) -> F:
    """What to find, as of when, how far ahead."""
    for option in (
        click.option("--engine", type=click.Choice(["local"]), default="local", show_default=True, expose_value=False),
        click.option("--seed", type=int, default=0, show_default=True),
        click.option("--horizon", type=click.IntRange(1, 3650), default=180, show_default=True),
        click.option("--as-of", type=Date(), default=None),
        click.option("--kind", "kinds", multiple=True, type=click.Choice(list(KINDS))),
    ):
        command = option(command)
    return command


def selection_options(command: F) -> F:
    """Which opportunities, and whether names are clear."""
    for option in (
        click.option("--unmask", is_flag=True),
        click.option("--min-value", type=float, default=None),
        click.option("--per-subject", type=click.IntRange(0), default=3, show_default=True),
        click.option("--top", type=click.IntRange(1), default=None),
        click.option("--manager", default=None),
        click.option("--branch", default=None),
    ):
        command = option(command)
    return command


def selection(home: Home, kind: str | None, options: Options) -> Selection:
    """Take the selection out of a command's options; what people rejected, or snoozed until later, is left out."""
    chosen = {name: options.pop(name) for name in ("branch", "manager", "top", "per_subject", "min_value")}
    return Selection(kind, **chosen, without=withheld(home, date.today()))  # noqa: DTZ011 - the user's own day


@click.command("find")
@find_options
@session_command
def find_command(session: Session, /, **options: Any) -> None:
    """Run the opportunity finders over the newest snapshot."""
    home = session.settings.home
    options = options | {"priorities": _priorities(session)}
    with home.writing("find"):
        findings = find_in(session, latest_snapshot(home), options)
        changes = sync(session, findings=findings)
    session.terminal.result(found_json(findings) | {"store": changes}, found_lines(findings.manifest))


def _priorities(session: Session) -> Priorities:
    """Read before anything is loaded, so that a slip in the settings is said at once."""
    return Priorities.of(session.settings.saved, KINDS)


def find_in(session: Session, snapshot: Snapshot, options: Options, read: Bank | None = None) -> Tables:
    """Find, into a new version of the home's findings, with the tables of the store and the dashboard where in use."""
    home, progress = session.settings.home, session.terminal.progress
    with writing_version(home.findings) as folder:
        before = versions(home.findings)
        previous = Tables(before[-1]) if before else None
        find(snapshot, out=folder, progress=progress, previous=previous, read=read, **options)
        if session.settings.has_store:
            from graph.opportunities.graph_tables import write_graph_tables

            progress.step("cli.find_graph_tables")
            write_graph_tables(Tables(folder), snapshot, folder)
    prune(home)
    found = latest_findings(home)
    if home.dashboard.exists():  # so that nobody at the dashboard waits for its tables
        index(home, *found, progress)
    return found[0]


def found_json(findings: Tables) -> dict[str, Any]:
    """The object of `guanxi find --json`, but for the store."""
    return {
        name: value
        for name, value in findings.manifest.items()
        if name not in ("format", "version", "id", "snapshot_id")
    }


def found_lines(found: Options) -> list[str]:
    """The result of a find, in sentences."""
    kinds = [
        say("cli.find_kind", kind=say(f"cli.kind_{kind}"), count=f"{n:,}") for kind, n in found["opportunities"].items()
    ]
    facts = [say("cli.find_fact", fact=name, count=f"{n:,}") for name, n in found["facts"].items()]
    drifted = [
        say("cli.find_drift", kind=say(f"cli.kind_{kind}"), since=drift["since"], names=", ".join(drift["large"]))
        for kind, drift in found["drift"].items()
        if drift["large"]
    ]
    return [say("cli.find_done", as_of=found["as_of"], horizon=found["horizon"]), *kinds, *facts, *drifted]


@click.command("export")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--facts", type=click.Choice(list(FACTS)), default=None)
@click.option("--kind", type=click.Choice(list(KINDS)), default=None)
@selection_options
@session_command
def export_command(session: Session, /, out: Path, facts: str | None, kind: str | None, **options: Any) -> None:
    """Write opportunities, or detected facts, to a file."""
    home, unmask = session.settings.home, options.pop("unmask")
    findings, snapshot = latest_findings(home)
    session.terminal.progress.step("cli.export_writing", file=out)
    if facts:
        rows = export_facts(findings, facts, out)
    else:
        rows = export(findings, snapshot, out, selection(home, kind, options), unmask=unmask)
    record(home, "export", str(out), rows=rows, facts=facts or "", unmasked=unmask)
    session.terminal.result({"file": str(out), "rows": rows}, [say("cli.export_done", rows=f"{rows:,}", file=out)])


@click.command("run")
@load_options
@find_options
@selection_options
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False))
@session_command
def run_command(session: Session, /, out: Path, **options: Any) -> None:
    """Load SOURCE, find and export in one batch step."""
    result = run_batch(session, load_request(options), out, options)
    session.terminal.result(result, run_lines(result, out))


def run_batch(session: Session, request: Request, out: Path, options: Options) -> dict[str, Any]:
    """Load, find, export; `out` gets the results only when all is done.

    Args:
        session: the command's settings and terminal.
        request: what to load.
        out: folder for the results.
        options: those of `find_options` and `selection_options`.

    Returns:
        What `run.json` says.
    """
    begun, home, unmask = time.monotonic(), session.settings.home, options.pop("unmask")
    chosen = selection(home, None, options)
    options = options | {"priorities": _priorities(session)}
    with home.writing("run"), _results_folder(out) as folder:
        reach_store(session)
        loaded = load_source(home, request, session.terminal.progress)
        findings = find_in(session, loaded.snapshot, options, loaded.bank)
        loaded = replace(loaded, bank=None)  # an export has no use for it
        store = sync(session, snapshot=loaded.snapshot, findings=findings)
        rows = _export_all(session, findings, loaded, chosen, folder, unmask=unmask)
        result = (
            loaded.json()
            | found_json(findings)
            | {"snapshot": loaded.snapshot.version, "store": store, "exported": rows}
        )
        result["seconds"] = round(time.monotonic() - begun, 1)
        (folder / "run.json").write_text(
            json.dumps(result, ensure_ascii=False, indent=1, default=str), encoding="utf-8"
        )
        _publish(folder, out)
    record(home, "export", str(out), rows=rows, unmasked=unmask)
    return result


@contextmanager
def _results_folder(out: Path) -> Generator[Path]:
    """A temporary folder inside `out`; what a killed run left there is swept away."""
    out.mkdir(parents=True, exist_ok=True)
    for leftover in out.glob(f"{_TEMPORARY}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    with TemporaryDirectory(prefix=_TEMPORARY, dir=out) as name:
        yield Path(name)


def _export_all(
    session: Session, findings: Tables, loaded: Loaded, chosen: Selection, folder: Path, *, unmask: bool
) -> int:
    for name in FACTS:
        export_facts(findings, name, folder / "facts" / f"{name}.parquet")
    shutil.copyfile(loaded.report(language()), folder / "quality.html")
    session.terminal.progress.step("cli.export_writing", file="opportunities.parquet, opportunities.csv")
    files = [folder / "opportunities.parquet", folder / "opportunities.csv"]
    return export(findings, loaded.snapshot, files, chosen, unmask=unmask)


def _publish(folder: Path, out: Path) -> None:
    """Every file under its final name; `run.json` last, so that who waits for it finds the others whole."""
    files = sorted(
        (file for file in folder.rglob("*") if file.is_file()), key=lambda file: (file.name == "run.json", file)
    )
    for file in files:
        final = out / file.relative_to(folder)
        final.parent.mkdir(exist_ok=True)
        replace_file(final, file)


def run_lines(result: dict[str, Any], out: Path) -> list[str]:
    """The result of a run, in sentences."""
    return [
        *found_lines(result),
        say("cli.run_done", rows=f"{result['exported']:,}", out=out, seconds=result["seconds"]),
    ]
