"""The dashboard without a browser: Streamlit's own AppTest over a small bank without a store."""

from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import dashboards.site
from dashboards.components import session
from dashboards.site import Site
from graph.access import StoreGate, Users
from graph.home import Home

APP = Path(dashboards.site.__file__).with_name("app.py")
Open = Callable[..., AppTest]


@pytest.fixture
def site(own_home: Home) -> Site:
    """What is shown: a local user with all rights."""
    return Site(own_home, StoreGate("none", own_home))


@pytest.fixture
def open_page(site: Site) -> Generator[Open]:
    """Opens a page of a bank of its own in English, with what its link says."""
    yield partial(opened, site)
    st.cache_data.clear()


@pytest.fixture
def look(found_home: Home) -> Generator[Open]:
    """The same over the shared bank, for pages that a test only reads."""
    yield partial(opened, Site(found_home, StoreGate("none", found_home)))
    st.cache_data.clear()


@pytest.fixture
def open_as(own_home: Home, monkeypatch: pytest.MonkeyPatch) -> Generator[Open]:
    """Opens a page as somebody who signed in, with these settings."""

    def entered(page: str, settings: dict[str, Any], /, **link: str) -> AppTest:
        users = Users.of({"users": {"li@bank.cn": settings}})
        monkeypatch.setattr(session, "_claims", lambda: {"is_logged_in": True, "email": "li@bank.cn"})
        return opened(Site(own_home, StoreGate("none", own_home), users, sign_in=True), page, **link)

    yield entered
    st.cache_data.clear()


def opened(site: Site, page: str = "overview", /, *, lang: str = "en", **link: str) -> AppTest:
    """A page of this dashboard."""
    dashboards.site.show(site)
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state["lang"] = lang
    app.run()
    app.switch_page(f"app_pages/{page}.py")
    for name, value in link.items():
        app.query_params[name] = value
    return sound(app.run())


def sound(app: AppTest) -> AppTest:
    """The page, which shows no fault."""
    assert not app.exception, app.exception
    assert not app.error, [error.value for error in app.error]
    return app
