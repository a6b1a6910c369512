"""What a command shows: bars on a terminal, plain lines elsewhere, one JSON object where asked."""

import json
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from texts import say

_SECONDS_BETWEEN_LINES = 5.0


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="progress.data.speed")


class TerminalProgress:
    """Bars with rate and time left; each step's bar stays with its time when the next begins."""

    def __init__(self) -> None:
        self._bars = Bars(
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            _Rate(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task: Any = None

    def step(self, key: str, total: int | None = None, /, **values: object) -> None:
        """Finish the bar of the last step and begin another."""
        self.finish()
        self._bars.start()
        self._task = self._bars.add_task(say(key, **values), total=total)

    def advance(self, items: int = 1) -> None:
        """Move the bar."""
        if self._task is not None:
            self._bars.advance(self._task, items)

    def finish(self) -> None:
        """The last step is over."""
        if self._task is not None:
            task = next(task for task in self._bars.tasks if task.id == self._task)
            total = task.total or max(int(task.completed), 1)
            self._bars.update(self._task, total=total, completed=total)
            self._bars.stop()
            self._bars.remove_task(self._task)
            self._task = None


class LineProgress:
    """A line when another kind of step begins, or the same goes on for long; for log files and pipes."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._last = ("", 0.0)

    def step(self, key: str, total: int | None = None, /, **values: object) -> None:
        """Write the line, with the seconds since the command began."""
        now = time.monotonic() - self._begun
        if key != self._last[0] or now - self._last[1] > _SECONDS_BETWEEN_LINES:
            size = f" ({total:,})" if total else ""
            click.echo(f"[{now:7.1f} s] {say(key, **values)}{size}", err=True)
            self._last = (key, now)

    def advance(self, items: int = 1) -> None:
        """Lines do not move."""

    def finish(self) -> None:
        """Nothing to close."""


class Terminal:
    """Where a command writes: progress and remarks to stderr, its result to stdout."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.progress = TerminalProgress() if sys.stderr.isatty() else LineProgress()

    def result(self, data: Mapping[str, Any], lines: Sequence[str] = ()) -> None:
        """The command's result: one JSON object, or sentences."""
        self.progress.finish()
        if self.as_json:
            click.echo(json.dumps(data, ensure_ascii=False, default=str))
            return
        for line in lines:
            click.echo(line)

    def remark(self, text: str) -> None:
        """Something worth knowing that is not the result."""
        self.progress.finish()
        click.echo(text, err=True)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """A table for people; not written in JSON mode."""
        self.progress.finish()
        if self.as_json:
            return
        table = Table(*columns, header_style="bold")
        for row in rows:
            table.add_row(
                *("" if cell is None else f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row)
            )
        Console().print(table)
