"""What the loads say, and who may see what was rejected."""

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from helpers import bank
from helpers.found_bank import find_again

from graph.access import Access, StoreGate, User, quality
from graph.home import Home
from graph.snapshot import latest_snapshot
from loaders.load import Request, load_source
from texts import UserError
from texts.progress import Silent

if TYPE_CHECKING:
    from conftest import Opened


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Access:
    """Of a bank that was loaded twice, the second time with a customer without a readable birth date."""
    folder = tmp_path_factory.mktemp("spoilt")
    home, tables = Home.open(folder / "home"), bank.good()
    load(home, bank.write_csv(folder / "first", tables))
    tables["customers"][1]["birth_date"] = "once upon a time"
    load(home, bank.write_csv(folder / "second", tables))
    find_again(home, latest_snapshot(home))
    return Access(home, User("li"), StoreGate("none", home))


def load(home: Home, source: Path) -> None:
    load_source(home, Request(str(source), max_reject_rate=1.0), Silent())


def test_a_table_says_what_was_rejected_and_by_which_rule(spoilt: Access) -> None:
    customers = quality.tables(spoilt).filter(table="customers").row(0, named=True)
    assert (customers["rows"], customers["accepted"], customers["rejected"], customers["rate"]) == (2, 1, 1, 0.5)
    assert [rule.endswith(":1") for rule in customers["rules"]] == [True]


def test_the_trend_has_a_row_for_each_load(spoilt: Access) -> None:
    assert quality.trend(spoilt).filter(table="customers")["rejected"].to_list() == [0, 1]


def test_columns_say_how_complete_they_are(spoilt: Access) -> None:
    shares = dict(quality.columns(spoilt, "customers").select("column", "share").iter_rows())
    assert (shares["customer_id"], shares["city"]) == (1.0, 1.0)
    assert quality.columns(spoilt, "no such table").is_empty()


def test_sources_are_the_files_with_their_digests(spoilt: Access) -> None:
    files = quality.sources(spoilt)
    assert "customers.csv" in {Path(name).name for name in files["file"]}
    assert files["sha256"].str.len_chars().unique().to_list() == [64]


def test_values_of_rejects_are_there_in_clear_text_only(spoilt: Access) -> None:
    masked = quality.rejects(spoilt, "customers")
    assert masked["column"].to_list() == ["birth_date"]
    assert "once upon a time" not in str(masked.to_dicts())
    assert quality.rejects(spoilt.unmasked("test"), "customers")["value"].to_list() == ["once upon a time"]


def test_a_table_without_rejects_has_no_rows(spoilt: Access) -> None:
    assert isinstance(quality.rejects(spoilt, "products"), pl.DataFrame)
    assert quality.rejects(spoilt, "products").is_empty()


def test_rejects_need_every_branch(sub_branches: list[str], of_branch: "Opened") -> None:
    with pytest.raises(UserError, match="rejects"):
        quality.rejects(of_branch(sub_branches[0]), "customers")
