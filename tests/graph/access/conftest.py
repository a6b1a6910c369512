"""Access of different users to one bank."""

from collections.abc import Callable

import polars as pl
import pytest

from graph.access import Access, StoreGate, User
from graph.home import Home

Opened = Callable[..., Access]


@pytest.fixture
def access(found_home: Home) -> Access:
    """Of a user with all rights to every branch."""
    return Access(found_home, User("li"), StoreGate("none", found_home))


@pytest.fixture
def sub_branches(access: Access) -> list[str]:
    """Two sub-branches that have customers."""
    known = access.branches().filter(level="sub_branch")["branch_id"].to_list()
    counts = dict(access.totals().group_by("branch_id").agg(pl.col("customers").sum()).iter_rows())
    return [branch for branch in known if counts.get(branch)][:2]


@pytest.fixture
def of_branch(found_home: Home) -> Opened:
    """Access of somebody of these branches."""

    def opened(*branches: str, role: str = "manager") -> Access:
        user = User("wang", role, frozenset({"decide", "export"}), branches)
        return Access(found_home, user, StoreGate("none", found_home))

    return opened
