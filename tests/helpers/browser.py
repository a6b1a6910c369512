"""A real Chromium for tests: one that is there, else one that the system or Playwright can install."""

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from playwright.sync_api import sync_playwright

from helpers.packages import install, there, tried

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip


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
        ("on the path", lambda: "none"),
        ("apt-get", lambda: install("chromium", "fonts-noto-cjk")),
        ("playwright install", _by_playwright),
    ]
    for name, way in ways:
        outcome = way()
        if found := _there():
            return found, said
        said.append(f"{name}: {outcome}")
    return None, said


def _there() -> str | None:
    return there(NAMES) or _of_playwright()


def _of_playwright() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _by_playwright() -> str:
    """Playwright's own Chromium, into its cache in the user's home."""
    return tried(sys.executable, "-m", "playwright", "install", "--no-shell", "chromium")
