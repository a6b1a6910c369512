"""`guanxi`: the console command."""

import errno
import os
import re
import signal
import sys
import tempfile
import traceback
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import click

from guanxi.help import explain
from guanxi.options import common
from texts import UserError, say

OK, FAULT, USER, INTERRUPTED = 0, 1, 2, 130
COMMANDS: Final = {
    "check": "load:check",
    "load": "load:load",
    "find": "find:find_command",
    "export": "find:export_command",
    "run": "find:run_command",
    "query": "query:query",
    "store": "store:store",
    "pull": "load:pull",
    "evaluate": "evaluate:evaluate",
    "dashboard": "dashboard:dashboard",
    "demo": "demo:demo",
}
"""Where each command is, in `guanxi.commands`; in the order of the help."""
_DISK_FULL: Final = re.compile(rf"os error (?:{errno.ENOSPC}|{errno.EDQUOT}|{errno.EFBIG})\b")
"""How Polars, which raises errors of its own, says so."""
_RECEIVED: Final[list[int]] = []
"""Signals that asked this process to end."""


class Commands(click.Group):
    """Imports a command when it is called: what some of them need takes seconds to import."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Their names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, with its texts."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"guanxi.commands.{module}"), name)
        explain(command, f"guanxi_{cmd_name}")
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("guanxi"), package_name="guanxi")
@common
def cli(**_options: Any) -> None:
    """Guanxi 关系: whom to offer what, and why, from a bank's customer graph."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    explain(cli)
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, _interrupt)
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        cli.main(arguments, prog_name="guanxi", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except SystemExit:
        raise
    except BaseException as fault:  # noqa: BLE001 - the last line of defence: a panic of Polars is no Exception
        # a library that is interrupted in its own code may raise an error of its own instead
        code, message = _explained(KeyboardInterrupt() if _RECEIVED else fault)
        click.echo(message, err=True)
        return code
    return OK


def _explained(fault: BaseException) -> tuple[int, str]:
    """Exit code and sentence for what ended a command."""
    match fault:
        case click.Abort() | KeyboardInterrupt():
            return INTERRUPTED, say("errors.interrupted")
        case click.UsageError():
            return USER, fault.format_message() + (f"\n{fault.ctx.get_usage()}" if fault.ctx else "")
        case UserError():
            return USER, str(fault)
        case OSError(errno=errno.ENOSPC | errno.EDQUOT | errno.EFBIG):
            return USER, say("errors.disk_full", reason=fault.strerror)
        case _ if _DISK_FULL.search(str(fault)):
            return USER, say("errors.disk_full", reason=fault)
        case _:
            return FAULT, say("errors.fault", kind=type(fault).__name__, file=_trace(fault))


def _trace(fault: BaseException) -> Path:
    """The traceback in a file that only the user can read, for it may hold data."""
    handle, name = tempfile.mkstemp(prefix="guanxi-fault-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        traceback.print_exception(fault, file=file)
    return Path(name)


def _interrupt(received: int, _frame: object) -> None:
    _RECEIVED.append(received)
    raise KeyboardInterrupt
