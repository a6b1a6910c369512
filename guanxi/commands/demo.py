"""`guanxi demo`: a made-up bank, from its data to its opportunities."""

from dataclasses import replace
from pathlib import Path

import click
import polars as pl

from demo import make_bank
from guanxi.commands.dashboard import serve_dashboard
from guanxi.commands.find import Options, run_batch, run_lines
from guanxi.options import Session, session_command
from loaders.load import Request
from texts import UserError, language, say

SHOWN = 5
DEFAULTS: Options = {
    "kinds": (), "as_of": None, "horizon": 180, "branch": None, "manager": None, "top": None, "per_subject": 3,
    "min_value": None, "unmask": False,
}  # fmt: skip


@click.command()
@click.option("--customers", type=click.IntRange(50), default=10_000, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--no-dashboard", is_flag=True)
@session_command
def demo(session: Session, /, customers: int, seed: int, no_dashboard: bool) -> None:  # noqa: FBT001 - click's way
    """Make a demo bank, load it, find its opportunities, export them, open the dashboard."""
    home = session.settings.home
    source, out = home.path / "demo-source", home.path / "demo-results"
    session.terminal.progress.step("cli.demo_making", customers=f"{customers:,}")
    make_bank(source, customers=customers, seed=seed)
    request, options = Request(str(source)), DEFAULTS | {"seed": seed}
    try:
        result = run_batch(session, request, out, dict(options))
    except UserError as fault:
        if fault.key != "store.no_jars":
            raise
        session.terminal.remark(say("cli.demo_without_store", reason=fault))
        session.settings = replace(session.settings, store="none")
        result = run_batch(session, request, out, dict(options))
    _show_best(session, out / "opportunities.parquet")
    session.terminal.result(result | {"out": str(out)}, [*run_lines(result, out), *_next(session, out)])
    if not no_dashboard and not session.terminal.as_json:
        serve_dashboard(session)


def _show_best(session: Session, file: Path) -> None:
    """The best of each kind, with their reasons: what a relationship manager would look at first."""
    reason = f"reason_{language()}"
    best = pl.scan_parquet(file).sort("kind", "rank").group_by("kind", maintain_order=True).head(SHOWN)
    rows = best.select("kind", "subject_name", "product_id", pl.col("probability").round(3), reason).collect().rows()
    columns = [say(f"cli.demo_column_{name}") for name in ("kind", "subject", "product", "probability", "reason")]
    session.terminal.table(columns, [(say(f"cli.kind_{kind}"), *cells) for kind, *cells in rows])


def _next(session: Session, out: Path) -> list[str]:
    lines = [say("cli.demo_results", out=out)]
    if session.settings.has_store:
        lines.append(say("cli.demo_query", home=session.settings.home.path))
    return lines
