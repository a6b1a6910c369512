"""What an analyst opens and does: each page by its link, then what it offers, on other parties in each round."""

import json
from collections.abc import AsyncGenerator
from dataclasses import astuple, dataclass
from typing import Final

import polars as pl

from analyst.tab import Tab, Timed
from graph.access import Access, Filter, StoreGate, User
from graph.access.network import Key
from graph.home import Home

MOST: Final = 40
BY_CLICK: Final = ("opportunities", "payroll", "queries", "quality", "models", "overview")
"""Pages that say something without a link's parameters, in the order in which they are clicked."""


@dataclass(frozen=True)
class Targets:
    """Whom and what to open, the largest and best first; round r opens the r-th."""

    companies: list[str]
    customers: list[str]
    opportunities: list[str]
    store: bool


def targets(home: Home, *, store: bool) -> Targets:
    """The companies with most staff, and the best opportunities of customers."""
    access = Access(home, User("benchmark"), StoreGate("none", home))
    staff = access.snapshot.nodes("Employee").group_by("company_id").len()
    companies = staff.sort("len", "company_id", descending=[True, False]).head(MOST).collect()["company_id"]
    leads = access.opportunities(Filter(kinds=("cross_sell",)), size=MOST).rows
    return Targets(companies.to_list(), leads["subject_id"].to_list(), leads["opportunity_id"].to_list(), store)


def visits(to: Targets, number: int) -> list[tuple[str, dict[str, str]]]:
    """(page, parameters of its link) of one round."""
    company, customer, lead = (
        each[number % len(each)] for each in (to.companies, to.customers, to.opportunities)
    )  # fmt: skip
    query = {"q": "company_staff", "p": json.dumps({"company_id": company})}
    found = [
        ("", {}),
        ("opportunities", {}),
        ("opportunities", {"id": lead}),
        ("customer", {"id": customer}),
        ("company", {"id": company}),
        ("payroll", {}),
        ("quality", {}),
        ("models", {}),
    ]
    return [*found, ("explore", {"n": f"Company|{company}"}), ("queries", query)] if to.store else found


async def interactions(tab: Tab, to: Targets, number: int) -> AsyncGenerator[Timed]:
    """What is done on the pages in one round; only what was done is timed, not the opening of the page before it."""
    company, customer = (each[number % len(each)] for each in (to.companies, to.customers))
    await tab.open("", "")
    for page in BY_CLICK:
        yield await tab.timed(f"page {page}", tab.click(f'a[href$="/{page.removeprefix("overview")}"]:not([inert] *)'))
    yield await tab.timed("overview: down to a branch", tab.click_row(0))
    async for done in _opportunities(tab, number):
        yield done
    for page, key, parts in (("company", company, (1, 2, 3, 4)), ("customer", customer, (1, 2))):
        await tab.open("", page, id=key)
        for part in parts:
            yield await tab.timed(f"{page}: part {part + 1}", tab.click(f".st-key-{page}-part button", part))
    await tab.open("", "payroll")
    yield await tab.timed("payroll: a company's salaries", tab.click_row(number % 5))
    yield await tab.timed("payroll: pairs to review", tab.click(".st-key-payroll-part button", 1))
    await tab.open("", "quality")
    yield await tab.timed("quality: another table", tab.click_row(number % 5))
    if to.store:
        async for done in _explore(tab, ("Company", company)):
            yield done


async def _opportunities(tab: Tab, number: int) -> AsyncGenerator[Timed]:
    page = tab.page
    await tab.open("", "opportunities")
    await page.locator('[class*="st-key-kind-"] input').click()
    option = page.get_by_role("option").nth(number % 5)
    yield await tab.timed("opportunities: filter by kind", option.click())
    least = page.locator('[class*="st-key-probability-"] input')
    await least.fill(str(5 + 5 * (number % 3)))
    yield await tab.timed("opportunities: filter by probability", least.press("Enter"))
    await tab.click(".st-key-opportunities-sort input")
    yield await tab.timed("opportunities: sort", page.get_by_role("option").nth(1 + number % 3).click())
    yield await tab.timed("opportunities: side panel", tab.click_row(number % 10))
    await tab.open("", "opportunities")
    yield await tab.timed("opportunities: next page", tab.click('[class*="st-key-opportunities-page"] button', 2))


async def _explore(tab: Tab, party: Key) -> AsyncGenerator[Timed]:
    page, centre = tab.page, "|".join(party)
    await tab.open("", "explore", n=centre)
    box = page.locator('[class*="st-key-explore-search"] input')
    await box.fill(party[1])
    yield await tab.timed("explore: search", box.press("Enter"))
    await tab.open("", "explore", n=centre)
    yield await tab.timed("explore: filter by relationship", tab.click('[class*="st-key-types-"] button', 4))
    for crowd, name in ((False, "expand a neighbour"), (True, "open a crowd")):
        await tab.open("", "explore", n=centre)
        nodes = [node for node in await tab.nodes() if (node.count("|") > 1) is crowd and node != centre]
        if not nodes:
            continue
        await tab.click_node(min(nodes, key=lambda node: ("WORKS_AT" not in node, "Company" not in node, node)))
        button = ".st-key-explore-open button" if crowd else ".st-key-explore-expand button"
        if await page.locator(button).count():
            yield await tab.timed(f"explore: {name}", tab.click(button))


def summary(rows: list[Timed]) -> pl.DataFrame:
    """`name`, `times`, seconds at the median and the 95th percentile, processor seconds on average."""
    frame = pl.DataFrame([astuple(row) for row in rows], schema=["name", "shown", "server", "cpu"], orient="row")
    figures = [
        pl.col(column).quantile(share, "higher").round(2).alias(f"{column}_p{share * 100:.0f}")
        for column in ("shown", "server")
        for share in (0.5, 0.95)
    ]
    by_name = frame.group_by("name", maintain_order=True)
    return by_name.agg(pl.len().alias("times"), *figures, cpu=pl.col("cpu").mean().round(2))
