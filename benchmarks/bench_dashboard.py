"""The dashboard as analysts have it: `guanxi dashboard` over a demo bank, in a real Chromium on the same machine.

    python benchmarks/bench_dashboard.py [--customers 100000] [--store local] [--sessions 1,5] [--rounds 5] [--json]

Seconds run from the user's act (or the start of a navigation) to the last change of the content, and count only what
the user sees, not the table for screen readers that a grid writes a quarter of a second after it was drawn; `server` is
from the first message that the browser sends to the last that it gets, `cpu` what the serving process spent of the
processor. The median and the 95th percentile are given for

    fresh    every page by its link, in a browser that has never seen the dashboard
    warm     the same in a browser that has, parties that nobody looked at before
    act      filters, sorts, choices, parts of a page, pages by the navigation, expanding in the network

with one session, and with several at once, each of which rests a second between two acts: one in Chromium is timed, the
others work as from machines of their own, over Streamlit's websocket, and draw nothing; `others` counts what the server
finished for them. Then one session does `--interactions` acts while the memory of the serving process is sampled.
Wanted at 100,000 customers: a warm page under 1.5 s and a filter or expansion under 0.5 s at the 95th percentile.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import psutil
import requests
from analyst import Ran, Tab, Targets, Timed, interactions, summary, targets, visits, work
from playwright.async_api import Browser, async_playwright

from demo import make_bank
from graph.home import Home

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from helpers.browser import ARGUMENTS, chromium  # pyright: ignore[reportMissingImports]

GUANXI = (sys.executable, "-m", "guanxi")
LOOKS: Any = {"viewport": {"width": 1400, "height": 1000}, "bypass_csp": True}
"""The policy keeps Playwright from asking the page whether it stands still."""
PAUSE = 1.0
READY_WITHIN = 180


def prepare(folder: Path, customers: int, store: str) -> None:
    """A home with a demo bank and what `find` found in it."""
    make_bank(folder / "bank", customers=customers)
    command = [*GUANXI, "run", str(folder / "bank"), "--out", str(folder / "out"), "--home", str(folder / "home")]
    subprocess.run([*command, "--store", store, "--json"], check=True, stdout=subprocess.DEVNULL)


@dataclass(frozen=True)
class Served:
    """A dashboard that listens."""

    address: str
    process: psutil.Process

    async def tab(self, browser: Browser) -> Tab:
        """A tab in a browser of its own, which has never seen the dashboard."""
        return await Tab.of(await browser.new_context(**LOOKS), self.address, self.process)


@contextmanager
def served(home: Path, store: str) -> Generator[Served]:
    """The dashboard of a home, until the block ends."""
    log = home.parent / "dashboard.log"
    command = [*GUANXI, "dashboard", "--port", "0", "--home", str(home), "--store", store, "--json"]
    with log.open("w") as file:
        server = subprocess.Popen(command, stdout=file, stderr=file, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    try:
        deadline = time.monotonic() + READY_WITHIN
        while not (said := [line for line in log.read_text().splitlines() if line.startswith("{")]):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(log.read_text())
            time.sleep(0.2)
        address = str(json.loads(said[0])["address"])
        requests.get(f"{address}/_stcore/health", timeout=10).raise_for_status()
        yield Served(address, psutil.Process(server.pid))
    finally:
        server.terminate()
        server.wait(60)


async def fresh(browser: Browser, dashboard: Served, to: Targets, rounds: int) -> list[Timed]:
    """Every page, each in a browser of its own."""
    found: list[Timed] = []
    for number in range(rounds):
        for page, link in visits(to, number):
            tab = await dashboard.tab(browser)
            found.append(await tab.open(_named(page, link), page, **link))
            await tab.page.context.close()
    return found


async def session(
    browser: Browser, dashboard: Served, to: Targets, rounds: int, pause: float = 0.0
) -> dict[str, list[Timed]]:
    """One analyst: warm pages and acts."""
    tab = await dashboard.tab(browser)
    await tab.open("", "")
    found: dict[str, list[Timed]] = {"warm": [], "act": []}
    for number in range(rounds):
        for page, link in visits(to, number):
            found["warm"].append(await tab.open(_named(page, link), page, **link))
            await asyncio.sleep(pause)
        async for done in interactions(tab, to, number):
            found["act"].append(done)
            await asyncio.sleep(pause)
    await tab.page.context.close()
    return found


def _named(page: str, link: dict[str, str]) -> str:
    return f"{page} with one open" if page == "opportunities" and link else page or "overview"


async def together(
    browser: Browser, dashboard: Served, to: Targets, sessions: int, rounds: int
) -> tuple[dict[str, list[Timed]], Ran]:
    """Several analysts at once, each on other parties: one in the browser, the others over the wire."""
    ran = Ran()
    numbers = [place * rounds for place in range(1, sessions)]
    others = [asyncio.create_task(work(dashboard.address, to, number, PAUSE, ran)) for number in numbers]
    found = await session(browser, dashboard, to, rounds, PAUSE if others else 0.0)
    for other in others:
        if not other.cancel():
            other.result()  # it ended before its time: why
    return found, ran


async def memory(tab: Tab, to: Targets, process: psutil.Process, acts: int) -> AsyncGenerator[float]:
    """Megabytes of the serving process after each act of one session."""
    done = 0
    while done < acts:
        async for _ in interactions(tab, to, done):
            size = process.memory_info()
            yield (size.rss - size.shared) / 2**20  # without files that are mapped
            done += 1
            if done == acts:
                return


async def measured(
    arguments: argparse.Namespace, dashboard: Served, to: Targets, say: Callable[[str, Any], None]
) -> dict[str, Any]:
    """All figures by name, rows of `summary` and the memory; each is told as soon as it is there."""
    found: dict[str, Any] = {}

    def keep(name: str, figures: Any) -> None:
        found[name] = figures
        say(name, figures)

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        await session(browser, dashboard, to, 1)  # the server's first pages are nobody's
        keep("fresh", _figures(await fresh(browser, dashboard, to, 1)))
        for sessions in arguments.sessions:
            timed, ran = await together(browser, dashboard, to, sessions, arguments.rounds)
            for kind, rows in timed.items():
                keep(f"{kind}, {sessions} at once", _figures(rows))
            if sessions > 1:
                keep(f"others, {sessions} at once", ran.summary())
        tab = await dashboard.tab(browser)
        sizes = [size async for size in memory(tab, to, dashboard.process, arguments.interactions)]
        keep("memory", _growth(sizes))
        await browser.close()
    return found


def _figures(rows: list[Timed]) -> list[dict[str, Any]]:
    """One row for each page or act, and one for all."""
    return [*summary([replace(row, name="all") for row in rows]).to_dicts(), *summary(rows).to_dicts()]


def _growth(sizes: list[float]) -> dict[str, float]:
    """Medians of megabytes over the second fifth of the acts, when the caches are filled, and over the last."""
    fifth = len(sizes) // 5
    if not fifth:
        return {}
    early, late = (statistics.median(part) for part in (sizes[fifth : 2 * fifth], sizes[-fifth:]))
    return {"early_mb": round(early), "late_mb": round(late), "growth_mb": round(late - early)}


def show(name: str, figures: Any) -> None:
    """Print the figures of one name."""
    print(f"\n{name}; load of the machine {os.getloadavg()[0]:.1f}", flush=True)
    with pl.Config(tbl_rows=-1, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, fmt_str_lengths=60):
        print(pl.DataFrame(figures) if isinstance(figures, list) else figures, flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--store", choices=("local", "none"), default="local")
    parser.add_argument("--sessions", type=lambda text: [int(each) for each in text.split(",")], default=[1, 5])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--interactions", type=int, default=200)
    parser.add_argument("--folder", type=Path, help="kept, and used again where it holds a home already")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder: Path = arguments.folder or Path(name)
        if not (folder / "home").exists():
            prepare(folder, arguments.customers, arguments.store)
        to = targets(Home.open(folder / "home"), store=arguments.store != "none")
        say = (lambda *_: None) if arguments.json else show
        with served(folder / "home", arguments.store) as dashboard:
            found = asyncio.run(measured(arguments, dashboard, to, say))
    if arguments.json:
        print(json.dumps({"customers": arguments.customers, "store": arguments.store} | found))


if __name__ == "__main__":
    main()
