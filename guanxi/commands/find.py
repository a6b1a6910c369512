"""`guanxi find`, `guanxi export`, `guanxi run`."""

import json
import shutil
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import click

from graph.audit import record
from graph.export import FACTS, Selection, export_facts, export_opportunities
from graph.findings import Findings, latest_findings
from graph.opportunities import KINDS, find_opportunities
from graph.snapshot import Snapshot, latest_snapshot, replace_file, writing_version
from guanxi.commands.load import load_options, load_request, sync
from guanxi.options import Date, Session, session_command
from loaders.load import Loaded, Request, load_source
from texts import language, say

F = TypeVar("F", bound=Callable[..., Any])
Options = dict[str, Any]
_TEMPORARY = ".writing-"


def find_options(command: F) -> F:
    """What to find, as of when, how far ahead."""
    for option in (
        click.option("--seed", type=int, default=0, show_default=True),
        click.option("--horizon", type=click.IntRange(1, 3650), default=180, show_default=True, help="days ahead"),
        click.option(
            "--as-of", type=Date(), default=None, help="nothing later is used (default: newest date in the data)"
        ),
        click.option(
            "--kind", "kinds", multiple=True, type=click.Choice(list(KINDS)), help="only this kind; may repeat"
        ),
    ):
        command = option(command)
    return command


def selection_options(command: F) -> F:
    """Which opportunities, and whether names are clear."""
    for option in (
        click.option("--unmask", is_flag=True, help="names in clear; written to the audit log"),
        click.option("--min-value", type=float, default=None, help="least expected value, yuan"),
        click.option(
            "--per-subject", type=click.IntRange(0), default=3, show_default=True, help="best products each; 0 = all"
        ),
        click.option("--top", type=click.IntRange(1), default=None, help="best N over all"),
        click.option("--manager", default=None, help="manager_id"),
        click.option("--branch", default=None, help="branch_id, its sub-branches included"),
    ):
        command = option(command)
    return command


def selection(kinds: tuple[str, ...], options: Options) -> Selection:
    """Take the selection out of a command's options."""
    names = ("branch", "manager", "top", "per_subject", "min_value", "unmask")
    return Selection(kinds=kinds, **{name: options.pop(name) for name in names})


@click.command()
@find_options
@session_command
def find(session: Session, /, **options: Any) -> None:
    """Run the opportunity finders over the newest snapshot."""
    home = session.settings.home
    with home.writing("find"):
        findings = find_in(session, latest_snapshot(home), options)
        store_findings(session, findings)
    show_findings(session, findings)


def find_in(session: Session, snapshot: Snapshot, options: Options) -> Findings:
    """Find, into a new version of the home's findings; the store's tables are made where there is a store."""
    settings = session.settings
    with writing_version(settings.home.findings) as folder:
        find_opportunities(snapshot, folder, session.terminal.progress, graph_tables=settings.has_store, **options)
    return latest_findings(settings.home)


def store_findings(session: Session, findings: Findings) -> dict[str, int]:
    """Bring the store to the findings."""
    return sync(session, "findings", findings)


def show_findings(session: Session, findings: Findings) -> None:
    """The result of a find."""
    manifest = findings.manifest
    lines = [say("cli.find_done", as_of=manifest["as_of"], horizon=manifest["horizon"])]
    lines += [
        say("cli.find_kind", kind=say(f"cli.kind_{kind}"), count=f"{n:,}")
        for kind, n in manifest["opportunities"].items()
    ]
    lines += [say("cli.find_fact", fact=name, count=f"{n:,}") for name, n in manifest["facts"].items()]
    session.terminal.result(found_json(findings), lines)


def found_json(findings: Findings) -> dict[str, Any]:
    """The object of `guanxi find --json`."""
    named = ("opportunities", "facts", "as_of", "horizon", "seed", "suppressed", "models", "notes")
    return {name: findings.manifest[name] for name in named if name in findings.manifest}


@click.command()
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help=".csv, .xlsx or .parquet")
@click.option("--facts", type=click.Choice(list(FACTS)), default=None, help="export detected facts instead")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(list(KINDS)), help="only this kind; may repeat")
@selection_options
@session_command
def export(session: Session, /, out: Path, facts: str | None, kinds: tuple[str, ...], **options: Any) -> None:
    """Write opportunities, or detected facts, to a file."""
    home = session.settings.home
    findings, chosen = latest_findings(home), selection(kinds, options)
    session.terminal.progress.step("cli.export_writing", file=out)
    rows = export_facts(findings, facts, out) if facts else export_opportunities(findings, chosen, out)
    record(home, "export", str(out), rows=rows, facts=facts or "", unmasked=chosen.unmask)
    session.terminal.result({"file": str(out), "rows": rows}, [say("cli.export_done", rows=f"{rows:,}", file=out)])


@click.command()
@load_options
@find_options
@selection_options
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="folder for the results")
@session_command
def run(session: Session, /, out: Path, **options: Any) -> None:
    """Load SOURCE, find and export in one batch step."""
    result = run_batch(session, load_request(options), out, options)
    session.terminal.result(result, run_lines(result, out))


def run_batch(session: Session, request: Request, out: Path, options: Options) -> dict[str, Any]:
    """Load, find, export; `out` gets the results only when all is done.

    Returns:
        What `run.json` says.
    """
    begun, home = time.monotonic(), session.settings.home
    chosen = selection(options["kinds"], options)
    with home.writing("run"), _results_folder(out) as folder:
        loaded = load_source(home, request, session.terminal.progress)
        changes = sync(session, "snapshot", loaded.snapshot)
        findings = find_in(session, loaded.snapshot, options)
        changes = {key: n + changes[key] for key, n in store_findings(session, findings).items()}
        rows = _export_all(session, findings, chosen, folder)
        _copy_report(loaded, folder)
        result = loaded.json() | found_json(findings) | {"store": changes, "exported": rows}
        result["seconds"] = round(time.monotonic() - begun, 1)
        (folder / "run.json").write_text(
            json.dumps(result, ensure_ascii=False, indent=1, default=str), encoding="utf-8"
        )
        _publish(folder, out)
    record(home, "export", str(out), rows=rows, unmasked=chosen.unmask)
    return result


@contextmanager
def _results_folder(out: Path) -> Generator[Path]:
    """A temporary folder inside `out`; what a killed run left there is swept away."""
    out.mkdir(parents=True, exist_ok=True)
    for leftover in out.glob(f"{_TEMPORARY}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    with TemporaryDirectory(prefix=_TEMPORARY, dir=out) as name:
        yield Path(name)


def _export_all(session: Session, findings: Findings, chosen: Selection, folder: Path) -> int:
    (folder / "facts").mkdir()
    for name in FACTS:
        export_facts(findings, name, folder / "facts" / f"{name}.parquet")
    session.terminal.progress.step("cli.export_writing", file="opportunities.parquet")
    rows = export_opportunities(findings, chosen, folder / "opportunities.parquet")
    session.terminal.progress.step("cli.export_writing", file="opportunities.csv")
    export_opportunities(findings, chosen, folder / "opportunities.csv")
    return rows


def _copy_report(loaded: Loaded, folder: Path) -> None:
    (folder / "quality.html").write_text(loaded.html(language()), encoding="utf-8")


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
    found = [
        say("cli.find_kind", kind=say(f"cli.kind_{kind}"), count=f"{n:,}")
        for kind, n in result["opportunities"].items()
    ]
    return [*found, say("cli.run_done", rows=f"{result['exported']:,}", out=out, seconds=result["seconds"])]
