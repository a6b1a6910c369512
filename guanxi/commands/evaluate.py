"""`guanxi evaluate`: what the finders would have said, against what was opened afterwards."""

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from graph.evaluation.backtest import Backtest, leave_one_out, time_split
from graph.evaluation.metrics import Estimate
from graph.evaluation.report import verdict, write_report
from graph.home import Home
from graph.opportunities.kinds import KINDS
from graph.snapshot import replace_file
from guanxi.commands.load import mapping_option, rate_option, source_argument
from guanxi.options import Date, Session, session_command
from loaders.load import Request, temporary_snapshot
from texts import say


@click.command()
@source_argument
@mapping_option
@rate_option
@click.option("--as-of", type=Date(), default=None)
@click.option("--horizon", type=click.IntRange(1, 3650), default=180, show_default=True)
@click.option("--leave-one-out", "undated", is_flag=True)
@click.option("--kind", "kinds", multiple=True, type=click.Choice(list(KINDS)))
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), default=None)
@click.option("--seed", type=int, default=0, show_default=True)
@session_command
def evaluate(
    session: Session,
    /,
    source: str,
    mapping: Path | None,
    max_reject_rate: float,
    *,
    undated: bool,
    kinds: tuple[str, ...],
    report: Path | None,
    **asked: Any,
) -> None:
    """Back-test the finders on SOURCE; a home that is there keeps the figures for its dashboard."""
    progress = session.terminal.progress
    with TemporaryDirectory(prefix="guanxi-evaluate-") as folder:
        snapshot = temporary_snapshot(Request(source, mapping, max_reject_rate), Path(folder), progress)
        if undated:
            result = leave_one_out(snapshot, horizon=asked["horizon"], seed=asked["seed"], progress=progress)
        else:
            result = time_split(snapshot, kinds=list(kinds) or list(KINDS), progress=progress, **asked)
    if report:
        write_report(report, result, source)
    if session.has_home:
        _keep(session.settings.home, result, source)
    _show(session, result, report)


def _keep(home: Home, result: Backtest, source: str) -> None:
    temporary = home.backtest.with_name(f".{home.backtest.name}.writing-{os.getpid()}")
    text = json.dumps(result.json() | {"source": source}, ensure_ascii=False, default=str)
    temporary.write_text(text, encoding="utf-8")
    replace_file(home.backtest, temporary)


def _show(session: Session, result: Backtest, report: Path | None) -> None:
    for kind, judged in result.kinds.items():
        metrics = list(next(iter(judged.figures.values()), {}))
        rows = [
            [say(f"evaluate.metric_{metric}"), *(_figure(each.get(metric)) for each in judged.figures.values())]
            for metric in metrics
        ]
        models = [say(f"evaluate.model_{model}") for model in judged.figures]
        if not session.terminal.as_json:
            click.echo(say("cli.evaluate_kind", kind=say(f"cli.kind_{kind}"), **judged.size))
        if rows:
            session.terminal.table([say("cli.evaluate_metric"), *models], rows)
        if not session.terminal.as_json:
            click.echo(verdict(judged))
    session.terminal.result(result.json(), [say("cli.evaluate_report", file=report)] if report else [])


def _figure(one: Estimate | None) -> str:
    return f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]" if one else ""
