"""A real Chromium for tests: one that is there, else one that the system or Playwright can install."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
INSTALL_WITHIN = 300
_LONGEST = 200


def chromium() -> str | None:
    """The path of a Chromium, installed where there is none and that can be done; none where it can't be had."""
    return _sought()[0]


def why_none() -> str:
    """Why there is none, in one line: what was tried, and what each attempt said last."""
    return "; ".join(_sought()[1])


@cache
def _sought() -> tuple[str | None, list[str]]:
    said: list[str] = []
    ways: list[tuple[str, Callable[[], str]]] = [
        ("on the path", lambda: "none"), ("apt-get", _by_system), ("playwright install", _by_playwright),
    ]  # fmt: skip
    for name, install in ways:
        outcome = install()
        if found := _there():
            return found, said
        said.append(f"{name}: {outcome}")
    return None, said


def _there() -> str | None:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or _of_playwright()


def _of_playwright() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _by_system() -> str:
    """Debian's and Ubuntu's package manager, where this user may use it."""
    if not shutil.which("apt-get"):
        return "not this system's package manager"
    if os.geteuid() != 0:
        return "needs root"
    update = _tried("apt-get", "update", "-qq")
    return _tried("apt-get", "install", "-y", "-qq", "chromium", "fonts-noto-cjk") or update


def _by_playwright() -> str:
    """Playwright's own Chromium, into its cache in the user's home."""
    return _tried(sys.executable, "-m", "playwright", "install", "--no-shell", "chromium")


def _tried(*command: str) -> str:
    """What went wrong: the first line that says so, else the last one; nothing where all went well."""
    try:
        done = subprocess.run(command, check=False, timeout=INSTALL_WITHIN, capture_output=True, text=True)
    except (OSError, subprocess.SubprocessError) as fault:
        return f"{fault}"[:_LONGEST]
    if done.returncode == 0:
        return ""
    lines = [line.strip() for line in f"{done.stdout}\n{done.stderr}".splitlines() if line.strip()]
    faults = [line for line in lines if line.startswith(("E:", "Error"))]
    return next(iter(faults + lines[-1:]), f"exit code {done.returncode}")[:_LONGEST]
