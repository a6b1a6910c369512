"""Local servers in tests: look at them from outside, and leave none behind."""

import subprocess
import sys
import time
from pathlib import Path

import psutil

from graph.home import Home

GONE_WITHIN = 120


def processes(home: Home) -> list[psutil.Process]:
    """Every server process of a home."""
    argument = f"--home-dir={(home.store / 'server').resolve()}"
    running = psutil.process_iter(["cmdline"])
    return [process for process in running if argument in (process.info["cmdline"] or ())]


def wait_until_gone(home: Home) -> None:
    """Until no server of the home runs any more."""
    deadline = time.monotonic() + GONE_WITHIN
    while processes(home):
        assert time.monotonic() < deadline, "the server goes on"
        time.sleep(0.1)


def kill_server(home: Home) -> None:
    """As a crash or the kernel's out-of-memory killer would."""
    for process in processes(home):
        process.kill()
        process.wait()


def command(home: Home, text: str) -> "subprocess.Popen[str]":
    """Code on `home`, run in a process of its own as a command is."""
    script = f"""
import sys, time
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from graph.home import Home
from graph.snapshot import Snapshot, versions
from graph.store import SNAPSHOT, LocalServer, load_into_store, open_store, sync
from texts.progress import Silent
home = Home(Path({str(home.path)!r}))
{text}
"""
    return subprocess.Popen([sys.executable, "-u", "-c", script], stdout=subprocess.PIPE, text=True)


def wait_for_line(process: "subprocess.Popen[str]", line: str) -> None:
    """Until the process has printed the line."""
    assert process.stdout is not None
    assert line in (text.strip() for text in process.stdout)
