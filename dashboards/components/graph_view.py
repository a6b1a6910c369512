"""A view of the network: what is in the middle, what was expanded, opened and hidden. It fits in a link."""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final

import streamlit as st

from graph.access import Access
from graph.access.network import MOST, Crowd, Key, Neighbourhood, Tie, types

COLOURS: Final = ("type", "branch", "industry", "community", "opportunity")
_BETWEEN: Final = "~"
"""Between the parts of a list in a link; `|` is between label and key."""


@dataclass(frozen=True)
class View:
    """The state of the picture; short names, for it is the link."""

    n: str = ""
    """the party in the middle, as Label|key"""
    to: str = ""
    """another party: the shortest connection is shown too"""
    x: tuple[str, ...] = ()
    """parties whose neighbours are shown"""
    o: tuple[str, ...] = ()
    """crowds that were opened"""
    h: tuple[str, ...] = ()
    """nodes that were taken away"""
    off: tuple[str, ...] = ()
    """relationship types that are not followed"""
    by: str = "type"
    """what the colours mean"""
    since: str = ""
    until: str = ""
    """ties that were there between these days"""

    @classmethod
    def of_link(cls) -> "View":
        """The view that the address names; what makes no sense is left out."""
        said = st.query_params.to_dict()
        given: dict[str, Any] = {
            field.name: tuple(filter(None, said[field.name].split(_BETWEEN)))
            if isinstance(field.default, tuple)
            else said[field.name]
            for field in fields(cls)
            if field.name in said
        }
        found = cls(**given)
        known = set(types())
        by = found.by if found.by in COLOURS else "type"
        days = {name: str(_day(text) or "") for name, text in (("since", found.since), ("until", found.until))}
        return replace(found, off=tuple(name for name in found.off if name in known), by=by, **days)

    def link(self) -> dict[str, str]:
        """The parameters of its address."""
        texts = {field.name: getattr(self, field.name) for field in fields(self)}
        joined = {name: _BETWEEN.join(value) if isinstance(value, tuple) else value for name, value in texts.items()}
        return {name: value for name, value in joined.items() if value and (name, value) != ("by", "type")}

    def remember(self) -> None:
        """Put it into the address."""
        kept = {name: value for name, value in st.query_params.to_dict().items() if name == "lang"}
        st.query_params.from_dict(kept | self.link())

    @property
    def chosen(self) -> tuple[str, ...]:
        """The relationship types that are followed."""
        return tuple(name for name in types() if name not in self.off)

    def toggled(self, node: str) -> "View":
        """With a node expanded, or collapsed where it was; a crowd is opened or closed."""
        if is_crowd(node):
            return replace(self, o=_without(self.o, node) if node in self.o else (*self.o, node))
        return replace(self, x=_without(self.x, node) if node in self.x else (*self.x, node))


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(each for each in names if each != name)


def is_crowd(node: str) -> bool:
    """Whether a node's id is a crowd's."""
    return node.count("|") >= 3 and node.rpartition("|")[2] in ("in", "out")  # noqa: PLR2004 - Label|key|TYPE|way


def node_id(key: Key) -> str:
    """The id of a party in pictures and links."""
    return f"{key[0]}|{key[1]}"


def party(node: str) -> Key | None:
    """Label and key of a node's id."""
    label, mark, key = node.partition("|")
    return (label, key) if mark and key else None


@dataclass(frozen=True)
class Gathered:
    """What a view shows."""

    nodes: dict[Key, dict[str, object]]
    ties: tuple[Tie, ...]
    crowds: tuple[Crowd, ...]
    full: bool
    """more would not fit"""


def gathered(access: Access, view: View) -> Gathered:
    """Fetch what a view shows; the same view of the same data is fetched once.

    Raises:
        UserError: the party in the middle is not in the user's branches, or the store cannot be had.
    """
    return _gathered(access, view, access.version, access.user.branches, access.unmask)


@st.cache_data(ttl=600, max_entries=200, show_spinner=False)
def _gathered(
    _access: Access, view: View, _version: tuple[str, str], _scope: tuple[str, ...] | None, _clear: bool  # noqa: FBT001
) -> Gathered:  # fmt: skip
    found = _Gathering(set(view.h))
    centre, other = party(view.n), party(view.to)
    if centre and other:
        found.add(_access.shortest(centre, other, chosen=view.chosen))
    for key in dict.fromkeys(filter(None, (centre, *map(party, view.x)))):
        found.add(_access.neighbours(*key, chosen=view.chosen, opened=view.o))
    between = _access.ties_among(list(found.nodes), chosen=view.chosen) if len(found.nodes) > 1 else ()
    found.ties.update(dict.fromkeys(between))
    ties = tuple(
        tie for tie in found.ties if _in_time(tie, view) and tie.start in found.nodes and tie.end in found.nodes
    )
    tied = {end for tie in ties for end in (tie.start, tie.end)}
    asked = {centre, other, *map(party, view.x)}
    nodes = {key: said for key, said in found.nodes.items() if key in tied or key in asked}
    crowds = tuple(crowd for crowd in found.crowds if crowd.of in nodes and crowd.code not in found.hidden)
    return Gathered(nodes, ties, crowds, found.full)


class _Gathering:
    """Neighbourhoods put together, up to `MOST` nodes."""

    def __init__(self, hidden: set[str]) -> None:
        self.nodes: dict[Key, dict[str, object]] = {}
        self.ties: dict[Tie, None] = {}
        self.crowds: list[Crowd] = []
        self.hidden = hidden
        self.full = False

    def add(self, more: Neighbourhood) -> None:
        """Take in as much as fits."""
        for key, said in more.nodes.items():
            if node_id(key) in self.hidden or key in self.nodes:
                continue
            if len(self.nodes) >= MOST:
                self.full = True
                break
            self.nodes[key] = said
        self.ties.update(dict.fromkeys(more.ties))
        self.crowds += more.crowds


def _in_time(tie: Tie, view: View) -> bool:
    """A tie without dates was always there."""
    since, until = _day(view.since), _day(view.until)
    return not ((since and tie.ends and tie.ends < since) or (until and tie.begins and tie.begins > until))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
