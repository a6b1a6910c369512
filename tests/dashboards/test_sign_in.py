"""With sign-in: nobody gets in without it, and a user sees the own branches only; claims stand in for a provider."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.components import session
from dashboards.site import Site
from graph.access import Access, Filter, StoreGate, User, Users
from graph.home import Home

if TYPE_CHECKING:
    from conftest import Open

Enter = Callable[..., AppTest]


@pytest.fixture
def branches(own_home: Home) -> list[str]:
    access = Access(own_home, User("li"), StoreGate("none", own_home))
    groups = access.opportunity_groups(Filter(), ["branch_id"]).drop_nulls("branch_id")
    return groups["branch_id"].to_list()


@pytest.fixture
def site(own_home: Home, branches: list[str]) -> Site:
    """One user, of the first branch."""
    users = Users.of({"users": {"li@bank.cn": {"role": "manager", "branches": branches[:1]}}})
    return Site(own_home, StoreGate("none", own_home), users, sign_in=True)


@pytest.fixture
def enter(open_page: "Open", monkeypatch: pytest.MonkeyPatch) -> Enter:
    """Opens a page as whoever the claims name."""

    def entered(page: str, /, claims: dict[str, object], **link: str) -> AppTest:
        monkeypatch.setattr(session, "_claims", lambda: claims)
        return open_page(page, **link)

    return entered


LI = {"is_logged_in": True, "email": "li@bank.cn"}


def test_nobody_gets_in_without_signing_in(enter: Enter) -> None:
    app = enter("opportunities", claims={"is_logged_in": False})
    assert [button.label for button in app.button] == ["Sign in"]
    assert not app.dataframe


def test_who_is_not_listed_is_told_so(enter: Enter) -> None:
    app = enter("opportunities", claims={"is_logged_in": True, "email": "eve@bank.cn"})
    assert "eve@bank.cn" in app.warning[0].value
    assert not app.dataframe


def test_a_user_sees_the_own_branch(enter: Enter, own_home: Home, branches: list[str]) -> None:
    app = enter("opportunities", claims=LI)
    access = Access(own_home, User("li", branches=(branches[0],)), StoreGate("none", own_home))
    assert any(f"Opportunities: {access.opportunities(Filter()).total:,} " in caption.value for caption in app.caption)
    assert "Clear text" not in [toggle.label for toggle in app.toggle]


def test_a_foreign_link_leads_nowhere(enter: Enter, own_home: Home, branches: list[str]) -> None:
    access = Access(own_home, User("wang"), StoreGate("none", own_home))
    foreign = (
        access.opportunities(Filter(branches=(branches[1],))).rows.filter(branch_id=branches[1]).row(0, named=True)
    )
    app = enter("opportunities", claims=LI, id=foreign["opportunity_id"])
    assert any("no such record" in warning.value for warning in app.warning)
    app = enter("explore", claims=LI, n=f"{foreign['subject_label']}|{foreign['subject_id']}")
    assert any("no such record" in warning.value for warning in app.warning)


def test_a_home_without_findings_says_what_to_do(enter: Enter, own_home: Home) -> None:
    for version in own_home.findings.iterdir():
        version.rename(own_home.path / f"gone-{version.name}")
    app = enter("overview", claims=LI)
    assert "guanxi find" in app.warning[0].value
