"""Pictures of the dashboard over a demo bank, for the README, or of every page for whoever changes how it looks.

`make screenshots` writes those of the README. A demo bank is made up, and names are masked as for any user.
"""

import argparse
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

import polars as pl
from helpers.served import browsing, serving
from helpers.tab import SEEN_WITHIN, Tab
from PIL import Image
from playwright.sync_api import Browser

from graph.access import Access, Filter, StoreGate, User
from graph.home import Home

IMAGES: Final = Path(__file__).parents[1] / "docs" / "images"
COLOURS: Final = 192
"""In a picture of the README: a third of the bytes, and no eye sees it."""
QUIET: Final = 900
"""Milliseconds for charts to be drawn when the page has run."""
Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class Shot:
    """One page as its link opens it."""

    name: str
    page: str
    link: dict[str, str] = field(default_factory=dict)
    lang: str = "en"
    theme: Theme = "light"
    width: int = 1440
    height: int = 900
    whole: bool = False
    """the page down to its end, not what a screen shows of it"""


def main() -> None:
    """Take the pictures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("home", type=Path, help="of a demo bank with its store")
    asked.add_argument(
        "--every", type=Path, metavar="FOLDER", help="every page, language, theme and width, into FOLDER"
    )
    asked.add_argument("--only", default="", metavar="PART", help="those with PART in the name")
    given = asked.parse_args()
    home = Home.open(given.home)
    pages = list(_pages(Access(home, User("local"), StoreGate("none", home))))
    shots = _each(pages) if given.every else _readme(pages)
    folder: Path = given.every or IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as logs, serving(home, Path(logs) / "log") as served, browsing() as browser:
        for shot in shots:
            if given.only in shot.name:
                _take(browser, served.address, shot, folder / f"{shot.name}.png")


def _pages(access: Access) -> Iterator[Shot]:
    """Every page with something to see."""
    company, customer = _employer(access), _busy(access)
    offer = access.opportunities(Filter(kinds=("payroll_to_retail",))).rows["opportunity_id"][0]
    branch = access.branches().filter(level="branch")["branch_id"][0]
    yield Shot("overview", "")
    yield Shot("overview-branch", "", {"branch": branch})
    yield Shot("opportunities", "opportunities", {"id": offer})
    yield Shot("opportunities-list", "opportunities", {"f": Filter(kinds=("company_prospect",)).text()})
    yield Shot("opportunities-none", "opportunities", {"f": Filter(min_value=1e9).text()})
    for page in ("explore", "customer", "company", "queries"):
        yield Shot(f"{page}-unasked", page)
    staff = f"Company|{company}|WORKS_AT|in"
    yield Shot("explore", "explore", {"n": f"Company|{company}", "o": staff})
    yield Shot("explore-person", "explore", {"n": f"Customer|{customer}", "to": f"Company|{company}", "by": "branch"})
    for part in ("holdings", "money", "contacts"):
        yield Shot(f"customer-{part}", "customer", {"id": customer, "part": part})
    for part in ("payroll", "owners", "supply", "money", "gaps"):
        yield Shot(f"company-{part}", "company", {"id": company, "part": part})
    for part in ("companies", "review"):
        yield Shot(f"payroll-{part}", "payroll", {"part": part})
    for query in ("company_staff", "ownership_chain"):
        yield Shot(f"queries-{query}", "queries", {"q": query, "p": json.dumps({"company_id": company})})
    yield Shot("quality", "quality")
    yield Shot("models", "models")


def _employer(access: Access) -> str:
    """The client with the largest staff among those with owners and suppliers."""
    tied = [access.snapshot.relationships(name).filter(to_label="Company") for name in ("OWNS", "SUPPLIES")]
    staff = access.snapshot.relationships("WORKS_AT").group_by(company_id="to_id").len()
    for ties in tied:
        staff = staff.join(ties.select(company_id="to_id"), on="company_id", how="semi")
    return str(staff.sort("len", "company_id", descending=[True, False]).collect()["company_id"][0])


def _busy(access: Access) -> str:
    """The customer with most contracts among those with relatives, a job and campaigns."""
    snapshot = access.snapshot
    held = snapshot.relationships("HOLDS").filter(from_label="Customer").group_by("from_id").len()
    for name in ("RELATED_TO", "CONTACTED"):
        held = held.join(snapshot.relationships(name), on="from_id", how="semi")
    jobs = snapshot.relationships("IS_CUSTOMER").select(from_id="to_id")
    best = held.join(jobs, on="from_id", how="semi").sort("len", "from_id", descending=[True, False])
    return str(best.select(pl.col("from_id").first()).collect().item())


def _each(pages: Iterable[Shot]) -> Iterator[Shot]:
    themes: tuple[Theme, ...] = ("light", "dark")
    for shot, lang, theme, width in product(pages, ("zh", "en"), themes, (1280, 1920)):
        name = f"{shot.name}-{lang}-{theme}-{width}"
        yield Shot(name, shot.page, shot.link, lang, theme, width, whole=True)


def _readme(pages: Iterable[Shot]) -> Iterator[Shot]:
    wanted: dict[str, tuple[str, Theme, int]] = {
        "opportunities": ("en", "light", 1160), "explore": ("en", "light", 1110), "overview": ("zh", "dark", 860),
    }  # fmt: skip
    for shot in pages:
        if shot.name in wanted:
            lang, theme, height = wanted[shot.name]
            yield Shot(shot.name, shot.page, shot.link, lang, theme, height=height)


def _take(browser: Browser, address: str, shot: Shot, file: Path) -> None:
    context = browser.new_context(
        locale="zh-CN" if shot.lang == "zh" else "en-US", color_scheme=shot.theme,
        viewport={"width": shot.width, "height": shot.height},
    )  # fmt: skip
    tab = Tab(context.new_page(), address)
    tab.page.set_default_timeout(SEEN_WITHIN)
    tab.open(shot.page, **shot.link)
    if shot.page == "explore" and "n" in shot.link:
        tab.nodes()
    tab.rested()
    tab.page.wait_for_timeout(QUIET)
    if shot.whole:
        height = tab.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        tab.page.set_viewport_size({"width": shot.width, "height": int(height)})
        tab.page.wait_for_timeout(QUIET)
    taken = Image.open(io.BytesIO(tab.page.screenshot())).convert("RGB")
    taken.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    context.close()


if __name__ == "__main__":
    main()
