"""`guanxi dashboard` in a process of its own, as a user starts it, and a browser to look at it with."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from playwright.sync_api import Browser, sync_playwright

from graph.home import Home
from helpers.browser import ARGUMENTS, chromium

READY_WITHIN = 120


@dataclass(frozen=True)
class Served:
    """A dashboard that is served; what it prints is in `log`."""

    home: Home
    address: str
    log: Path


@contextmanager
def serving(home: Home, log: Path, *, store: str = "local", port: int = 0) -> Generator[Served]:
    """A dashboard over a home, on a free port by default."""
    command = [sys.executable, "-m", "guanxi", "dashboard", "--port", str(port), "--home", str(home.path)]
    with log.open("w") as file:
        server = subprocess.Popen([*command, "--store", store, "--json"], stdout=file, stderr=file, env=_environment())
    try:
        yield Served(home, _address(server, log), log)
    finally:
        server.terminate()
        server.wait(30)


@contextmanager
def browsing() -> Generator[Browser]:
    """A Chromium; there must be one."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        yield opened
        opened.close()


def _environment() -> Mapping[str, str]:
    return os.environ | {"PYTHONUNBUFFERED": "1"}


def _address(server: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text(encoding="utf-8")
        said = [line for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
        if said:
            address = str(json.loads(said[0])["address"])
            if requests.get(f"{address}/_stcore/health", timeout=10).ok:
                return address
        time.sleep(0.2)
    raise AssertionError(log.read_text(encoding="utf-8"))
