"""The dashboard's neighbourhoods and connections, against the same graph in plain Python and NetworkX."""

from collections import Counter
from typing import TYPE_CHECKING

import networkx as nx
from helpers.graphs import link, version

from graph.access.network import FEW, MOST_LINKS, OPENED, STEPS, neighbours, shortest, ties_among, types
from graph.home import Home
from graph.model import PARTIES
from graph.store import SNAPSHOT, Store, sync
from texts.progress import Silent

if TYPE_CHECKING:
    from conftest import Bank
    from contract.memory import Node, Tie

SOME = 12


def key(node: "Node") -> tuple[str, str]:
    return node.label, node.key


def party_ties(bank: "Bank") -> "list[Tie]":
    ties = [tie for name in types() for tie in bank.graph.ties[name]]
    return [tie for tie in ties if {tie.start.label, tie.end.label} <= set(PARTIES)]


def some_parties(bank: "Bank") -> list[tuple[str, str]]:
    busy = Counter(end for tie in party_ties(bank) for end in (key(tie.start), key(tie.end)))
    return [party for party, _ in sorted(busy.items(), key=lambda one: (-one[1], one[0]))[:SOME]]


def test_each_few_neighbours_and_every_crowd_are_there(bank: "Bank") -> None:
    ties = party_ties(bank)
    for party in some_parties(bank):
        ways = Counter((tie.type, True) for tie in ties if key(tie.start) == party)
        ways += Counter((tie.type, False) for tie in ties if key(tie.end) == party)
        found = neighbours(bank.store, party, chosen=types())
        assert {(crowd.type, crowd.outgoing): crowd.number for crowd in found.crowds} == {
            way: number for way, number in ways.items() if number > FEW
        }
        few = {way for way, number in ways.items() if number <= FEW}
        expected = {
            (tie.type, key(tie.start), key(tie.end))
            for tie in ties
            if (key(tie.start) == party and (tie.type, True) in few)
            or (key(tie.end) == party and (tie.type, False) in few)
        }
        assert {(tie.type, tie.start, tie.end) for tie in found.ties} == expected


def test_the_ties_among_parties_are_all_there(bank: "Bank") -> None:
    parties = set(some_parties(bank))
    expected = Counter(
        (tie.type, key(tie.start), key(tie.end))
        for tie in party_ties(bank)
        if {key(tie.start), key(tie.end)} <= parties
    )
    found = ties_among(bank.store, sorted(parties), chosen=types())
    assert Counter((tie.type, tie.start, tie.end) for tie in found) == expected


def test_a_connection_is_as_short_as_any(bank: "Bank") -> None:
    graph: nx.Graph[tuple[str, str]] = nx.Graph()
    graph.add_edges_from((key(tie.start), key(tie.end)) for tie in party_ties(bank))
    parties = some_parties(bank)
    assert max(dict(graph.degree).values()) < MOST_LINKS
    for one, other in zip(parties[:6], parties[6:12], strict=True):
        length = nx.shortest_path_length(graph, one, other) if nx.has_path(graph, one, other) else None
        found = shortest(bank.store, one, other, chosen=types())
        assert len(found.ties) == (length if length is not None and length <= STEPS else 0)


def test_who_is_not_there_has_no_neighbours(bank: "Bank") -> None:
    assert not neighbours(bank.store, ("Customer", "' OR true //"), chosen=types()).nodes


def test_a_giant_employer_is_one_node_until_it_is_opened(store: Store, home: Home) -> None:
    staff = [{"employee_id": f"E{n:03}", "company_id": "K"} for n in range(OPENED + 5)]
    ties = [link(f"Employee/{one['employee_id']}", "Company/K") for one in staff]
    sync(
        store,
        SNAPSHOT,
        version(home, {"Company": [{"company_id": "K"}], "Employee": staff, "WORKS_AT": ties}),
        home,
        Silent(),
    )
    closed = neighbours(store, ("Company", "K"), chosen=types())
    assert (len(closed.nodes), closed.crowds[0].number) == (1, OPENED + 5)
    opened = neighbours(store, ("Company", "K"), chosen=types(), opened=[closed.crowds[0].code])
    assert (len(opened.nodes), opened.crowds[0].number) == (1 + OPENED, 5)
    assert min(key for label, key in opened.nodes if label == "Employee") == "E000"
