"""Signing in with a real OpenID Connect provider, and what a sub-branch's manager then sees."""

import shutil
import socket
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from helpers.served import Served, serving
from oidc_provider_mock import User as Claims
from oidc_provider_mock import run_server_in_thread
from playwright.sync_api import expect

from graph.access import Access, Filter, StoreGate, User
from graph.home import Home

if TYPE_CHECKING:
    from conftest import OpenTab
    from helpers.tab import Tab


@pytest.fixture(scope="module")
def provider() -> Generator[str]:
    """The address of a provider that knows two people; only the first one is a user."""
    people = [Claims(sub=name, claims={"email": f"{name}@bank.cn"}) for name in ("li", "eve")]
    with run_server_in_thread(user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def sub_branches(found_home: Home) -> list[str]:
    """Two sub-branches that have opportunities; the first one is Li's."""
    everyone = Access(found_home, User("wang"), StoreGate("none", found_home))
    groups = everyone.opportunity_groups(Filter(kinds=("cross_sell",)), ["branch_id"]).drop_nulls("branch_id")
    known = everyone.branches().filter(level="sub_branch").join(groups, on="branch_id", how="semi")
    return known["branch_id"].to_list()[:2]


@pytest.fixture(scope="module")
def guarded(
    found_home: Home, sub_branches: list[str], provider: str, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Served]:
    """A dashboard that asks who comes."""
    folder = tmp_path_factory.mktemp("guarded")
    shutil.copytree(found_home.path, folder / "home")
    port = free_port()
    _configure(folder / "home" / "guanxi.toml", provider, port, sub_branches[0])
    with serving(Home.open(folder / "home"), folder / "log", store="none", port=port) as running:
        yield running


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _configure(file: Path, provider: str, port: int, branch: str) -> None:
    file.write_text(
        f"""
[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "a secret of the test that is long enough"
client_id = "guanxi"
client_secret = "secret"
server_metadata_url = "{provider}/.well-known/openid-configuration"

[users."li@bank.cn"]
role = "manager"
branches = ["{branch}"]
""",
        encoding="utf-8",
    )
    file.chmod(0o600)


def sign_in(tab: "Tab", name: str) -> None:
    tab.page.get_by_role("button", name="Sign in").click()
    tab.page.get_by_placeholder("sub").fill(name)
    tab.page.get_by_role("button", name="Authorize").click()


def test_a_foreign_link_leads_nowhere_and_the_own_one_where_it_should(
    open_tab: "OpenTab", guarded: Served, provider: str, sub_branches: list[str]
) -> None:
    everyone = Access(guarded.home, User("wang"), StoreGate("none", guarded.home))
    own, foreign = (
        everyone.opportunities(Filter(kinds=("cross_sell",), branches=(branch,))).rows.row(0, named=True)
        for branch in sub_branches
    )
    with open_tab(guarded, provider) as tab:
        page = tab.open("customer", id=own["subject_id"])
        sign_in(tab, "li")
        expect(page.get_by_role("heading", name="Family and work")).to_be_visible()
        assert page.url.endswith(f"/customer?id={own['subject_id']}")
        for name, link in (("customer", foreign["subject_id"]), ("opportunities", foreign["opportunity_id"])):
            tab.open(name, id=link)
            expect(page.get_by_text("belongs to a branch that you do not see")).to_be_visible()
            assert foreign["subject_name"] not in page.content() or foreign["subject_name"] == own["subject_name"]
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="End session").click()
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_who_is_not_listed_sees_nothing(open_tab: "OpenTab", guarded: Served, provider: str) -> None:
    with open_tab(guarded, provider) as tab:
        tab.open()
        sign_in(tab, "eve")
        expect(tab.page.get_by_text("eve@bank.cn")).to_be_visible()
        expect(tab.page.get_by_test_id("stDataFrame")).to_have_count(0)
