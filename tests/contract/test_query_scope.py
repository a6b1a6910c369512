"""Saved queries on a real server, as somebody of one sub-branch."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from streamlit.testing.v1 import AppTest

import dashboards.site
from dashboards.site import Site
from graph.access import Access, StoreGate, User
from graph.access.queries import run_free, run_saved
from graph.home import Home
from graph.queries import load_query
from graph.snapshot import latest_findings
from graph.store import LAYERS, Store, sync
from texts.progress import Silent

APP = Path(dashboards.site.__file__).with_name("app.py")


class Opened(StoreGate):
    """A gate to a store that is open already."""

    def __init__(self, home: Home, store: Store) -> None:
        super().__init__("local", home)
        self.opened = store

    @contextmanager
    def store(self) -> Generator[Store]:
        """The store."""
        yield self.opened


def test_a_sub_branch_gets_rows_about_its_own(own_home: Home, store: Store) -> None:
    _, snapshot = latest_findings(own_home)
    sync(store, LAYERS["snapshot"], snapshot, own_home, Silent())
    gate = Opened(own_home, store)
    everyone = Access(own_home, User("li"), gate)
    employers = run_saved(everyone, load_query("largest_employers"), {}).rows
    branches = dict(snapshot.nodes("Company").select("company_id", "branch_id").collect().iter_rows())
    branch = next(branches[row["company_id"]] for row in employers if branches[row["company_id"]])
    one = Access(own_home, User("wang", branches=(branch,)), gate)
    own = run_saved(one, load_query("largest_employers"), {}).rows
    assert 0 < len(own) < len(employers)
    assert own == [row for row in employers if branches[row["company_id"]] == branch]


def test_names_of_persons_are_masked_and_free_cypher_runs(own_home: Home, store: Store) -> None:
    _, snapshot = latest_findings(own_home)
    sync(store, LAYERS["snapshot"], snapshot, own_home, Silent())
    access = Access(own_home, User("li"), Opened(own_home, store))
    found = run_free(access, "MATCH (c:Customer) RETURN c ORDER BY c.customer_id LIMIT 5").rows
    names = pl.Series([row["c"]["properties"]["name"] for row in found])
    assert len(names) == 5
    assert names.str.contains(r"\*").all()


def test_the_page_runs_what_the_link_asks(own_home: Home, store: Store) -> None:
    _, snapshot = latest_findings(own_home)
    sync(store, LAYERS["snapshot"], snapshot, own_home, Silent())
    dashboards.site.show(Site(own_home, Opened(own_home, store)))
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state["lang"] = "en"
    app.run().switch_page("app_pages/queries.py")
    app.query_params["q"], app.query_params["p"] = "largest_employers", '{"top": "3"}'
    app.run()
    assert not app.exception
    assert not app.error
    assert len(app.dataframe[0].value) == 3
    assert {"company_id", "company_name", "staff"} <= set(app.dataframe[0].value.columns)
