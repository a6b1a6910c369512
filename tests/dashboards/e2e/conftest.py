"""The dashboard as a user has it: `guanxi dashboard`, over a real Neo4j where a page needs one, in a real Chromium."""

import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from helpers.browser import chromium, why_none
from helpers.served import Served, browsing, serving
from helpers.servers import kill_server
from helpers.tab import SEEN_WITHIN, Tab
from playwright.sync_api import Browser, expect

from demo import make_bank
from graph.home import Home

GIANT = 3_000
"""People on the staff list of the largest employer."""
OpenTab = Callable[..., AbstractContextManager[Tab]]


@pytest.fixture(scope="session")
def browser() -> Generator[Browser]:
    if chromium() is None:
        pytest.skip(f"no Chromium: {why_none()}")
    expect.set_options(timeout=SEEN_WITHIN)
    with browsing() as opened:
        yield opened


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Generator[Served]:
    """One server for all, over a small bank with one giant employer and a store of its own."""
    folder = tmp_path_factory.mktemp("served")
    make_bank(folder / "source", customers=400, seed=3)
    _grow(folder / "source" / "employees.parquet")
    home = Home.open(folder / "home")
    command = [sys.executable, "-m", "guanxi", "run", str(folder / "source"), "--out", str(folder / "out")]
    try:
        subprocess.run([*command, "--home", str(home.path), "--store", "local", "--json"], check=True)
        with serving(home, folder / "log") as running:
            yield running
    finally:
        kill_server(home)


def _grow(file: Path) -> None:
    """Make the largest employer a giant: people with the names of the others', of whom nothing else is known."""
    staff = pl.read_parquet(file)
    largest = staff.group_by("company_id").len().sort("len", "company_id").row(-1)[0]
    names = staff["name"].gather(pl.int_range(GIANT, eager=True) % len(staff))
    more = pl.DataFrame({
        "employee_id": pl.select(pl.format("G{}", pl.int_range(GIANT))).to_series(), "company_id": largest,
        "name": names,
    })  # fmt: skip
    pl.concat([staff, more], how="diagonal_relaxed").write_parquet(file)


@pytest.fixture
def open_tab(browser: Browser) -> OpenTab:
    """Opens a tab on a server, in English; at its end nothing went wrong, and nothing was asked of another host.

    Further addresses are hosts that the user is sent to.
    """
    return partial(_tab, browser)


@contextmanager
def _tab(browser: Browser, served: Served, *others: str) -> Generator[Tab]:
    context = browser.new_context(locale="en-US", viewport={"width": 1400, "height": 1200})
    context.route("https://**", lambda route: route.abort())
    opened = Tab(context.new_page(), served.address)
    opened.page.set_default_timeout(SEEN_WITHIN)
    _watch(opened, served.address, *others)
    said_before = len(served.log.read_text(encoding="utf-8"))
    yield opened
    context.close()
    assert opened.wrong == []
    assert "Traceback" not in served.log.read_text(encoding="utf-8")[said_before:]


@pytest.fixture
def tab(open_tab: OpenTab, served: Served) -> Generator[Tab]:
    """A tab of the served bank."""
    with open_tab(served) as opened:
        yield opened


def _watch(tab: Tab, address: str, *others: str) -> None:
    inside = (address, address.replace("http", "ws"), "data:", "blob:", *others)

    def asked(request: Any) -> None:
        by_others = request.headers.get("referer", "").startswith(others) if others else False
        if not (request.url.startswith(inside) or by_others):
            tab.wrong.append(f"asked {request.url}")

    tab.page.on("request", asked)
    tab.page.on("pageerror", lambda fault: tab.wrong.append(f"page error {fault}"))
    tab.page.on("console", lambda said: tab.wrong.append(said.text) if "Content Security" in said.text else None)
