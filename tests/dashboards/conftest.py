"""The dashboard without a browser: Streamlit's own AppTest over a small bank without a store."""

from collections.abc import Callable, Generator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import dashboards.site
from dashboards.site import Site
from graph.access import StoreGate
from graph.home import Home

APP = Path(dashboards.site.__file__).with_name("app.py")
Open = Callable[..., AppTest]


@pytest.fixture
def site(own_home: Home) -> Site:
    """What is shown: a local user with all rights."""
    return Site(own_home, StoreGate("none", own_home))


@pytest.fixture
def open_page(site: Site) -> Generator[Open]:
    """Opens a page in English, with what its link says."""

    def opened(page: str = "overview", /, *, lang: str = "en", **link: str) -> AppTest:
        dashboards.site.show(site)
        app = AppTest.from_file(APP, default_timeout=60)
        app.session_state["lang"] = lang
        app.run()
        app.switch_page(f"app_pages/{page}.py")
        for name, value in link.items():
            app.query_params[name] = value
        return sound(app.run())

    yield opened
    st.cache_data.clear()


def sound(app: AppTest) -> AppTest:
    """The page, which shows no fault."""
    assert not app.exception, app.exception
    assert not app.error, [error.value for error in app.error]
    return app
