"""One tab of a browser that shows the dashboard."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

SEEN_WITHIN = 60_000
"""Milliseconds."""
QUIET = 1.0
"""Seconds without a run after which none follows: an act's run begins a moment after it, and may ask for another."""
RUNNING = '[data-test-script-state]:not([data-test-script-state="notRunning"])'


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

    def rested(self) -> Page:
        """When no run follows what was done."""
        quiet_since = time.monotonic()
        while time.monotonic() - quiet_since < QUIET:
            self.page.wait_for_timeout(50)
            if self.page.locator(RUNNING).count():
                self.settled()
                quiet_since = time.monotonic()
        return self.page

    def download(self, button: Locator) -> Path:
        """The file that a button gives; a run that ends between would take away what the button asks for."""
        self.rested()
        with self.page.expect_download() as download:
            button.click()
        return download.value.path()

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
