"""`guanxi`: the console command."""

import errno
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from guanxi.commands.demo import demo
from guanxi.commands.evaluate import evaluate
from guanxi.commands.find import export, find, run
from guanxi.commands.load import check, load, pull
from guanxi.commands.query import query
from guanxi.commands.store import store
from guanxi.options import common
from texts import UserError, say

OK, FAULT, USER, INTERRUPTED = 0, 1, 2, 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("guanxi"), package_name="guanxi")
@common
def cli(**_options: Any) -> None:
    """guanxi 关系: whom to offer what, and why, from a bank's customer graph."""


for command in (check, load, find, export, run, query, store, pull, evaluate, demo):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        cli.main(arguments, prog_name="guanxi", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _say(INTERRUPTED, say("errors.interrupted"))
    except click.UsageError as fault:
        hint = f"\n{fault.ctx.get_usage()}" if fault.ctx else ""
        return _say(USER, fault.format_message() + hint)
    except UserError as fault:
        return _say(USER, str(fault))
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return _say(USER, say("errors.disk_full", reason=fault.strerror))
        return _fault(fault)
    except Exception as fault:  # noqa: BLE001 - the last line of defence: a sentence for the user, the trace in a file
        return _fault(fault)
    return OK


def _say(code: int, message: str) -> int:
    click.echo(message, err=True)
    return code


def _fault(fault: Exception) -> int:
    """A fault of ours: the trace goes to a file that only the user can read, for it may hold data."""
    handle, name = tempfile.mkstemp(prefix="guanxi-fault-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        traceback.print_exception(fault, file=file)
    return _say(FAULT, say("errors.fault", kind=type(fault).__name__, file=Path(name)))


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
