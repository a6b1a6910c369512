"""The tables that are made once per findings."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from polars.testing import assert_frame_equal

from graph.access import index as making
from graph.access.index import ENDS, index
from graph.home import Home
from graph.snapshot import latest_findings


def test_sessions_that_ask_at_once_get_the_same_tables(own_home: Home) -> None:
    shutil.rmtree(own_home.dashboard, ignore_errors=True)
    with ThreadPoolExecutor(4) as sessions:
        made = list(sessions.map(lambda _: index(own_home, *latest_findings(own_home)), range(4)))
    assert len(set(made)) == 1
    assert [path.name for path in own_home.dashboard.iterdir()] == [made[0].path.name]
    assert made[0].leads().collect().height > 0


def test_what_an_older_guanxi_made_is_removed(own_home: Home) -> None:
    shutil.rmtree(own_home.dashboard, ignore_errors=True)
    older = own_home.dashboard / "000001-000001-0"
    older.mkdir(parents=True)
    index(own_home, *latest_findings(own_home))
    assert not older.exists()


def test_rows_come_in_the_order_in_which_they_are_asked_for(found_home: Home) -> None:
    made = index(found_home, *latest_findings(found_home))
    assert made.leads_at([7, 0, 3])["lead"].to_list() == [7, 0, 3]
    assert made.leads_at([]).is_empty()


def test_the_payments_of_a_party_are_those_of_the_snapshot(found_home: Home) -> None:
    findings, snapshot = latest_findings(found_home)
    made, every = index(found_home, findings, snapshot), snapshot.relationships("PAID").collect()
    for end in ENDS:
        parties = every.select(f"{end}_label", f"{end}_id").unique().sort(pl.all()).gather_every(3).rows()
        assert len(parties) > 30
        for label, key in [*parties, ("Company", "nobody"), ("Counterparty", parties[0][1])]:
            known = every.filter(pl.col(f"{end}_label") == label, pl.col(f"{end}_id") == key)
            found = made.paid(end, label, key).collect()
            assert_frame_equal(found, known, check_row_order=False)


def test_the_payments_of_others_are_not_read(own_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(own_home.dashboard, ignore_errors=True)
    monkeypatch.setattr(making, "GROUP", 100)
    made = index(own_home, *latest_findings(own_home))
    for end in ENDS:
        file = made.path / f"paid_{end}.parquet"
        ranges = spans(file, f"{end}_id")
        assert len(ranges) > 3
        party = pl.read_parquet(file).row(-1, named=True)
        spoilt = file.read_bytes()
        first = pq.ParquetFile(file).metadata.row_group(0)
        begin = first.column(0).data_page_offset
        file.write_bytes(spoilt[:begin] + bytes(64) + spoilt[begin + 64 :])  # the first rows cannot be read any more
        with pytest.raises(pl.exceptions.ComputeError):
            pl.read_parquet(file)
        assert made.paid(end, party[f"{end}_label"], party[f"{end}_id"]).collect().height


def spans(file: Path, column: str) -> list[tuple[str, str]]:
    """The least and greatest value of each row group; they follow one another."""
    metadata = pq.ParquetFile(file).metadata
    at = metadata.schema.names.index(column)
    found = [metadata.row_group(number).column(at).statistics for number in range(metadata.num_row_groups)]
    ranges = [(one.min, one.max) for one in found]
    assert all(one[1] <= other[0] for one, other in pairwise(ranges))
    return ranges
