"""A real Chromium for tests: one that is there, else one that the system or Playwright can install."""

import os
import shutil
import subprocess
from contextlib import suppress
from functools import cache
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
INSTALL_WITHIN = 300


@cache
def chromium() -> str | None:
    """The path of a Chromium, installed where there is none and that can be done; none where it can't be had."""
    return _there() or _by_system() or _by_playwright()


def _there() -> str | None:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or _of_playwright()


def _of_playwright() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _by_system() -> str | None:
    """Debian's and Ubuntu's package manager, where this user may use it."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    _tried("apt-get", "update", "-qq")
    _tried("apt-get", "install", "-y", "-qq", "chromium", "fonts-noto-cjk")
    return next(filter(None, map(shutil.which, NAMES)), None)


def _by_playwright() -> str | None:
    _tried("playwright", "install", "chromium")
    return _of_playwright()


def _tried(*command: str) -> None:
    with suppress(OSError, subprocess.SubprocessError):
        subprocess.run(command, check=False, timeout=INSTALL_WITHIN, capture_output=True)
