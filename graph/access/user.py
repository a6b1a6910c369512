"""Who looks: name, role, rights and the branches whose customers they may see.

[roles]                                  [users."li@bank.cn"]
advisor = ["decide", "export"]           role = "advisor"
                                         branches = ["B102"]      # with all below; absent: every branch
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast, get_args

from texts import UserError

Right = Literal["decide", "export", "unmask", "cypher", "identities"]
RIGHTS: Final[tuple[Right, ...]] = get_args(Right)
"""decide on opportunities; download; clear text; free Cypher; confirm who is who."""
ROLES: Final[dict[str, frozenset[Right]]] = {
    "viewer": frozenset(),
    "manager": frozenset({"decide", "export"}),
    "analyst": frozenset({"decide", "export", "identities"}),
    "admin": frozenset(RIGHTS),
}
"""Roles that need no configuration; `[roles]` adds to them or replaces one."""


@dataclass(frozen=True)
class User:
    """One user; `branches` is none for those who see every branch."""

    name: str
    role: str = "admin"
    rights: frozenset[Right] = frozenset(RIGHTS)
    branches: tuple[str, ...] | None = None

    def may(self, right: Right) -> bool:
        """Whether the user has this right."""
        return right in self.rights


@dataclass(frozen=True)
class Users:
    """The users of `guanxi.toml`."""

    by_name: Mapping[str, User]

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Users":
        """Read `[roles]` and `[users]`.

        Raises:
            UserError: a role or right that is not known, or a value of another form.
        """
        roles = dict(ROLES)
        for role, rights in _table(settings, "roles").items():
            roles[role] = frozenset(cast("list[Right]", _known(role, rights, RIGHTS)))
        return cls({name: _user(name, said, roles) for name, said in _table(settings, "users").items()})

    def signed_in(self, name: str) -> User:
        """The user of that name.

        Raises:
            UserError: nobody gave them access.
        """
        if name not in self.by_name:
            raise UserError("access.unknown_user", user=name)
        return self.by_name[name]


def _table(settings: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = settings.get(name, {})
    if not isinstance(found, dict):
        raise UserError("access.bad_settings", place=name)
    return cast("dict[str, Any]", found)


def _known(place: str, names: object, known: tuple[str, ...]) -> list[str]:
    if not isinstance(names, list):
        raise UserError("access.bad_settings", place=place)
    listed = [str(name) for name in cast("list[object]", names)]
    if unknown := [name for name in listed if name not in known]:
        raise UserError("access.unknown_right", place=place, names=", ".join(unknown), known=", ".join(known))
    return listed


def _user(name: str, said: object, roles: Mapping[str, frozenset[Right]]) -> User:
    if not isinstance(said, dict):
        raise UserError("access.bad_settings", place=f"users.{name}")
    values = cast("dict[str, Any]", said)
    role, branches = str(values.get("role", "viewer")), values.get("branches")
    if role not in roles:
        raise UserError("access.unknown_role", user=name, role=role, known=", ".join(roles))
    if branches is not None and not isinstance(branches, list):
        raise UserError("access.bad_settings", place=f"users.{name}.branches")
    scope = None if branches is None else tuple(str(branch) for branch in cast("list[object]", branches))
    return User(name, role, roles[role], scope)
