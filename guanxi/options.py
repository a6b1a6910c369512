"""Options that every command takes, before or after its name."""

import functools
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from guanxi.settings import Settings, home_folder, read_settings
from guanxi.terminal import Terminal
from texts import UserError

R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])

_COMMON = (
    click.option("--home", type=click.Path(path_type=Path), default=None),
    click.option("--store", default=None),
    click.option("--json", "as_json", is_flag=True, default=False),
)


class Session:
    """One command's settings and terminal."""

    def __init__(self, home: Path | None, store: str | None, *, as_json: bool) -> None:
        self.terminal = Terminal(as_json=as_json)
        self.home_option = home
        self.store_option = store

    @property
    def has_home(self) -> bool:
        """Whether the home is there already."""
        return home_folder(self.home_option).exists()

    @functools.cached_property
    def settings(self) -> Settings:
        """Read when first needed: some commands need no home."""
        return read_settings(self.home_option, self.store_option)


def common(command: F) -> F:
    """`--home`, `--store` and `--json`."""
    for option in reversed(_COMMON):
        command = option(command)
    return command


def session_command(command: Callable[..., R]) -> Callable[..., R]:
    """A command whose first argument is a `Session`; its own common options win over those before its name."""

    @common
    @click.pass_context
    @functools.wraps(command)
    def run(context: click.Context, /, **options: Any) -> R:
        outer: dict[str, Any] = context.find_root().params
        home, store, as_json = ((options.pop(name) or outer.get(name)) for name in ("home", "store", "as_json"))
        session = Session(home, store, as_json=bool(as_json))
        try:
            return command(session, **options)
        finally:
            session.terminal.progress.finish()

    return run


class Date(click.ParamType[date]):
    """A date as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:  # noqa: ARG002
        """Read the date.

        Raises:
            UserError: it is no date.
        """
        try:
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError as fault:
            raise UserError("errors.date", value=value) from fault
