"""`guanxi evaluate`: what the finders would have said, against what was opened afterwards."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from graph.evaluation.backtest import Backtest, leave_one_out, time_split
from graph.opportunities.kinds import KINDS
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
    as_of: date | None,
    horizon: int,
    kinds: tuple[str, ...],
    seed: int,
) -> None:
    """Back-test the finders on SOURCE; the home is not touched."""
    progress = session.terminal.progress
    with TemporaryDirectory(prefix="guanxi-evaluate-") as folder:
        snapshot = temporary_snapshot(Request(source, mapping, max_reject_rate), Path(folder), progress)
        if undated:
            result = leave_one_out(snapshot, horizon=horizon, seed=seed, progress=progress)
        else:
            chosen = list(kinds) or list(KINDS)
            result = time_split(snapshot, as_of=as_of, horizon=horizon, seed=seed, kinds=chosen, progress=progress)
    _show(session, result)


def _show(session: Session, result: Backtest) -> None:
    for kind, models in result.kinds.items():
        metrics = list(next(iter(models.values())))
        rows = [
            [
                metric,
                *(
                    f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]" if (one := figures.get(metric)) else ""
                    for figures in models.values()
                ),
            ]
            for metric in metrics
        ]
        if not session.terminal.as_json:
            click.echo(say("cli.evaluate_kind", kind=say(f"cli.kind_{kind}"), **result.sizes[kind]))
        session.terminal.table([say("cli.evaluate_metric"), *models], rows)
    session.terminal.result(result.json())
