"""One tab of a browser: what it opens and does, with seconds until the content stands still."""

import json
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from playwright.async_api import BrowserContext, Page
from psutil import Process

WITHIN: Final = 60_000
"""Milliseconds after which something is said to never come."""
REST: Final = 350
"""Milliseconds without change, and without a message from the server, after which a page stands still."""
_SEEN: Final = Path(__file__).with_name("seen.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Timed:
    """Seconds from what the user did until the last change of the content, and what of them the server took."""

    name: str
    shown: float
    server: float
    cpu: float
    """processor seconds of the serving process"""


class Tab:
    """A tab over a served dashboard."""

    def __init__(self, page: Page, address: str, process: Process) -> None:
        self.page = page
        self._address = address
        self._process = process

    @classmethod
    async def of(cls, context: BrowserContext, address: str, process: Process) -> "Tab":
        """A new one."""
        page = await context.new_page()
        page.set_default_timeout(WITHIN)
        await page.add_init_script(_SEEN)
        return cls(page, address, process)

    async def open(self, name: str, path: str, **link: str) -> Timed:
        """Load a page as from a link: the browser starts the app anew."""
        act = self.page.goto(f"{self._address}/{path}?{urlencode({'lang': 'en'} | link)}", wait_until="commit")
        return await self.timed(name, act)

    async def timed(self, name: str, act: Awaitable[object]) -> Timed:
        """Do something that the server answers."""
        before = self._spent()
        await act
        return await self._settled(name, before)

    def _spent(self) -> float:
        return sum(self._process.cpu_times()[:2])

    async def _settled(self, name: str, before: float) -> Timed:
        found = await self.page.wait_for_function(f"settled({REST})", timeout=WITHIN)
        seen: dict[str, float] = await found.json_value()
        last = max(seen["changed"], seen["received"])
        shown, server = last - seen["acted"], seen["received"] - seen["sent"]
        if fault := await self.page.get_by_test_id("stAlertContentError").all_inner_texts():
            raise RuntimeError(f"{name}: {fault}")
        return Timed(name, shown / 1000, server / 1000, self._spent() - before)

    async def click(self, selector: str, place: int = 0) -> None:
        """Click the button, link or field of that selector."""
        await self.page.locator(selector).nth(place).click()

    async def click_row(self, row: int, table: int = 0) -> None:
        """Click the mark before a row of a table."""
        grid = self.page.get_by_test_id("stDataFrame").nth(table)
        await grid.scroll_into_view_if_needed()
        box = await grid.bounding_box() or {"x": 0, "y": 0}
        await self.page.mouse.click(box["x"] + 18, box["y"] + 45 + 30 * row)

    async def nodes(self) -> dict[str, tuple[int, int]]:
        """Where each node of the picture is."""
        await self.page.wait_for_selector(".picture[data-probe]")
        return json.loads(await self.page.locator(".picture").get_attribute("data-probe") or "{}")

    async def click_node(self, node: str) -> None:
        """Click a node of the picture, and wait until it is described beside it."""
        x, y = (await self.nodes())[node]
        await self.timed("", self.page.locator(".picture").click(position={"x": x, "y": y}))
