"""Users, roles and rights from the settings."""

import pytest

from graph.access import Users
from graph.access.user import RIGHTS
from texts import UserError

SETTINGS = {
    "roles": {"advisor": ["decide"]},
    "users": {
        "li@bank.cn": {"role": "advisor", "branches": ["B1"]},
        "wang@bank.cn": {"role": "admin"},
        "new@bank.cn": {},
    },
}


def test_a_user_has_the_rights_of_the_role_and_the_branches() -> None:
    user = Users.of(SETTINGS).signed_in("li@bank.cn")
    assert user.branches == ("B1",)
    assert [right for right in RIGHTS if user.may(right)] == ["decide"]


def test_an_admin_may_everything_everywhere() -> None:
    user = Users.of(SETTINGS).signed_in("wang@bank.cn")
    assert user.branches is None
    assert all(user.may(right) for right in RIGHTS)


def test_without_a_role_one_may_only_look() -> None:
    assert not Users.of(SETTINGS).signed_in("new@bank.cn").rights


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"users": {"li": {"role": "king"}}}, "king"),
        ({"roles": {"advisor": ["fly"]}}, "fly"),
        ({"users": ["li"]}, "users"),
        ({"users": {"li": "admin"}}, "users.li"),
        ({"users": {"li": {"branches": "B1"}}}, "branches"),
        ({"roles": {"advisor": "decide"}}, "advisor"),
    ],
)
def test_settings_that_make_no_sense_are_said(settings: dict[str, object], said: str) -> None:
    with pytest.raises(UserError, match=said):
        Users.of(settings)


def test_who_is_not_listed_has_no_access() -> None:
    with pytest.raises(UserError, match="nobody"):
        Users.of(SETTINGS).signed_in("nobody")
