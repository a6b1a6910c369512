"""The tables that are made once per findings."""

import shutil
from concurrent.futures import ThreadPoolExecutor

from graph.access.index import index
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
