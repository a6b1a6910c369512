"""What an analyst does, from a search to a decision and a file."""

import csv
import io
import json
import re
import time
from typing import TYPE_CHECKING

import polars as pl
import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from helpers.servers import processes
from playwright.sync_api import expect

from graph.access import Access, Filter, StoreGate, User
from graph.access.network import MOST, OPENED
from graph.access.store_gate import PAUSE
from graph.decisions import Decision
from graph.names import spelt

if TYPE_CHECKING:
    from helpers.served import Served
    from helpers.tab import Tab


GIANT = 3_000
SERIOUS = ("serious", "critical")
PAGES = (
    "overview", "opportunities", "explore", "customer", "company", "payroll", "queries", "quality", "models",
)  # fmt: skip


@pytest.fixture
def access(served: "Served") -> Access:
    return Access(served.home, User("li"), StoreGate("none", served.home))


@pytest.fixture
def employer(access: Access) -> dict[str, str]:
    """The company with the largest staff."""
    staff = access.snapshot.nodes("Employee").group_by("company_id").len().sort("len", "company_id").last().collect()
    return access.party("Company", staff["company_id"].item())


def test_from_a_search_in_pinyin_to_an_employee(tab: "Tab", employer: dict[str, str]) -> None:
    page = tab.open("explore")
    initials = pl.DataFrame({"x": [employer["name"]]}).select(spelt(pl.col("x"))[1]).item()
    page.get_by_label("Search").first.fill(initials)
    page.get_by_label("Search").first.press("Enter")
    grid = page.get_by_test_id("stDataFrame").first
    expect(grid).to_be_visible()
    box = grid.bounding_box() or {"x": 0, "y": 0}
    page.mouse.click(box["x"] + 18, box["y"] + 45)
    crowd = tab.wait_for_node(f"{employer['company_id']}|WORKS_AT|in")
    before = tab.nodes()
    tab.click_node(crowd)
    page.get_by_role("button", name="Show members").click()
    employee = tab.wait_for_node("Employee|")
    assert len(tab.nodes()) > len(before)
    tab.click_node(employee)
    expect(page.get_by_text(re.compile(r"^Employee · \S+$"))).to_be_visible()  # that one, or one drawn over it
    expect(page.get_by_text(employer["branch_id"])).to_be_visible()  # of the company that they work at
    assert "o=Company" in page.url


def test_a_time_range_leaves_what_was_there_in_it(tab: "Tab", employer: dict[str, str]) -> None:
    link = {"n": f"Company|{employer['company_id']}", "off": "WORKS_AT"}
    tab.open("explore", **link)
    tab.wait_for_node(employer["company_id"])
    ever = tab.nodes()
    tab.open("explore", **link, until="1990-01-01")  # before anything that has a date
    tab.wait_for_node(employer["company_id"])
    assert {name.split("|")[0] for name in ever} > {"Company"}
    assert set(tab.nodes()) < set(ever)


def test_a_node_is_chosen_in_the_table_too(tab: "Tab", employer: dict[str, str]) -> None:
    page = tab.open("explore", n=f"Company|{employer['company_id']}")
    tab.wait_for_node(employer["company_id"])
    tab.rested()
    grid = page.get_by_test_id("stDataFrame").first
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box() or {"x": 0, "y": 0}
    page.mouse.click(box["x"] + 18, box["y"] + 45 + 30)
    expect(page.get_by_role("button", name="Centre here")).to_be_visible()  # of another node than the one in the middle


def test_a_shared_link_shows_the_same_view(tab: "Tab", employer: dict[str, str]) -> None:
    key = employer["company_id"]
    tab.open("explore", n=f"Company|{key}", o=f"Company|{key}|WORKS_AT|in")
    tab.wait_for_node("Employee|")
    shown = set(tab.nodes())
    tab.page.reload()
    tab.wait_for_node("Employee|")
    assert set(tab.nodes()) == shown


def test_why_the_offer_and_accept_it(tab: "Tab", access: Access) -> None:
    row = access.opportunities(Filter(kinds=("payroll_to_retail",))).rows.row(0, named=True)
    page = tab.open("opportunities", id=row["opportunity_id"])
    tab.wait_for_node(row["subject_id"])
    page.get_by_role("button", name="Accept").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Accepted: will contact").first).to_be_visible()
    assert access.opportunity(row["opportunity_id"])["status"] == "accepted"
    page.get_by_role("button", name="Undo (1)").click()
    expect(page.get_by_text("· Open").first).to_be_visible()


def test_down_from_head_office_to_a_manager_by_clicking_the_chart(tab: "Tab", access: Access) -> None:
    page = tab.open()
    levels = dict(access.branches().select("branch_id", "level").iter_rows())
    for level in ("branch", "sub_branch"):
        click_first_bar(tab)
        assert levels[page.url.rpartition("=")[2]] == level
    click_first_bar(tab)
    assert re.search(r"/opportunities\?f=.*managers", page.url)
    expect(page.locator("h1")).to_have_text("Opportunities")


def click_first_bar(tab: "Tab") -> None:
    """Until the page goes on; a chart that is being drawn does not hear a click."""
    begin, deadline = tab.page.url, time.monotonic() + 60
    while tab.page.url == begin:
        assert time.monotonic() < deadline, "no bar answers"
        chart = tab.page.get_by_test_id("stVegaLiteChart").first
        expect(chart.locator("canvas, svg").first).to_be_visible()
        box = chart.bounding_box() or {"x": 0, "y": 0}
        tab.page.mouse.click(box["x"] + 190, box["y"] + 13)
        tab.page.wait_for_timeout(1000)
    tab.settled()


def test_reject_several_together_and_take_it_back(tab: "Tab", access: Access) -> None:
    total = access.opportunities(Filter()).total
    page = tab.open("opportunities")
    grid = page.get_by_test_id("stDataFrame").first
    expect(grid).to_be_visible()
    box = grid.bounding_box() or {"x": 0, "y": 0}
    for row in range(3):
        page.mouse.click(box["x"] + 18, box["y"] + 45 + 30 * row)
    expect(page.get_by_text("Opportunities chosen: 3")).to_be_visible()
    page.get_by_role("button", name="Reject").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"Opportunities: {total - 3:,} ")).to_be_visible()
    assert access.opportunities(Filter(status="rejected")).total == 3
    access.undo(access.decide(access.opportunity_ids(Filter(status="rejected")), Decision("open")))


def test_the_downloaded_list_has_no_formula(tab: "Tab", access: Access) -> None:
    page = tab.open("opportunities")
    text = tab.download(page.get_by_role("button", name="Download CSV")).read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) - 1 == access.opportunities(Filter()).total
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert "dashboard: guanxi-opportunities.csv" in (access.home.path / "audit.jsonl").read_text(encoding="utf-8")


def test_the_browsers_language_and_the_switch(tab: "Tab") -> None:
    page = tab.open()
    expect(page.locator("h1")).to_have_text("Overview")
    page.get_by_role("radio", name="中文").or_(page.get_by_text("中文", exact=True)).first.click()
    expect(page.locator("h1")).to_have_text("总览")
    page.get_by_role("link", name="商机").click()
    expect(page.locator("h1")).to_have_text("商机")


def test_the_overview_by_its_name(served: "Served", tab: "Tab") -> None:
    page = tab.page
    page.goto(f"{served.address}/overview?lang=zh")
    expect(page.locator("h1")).to_have_text("总览")
    expect(page.get_by_text("Page not found")).to_have_count(0)


def test_every_answer_has_the_security_headers(served: "Served") -> None:
    for path in ("/", "/explore", "/_stcore/health", "/assets/vis-network.js", "/assets/../serve.py", "/nothing.js"):
        answer = requests.get(f"{served.address}{path}", timeout=10)
        assert "script-src 'self' blob: 'sha256-" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "unsafe-eval" not in answer.headers["Content-Security-Policy"]
        assert "Middleware" not in answer.text


@pytest.mark.parametrize("page", PAGES)
def test_a_screen_reader_and_weak_eyes_can_use_it_in_light_and_dark(tab: "Tab", access: Access, page: str) -> None:
    opened = tab.open("" if page == PAGES[0] else page, **link_of(access, page))
    for theme in ("light", "dark"):
        opened.emulate_media(color_scheme=theme)
        opened.wait_for_timeout(700)
        found = Axe().run(opened).response["violations"]
        serious = [(one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in SERIOUS]
        assert serious == [], theme


def link_of(access: Access, page: str) -> dict[str, str]:
    """A link to the page with something in it."""
    offer = access.opportunities(Filter(kinds=("cross_sell",))).rows.row(0, named=True)
    match page:
        case "opportunities":
            return {"id": offer["opportunity_id"]}
        case "explore":
            return {"n": f"Customer|{offer['subject_id']}"}
        case "customer":
            return {"id": offer["subject_id"]}
        case "company":
            return {"id": access.search("K")["id"][0]}
        case "queries":
            return {"q": "largest_employers", "p": json.dumps({"top": "5"})}
        case _:
            return {}


def test_a_giant_employer_stays_readable(tab: "Tab", employer: dict[str, str]) -> None:
    crowd = f"Company|{employer['company_id']}|WORKS_AT|in"
    page = tab.open("explore", n=f"Company|{employer['company_id']}", o=crowd)
    tab.wait_for_node("Employee|")
    nodes = tab.nodes()
    assert sum(node.startswith("Employee|") for node in nodes) == OPENED
    assert len(nodes) <= MOST
    tab.click_node(crowd)
    expect(page.get_by_role("heading", name=re.compile(r"^[23],\d{3} employees$"))).to_be_visible()
    page = tab.open("company", id=employer["company_id"])
    expect(page.get_by_role("heading", name="Staff")).to_be_visible()
    steps = pl.read_csv(tab.download(page.locator("[data-testid=stDownloadButton]").nth(2)))
    assert steps[0, "Number"] > GIANT


def test_a_store_that_goes_down_is_said_and_comes_back(tab: "Tab", served: "Served", employer: dict[str, str]) -> None:
    link = {"n": f"Company|{employer['company_id']}"}
    tab.open("explore", **link)
    tab.wait_for_node(employer["company_id"])
    for process in processes(served.home):
        process.kill()
    page = tab.open("explore", **link, off="PAID")  # another view: nothing of it is cached
    expect(page.get_by_text("graph store went away").or_(page.get_by_text("cannot be reached")).first).to_be_visible()
    page.wait_for_timeout(1000 * PAUSE + 500)
    page.reload()
    tab.wait_for_node(employer["company_id"])
