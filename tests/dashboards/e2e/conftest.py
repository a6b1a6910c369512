"""The dashboard as a user has it: `guanxi dashboard` over a real Neo4j, in a real Chromium."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from helpers.browser import ARGUMENTS, chromium
from helpers.servers import kill_server
from playwright.sync_api import Browser, Page, expect, sync_playwright

from demo import make_bank
from graph.home import Home

READY_WITHIN = 120
SEEN_WITHIN = 60_000


@dataclass(frozen=True)
class Served:
    """A dashboard that is served."""

    home: Home
    address: str
    log: Path


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    """One server for all, over a small bank with a store of its own."""
    if chromium() is None:
        pytest.skip("no Chromium: it is not there, and neither apt-get nor Playwright could install it")
    folder = tmp_path_factory.mktemp("served")
    make_bank(folder / "source", customers=400, seed=3)
    home, log = Home.open(folder / "home"), folder / "log"
    command = [sys.executable, "-m", "guanxi"]
    common = ["--home", str(home.path), "--store", "local", "--json"]
    try:
        subprocess.run([*command, "run", str(folder / "source"), "--out", str(folder / "out"), *common], check=True)
        with log.open("w") as file:
            server = subprocess.Popen(
                [*command, "dashboard", "--port", "0", *common], stdout=file, stderr=file, env=_environment()
            )
        try:
            yield Served(home, _address(server, log), log)
        finally:
            server.terminate()
            server.wait(30)
    finally:
        kill_server(home)


def _environment() -> dict[str, str]:
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


@pytest.fixture(scope="session")
def browser(served: Served) -> Generator[Browser]:
    expect.set_options(timeout=SEEN_WITHIN)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        yield opened
        opened.close()


@dataclass
class Tab:
    """One tab: opens pages of the dashboard, and remembers what must not happen."""

    page: Page
    address: str
    wrong: list[str] = field(default_factory=list)

    def open(self, page: str = "", **link: str) -> Page:
        self.page.goto(f"{self.address}/{page}?{urlencode(link)}")
        return self.settled()

    def settled(self) -> Page:
        """When the page has run."""
        expect(self.page.locator("h1")).to_be_visible(timeout=SEEN_WITHIN)
        self.page.wait_for_selector('[data-test-script-state="notRunning"]', timeout=SEEN_WITHIN)
        return self.page

    def nodes(self) -> dict[str, list[int]]:
        """Where each node is in the picture."""
        self.page.wait_for_selector(".picture[data-probe]", timeout=SEEN_WITHIN)
        return dict(json.loads(self.page.locator(".picture").get_attribute("data-probe") or "{}"))

    def wait_for_node(self, part: str) -> str:
        """The id of the first node with `part` in its id, when it is drawn."""
        deadline = time.monotonic() + SEEN_WITHIN / 1000
        while not (found := [node for node in self.nodes() if part in node]):
            assert time.monotonic() < deadline, f"no node {part}"
            self.page.wait_for_timeout(100)
        return found[0]

    def click_node(self, node: str) -> None:
        """Click it, when the picture has come to rest."""
        before, place = list[int](), self.nodes()[node]
        while place != before:
            self.page.wait_for_timeout(500)
            before, place = place, self.nodes()[node]
        x, y = place
        self.page.locator(".picture").click(position={"x": x, "y": y})


@pytest.fixture
def tab(browser: Browser, served: Served) -> Generator[Tab]:
    """A tab in English; at its end nothing went wrong in the page, and nothing was asked of another host."""
    context = browser.new_context(locale="en-US", viewport={"width": 1400, "height": 1200})
    opened = Tab(context.new_page(), served.address)
    opened.page.set_default_timeout(SEEN_WITHIN)
    _watch(opened, served.address)
    yield opened
    context.close()
    assert opened.wrong == []
    assert "Traceback" not in served.log.read_text(encoding="utf-8")


def _watch(tab: Tab, address: str) -> None:
    inside = (address, address.replace("http", "ws"), "data:", "blob:")

    def asked(request: Any) -> None:
        if not request.url.startswith(inside):
            tab.wrong.append(f"asked {request.url}")

    tab.page.on("request", asked)
    tab.page.on("pageerror", lambda fault: tab.wrong.append(f"page error {fault}"))
    tab.page.on("console", lambda said: tab.wrong.append(said.text) if "Content Security" in said.text else None)
