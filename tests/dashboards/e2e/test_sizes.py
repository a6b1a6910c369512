"""No, one and a hundred thousand results; a bank without a store will do."""

import shutil
from collections.abc import Generator
from typing import TYPE_CHECKING

import polars as pl
import pytest
from helpers.served import Served, serving
from playwright.sync_api import expect

from graph.access import Access, Filter, StoreGate, User
from graph.home import Home

if TYPE_CHECKING:
    from conftest import OpenTab

MANY = 100_000


@pytest.fixture(scope="module")
def crowded(found_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    """A bank with very many opportunities: those that there are, again and again under other ids."""
    folder = tmp_path_factory.mktemp("crowded")
    shutil.copytree(found_home.path, folder / "home")
    home = Home.open(folder / "home")
    file = access(home).index.path / "leads.parquet"
    leads = pl.read_parquet(file)
    again = leads[(pl.int_range(MANY, eager=True) * len(leads) // MANY)]
    own = pl.col("opportunity_id").is_first_distinct()
    ids = pl.when(own).then("opportunity_id").otherwise(pl.format("{}", pl.int_range(MANY)))
    again.with_columns(opportunity_id=ids).write_parquet(file)
    with serving(home, folder / "log", store="none") as running:
        yield running


def access(home: Home) -> Access:
    return Access(home, User("li"), StoreGate("none", home))


def test_a_hundred_thousand_are_paged_and_downloaded(open_tab: "OpenTab", crowded: Served) -> None:
    with open_tab(crowded) as tab:
        page = tab.open("opportunities")
        expect(page.get_by_text("Opportunities: 100,000 ")).to_be_visible()
        page.get_by_role("button", name="2000").click()
        tab.rested()
        expect(page.get_by_test_id("stDataFrame")).to_be_visible()
        file = tab.download(page.get_by_role("button", name="Download CSV").first)
        assert len(pl.read_csv(file, infer_schema=False)) == MANY


def test_one(open_tab: "OpenTab", crowded: Served) -> None:
    row = access(crowded.home).opportunities(Filter()).rows.row(0, named=True)
    with open_tab(crowded) as tab:
        page = tab.open("opportunities", id=row["opportunity_id"])
        page.get_by_role("button", name="Accept").click()
        page.get_by_role("button", name="Save").first.click()
        expect(page.get_by_text("Accepted: will contact").first).to_be_visible()
        page = tab.open("opportunities", f=Filter(status="accepted").text())
        expect(page.get_by_text("Opportunities: 1 ")).to_be_visible()
        file = tab.download(page.get_by_role("button", name="Download CSV").first)
        assert len(pl.read_csv(file, infer_schema=False)) == 1


def test_none(open_tab: "OpenTab", crowded: Served) -> None:
    with open_tab(crowded) as tab:
        page = tab.open("opportunities", f=Filter(min_value=1e12).text())
        expect(page.get_by_text("No opportunity fits these filters")).to_be_visible()
        expect(page.get_by_text("Opportunities: 0 ")).to_be_visible()
        expect(page.get_by_test_id("stDataFrame")).to_have_count(0)
