"""A real Chromium for tests: one that is there, else one that the system or Playwright can install."""

from functools import cache
from pathlib import Path

from playwright.sync_api import sync_playwright

from helpers.packages import program, tried

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip


@cache
def chromium() -> str | None:
    """The path of a Chromium, installed where there is none and that can be done; none where it can't be had."""
    return _of_playwright() or program(NAMES, ("chromium", "fonts-noto-cjk")) or _by_playwright()


def _of_playwright() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _by_playwright() -> str | None:
    tried("playwright", "install", "chromium")
    return _of_playwright()
