"""What the queries on chains, rings and money must answer; see `oracles`."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, Final, cast

import networkx as nx
from contract.memory import Graph, Node, Tie, chain_keys, down, fen, is_sure, keys

Params = dict[str, Any]
Rows = list[tuple[Any, ...]]

TIES: Final = (
    "PAID", "PAYS_SALARY", "WORKS_AT", "IS_CUSTOMER", "SAME_AS", "OWNS", "OFFICER_OF", "GUARANTEES", "SUPPLIES",
    "RELATED_TO",
)  # fmt: skip


def party(graph: Graph, p: Params, prefix: str = "party") -> Node:
    return graph.nodes[p[f"{prefix}_type"].capitalize(), p[f"{prefix}_id"]]


def company(graph: Graph, p: Params) -> Node:
    return graph.nodes["Company", p["company_id"]]


def is_prospect(graph: Graph, node: Node) -> bool:
    if node.label == "Company":
        return node["client_since"] is None
    if node.label != "Counterparty" or (node["kind"] or "company") != "company":
        return False
    same = [tie.end for tie in graph.out(node, "SAME_AS") if is_sure(tie)]
    return not any(other["client_since"] for other in same if other.label == "Company")


def shortest_connection(graph: Graph, p: Params) -> Rows:
    start, end = party(graph, p, "from"), party(graph, p, "to")
    net = nx.MultiGraph()
    busy = {node for node in graph.nodes.values() if sum(1 for _ in graph.around(node, *graph.ties)) > p["max_links"]}
    for name in TIES:
        for tie in graph.ties[name]:
            if not {tie.start, tie.end} & (busy - {start, end}):
                net.add_edge(tie.start, tie.end, key=tie)
    if start not in net or end not in net or not nx.has_path(net, start, end):
        return []
    rows: set[tuple[tuple[Node, ...], tuple[str, ...]]] = set()
    for path in nx.all_shortest_paths(nx.Graph(net), start, end):
        kinds: list[tuple[str, ...]] = [()]
        for one, two in pairwise(path):
            types = {tie.type for tie in cast("Iterable[Tie]", net[one][two])}
            kinds = [(*before, kind) for before in kinds for kind in types]
        rows |= {(tuple(path), kind) for kind in kinds}
    ordered = sorted(rows, key=lambda row: (chain_keys(row[0]), row[1]))
    return [(len(kind), list(path), list(kind)) for path, kind in ordered if len(kind) <= 6][: p["top"]]


def share_along(path: Iterable[Tie]) -> float | None:
    share = 1.0
    for tie in path:
        if tie["share"] is None:
            return None
        share *= tie["share"]
    return share


def ownership_chain(graph: Graph, p: Params) -> Rows:
    rows: Rows = []
    for path in graph.paths(company(graph, p), 6, "OWNS", forward=False):
        share = share_along(path)
        if share is None or share >= p["min_share"]:
            owner, chain = path[-1].start, [tie.start for tie in reversed(path)] + [path[0].end]
            rows.append((owner, owner["name"], len(path), None if share is None else round(share, 6), chain))
    return sorted(rows, key=lambda row: (row[2], down(row[3]), chain_keys(row[4])))


def in_all(paths: dict[Node, list[list[Tie]]], least: float) -> list[tuple[Node, float, int, int]]:
    """Share over all paths, number of paths, fewest steps."""
    rows: list[tuple[Node, float, int, int]] = []
    for node, found in paths.items():
        share = round(sum(share_along(path) or 0.0 for path in found), 6)
        if share >= least:
            rows.append((node, share, len(found), min(map(len, found))))
    return sorted(rows, key=lambda row: (-row[1], keys(row[0])))


def ultimate_owners(graph: Graph, p: Params) -> Rows:
    paths: dict[Node, list[list[Tie]]] = defaultdict(list)
    for path in graph.paths(company(graph, p), 6, "OWNS", forward=False):
        if not graph.into(path[-1].start, "OWNS"):
            paths[path[-1].start].append(path)
    return [(o, o["name"], s, s >= 0.25, number, near) for o, s, number, near in in_all(paths, p["min_share"])]


def owned_companies(graph: Graph, p: Params) -> Rows:
    paths: dict[Node, list[list[Tie]]] = defaultdict(list)
    for path in graph.paths(party(graph, p), 6, "OWNS", forward=True):
        paths[path[-1].end].append(path)
    return [(c, c["name"], s, number, near) for c, s, number, near in in_all(paths, p["min_share"])]


def majority(graph: Graph) -> "nx.DiGraph[Node]":
    net: nx.DiGraph[Node] = nx.DiGraph()
    net.add_nodes_from(graph.nodes.values())
    net.add_edges_from((tie.start, tie.end) for tie in graph.ties["OWNS"] if (tie["share"] or 0) > 0.5)
    return net


def group_members(graph: Graph, p: Params) -> Rows:
    net = majority(graph)
    above = nx.single_source_shortest_path_length(net.reverse(), company(graph, p), 5)
    rows: Rows = []
    for head in (node for node in above if not list(net.predecessors(node))):
        for m in nx.single_source_shortest_path_length(net, head, 5):
            if m.label == "Company":
                rows.append((head, head["name"], m.key, m["name"], m["client_since"] is not None))
    return sorted(rows, key=lambda row: (keys(row[0]), row[2]))


def shared_officers(graph: Graph, p: Params) -> Rows:
    c = company(graph, p)
    rows: set[tuple[Any, ...]] = set()
    for here in graph.into(c, "OFFICER_OF"):
        for same in graph.records(here.start):
            for there in graph.out(same, "OFFICER_OF"):
                if there.end is not c:
                    rows.add(
                        (here.start, here.start["name"], here["role"], there.end, there.end["name"], there["role"])
                    )
    return sorted(rows, key=lambda row: (keys(row[0]), keys(row[3]), row[2], row[5]))


def many_offices(graph: Graph, p: Params) -> Rows:
    rows: Rows = []
    for officer in {tie.start for tie in graph.ties["OFFICER_OF"]}:
        ties = graph.out(officer, "OFFICER_OF")
        companies = {tie.end for tie in ties}
        represented = {tie.end for tie in ties if tie["role"] == "legal_representative"}
        if len(companies) >= p["min_companies"]:
            rows.append((officer, officer["name"], len(companies), len(represented)))
    return sorted(rows, key=lambda row: (-row[2], keys(row[0])))[: p["top"]]


def guarantee_chain(graph: Graph, p: Params) -> Rows:
    start, rows = party(graph, p), list[tuple[Any, ...]]()
    for path in graph.paths(start, 5, "GUARANTEES", forward=True):
        rows.append(("guarantees", len(path), path[-1].end, path[-1].end["name"], [start, *(t.end for t in path)]))
    for path in graph.paths(start, 5, "GUARANTEES", forward=False):
        chain = [*(tie.start for tie in reversed(path)), start]
        rows.append(("guaranteed_by", len(path), chain[0], chain[0]["name"], chain))
    return sorted(rows, key=lambda row: (row[0], row[1], chain_keys(row[4])))[: p["top"]]


def guarantee_rings(graph: Graph, p: Params) -> Rows:
    net = nx.DiGraph((tie.start, tie.end) for tie in graph.ties["GUARANTEES"])
    rows: Rows = []
    for ring in nx.simple_cycles(net, length_bound=6):
        if len(ring) > 1:
            first = min(range(len(ring)), key=lambda place: str(ring[place]))
            members = ring[first:] + ring[:first]
            names = [{"party": node, "party_name": node["name"]} for node in members]
            rows.append((len(members), [str(node) for node in members], names))
    return sorted(rows, key=lambda row: row[:2])[: p["top"]]


def months_of(tie: Tie, p: Params) -> list[tuple[int, float, int]]:
    lists = zip(tie["months"], tie["amounts"], tie["counts"], strict=True)
    return [row for row in lists if p["from_month"] <= row[0] <= p["to_month"]]


def fund_flow(graph: Graph, p: Params) -> Rows:
    c = company(graph, p)
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for place, ties in enumerate((graph.into(c, "PAID"), graph.out(c, "PAID"))):
        for month, amount, _ in (row for tie in ties for row in months_of(tie, p)):
            sums[month][place] += fen(amount)
            sums[month][place + 2] += 1
    rows = [(m, i / 100, o / 100, (i - o) / 100, payers, payees) for m, (i, o, payers, payees) in sums.items()]
    return sorted(rows)


def fund_partners(graph: Graph, p: Params) -> Rows:
    c, rows = company(graph, p), list[tuple[Any, ...]]()
    ends = [("in", tie.start, tie) for tie in graph.into(c, "PAID")]
    ends += [("out", tie.end, tie) for tie in graph.out(c, "PAID")]
    for direction, other, tie in ends:
        if found := months_of(tie, p):
            amount = sum(fen(amount) for _, amount, _ in found) / 100
            number = sum(count for _, _, count in found)
            rows.append((direction, other, other["name"], amount, number, len(found), tie["purpose"]))
    return sorted(rows, key=lambda row: (-row[3], row[0], keys(row[1])))[: p["top"]]


def non_client_partners(graph: Graph, p: Params) -> Rows:
    c = company(graph, p)
    sums: dict[Node, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for tie in graph.around(c, "PAID"):
        if is_prospect(graph, other := tie.other(c)):
            sums[other][int(tie.start is c)] = tie["amount"]
    rows = [(other, other["name"], pays, receives) for other, (pays, receives) in sums.items()]
    return sorted(rows, key=lambda row: (-(row[2] + row[3]), keys(row[0])))[: p["top"]]


def prospects_near_branch(graph: Graph, p: Params) -> Rows:
    found: dict[Node, set[Tie]] = defaultdict(set)
    clients: dict[Node, set[Node]] = defaultdict(set)
    for branch in graph.below(graph.nodes["Branch", p["branch_id"]]):
        for c in (tie.start for tie in graph.into(branch, "AT_BRANCH")):
            for tie in graph.around(c, "PAID", "OWNS", "SUPPLIES") if c["client_since"] else ():
                if is_prospect(graph, other := tie.other(c)):
                    found[other].add(tie)
                    clients[other].add(c)
    rows: Rows = []
    for other, ties in found.items():
        if len(clients[other]) >= p["min_clients"]:
            paid = [fen(tie["amount"]) for tie in ties if tie.type == "PAID"]
            rows.append((other, other["name"], len(clients[other]), sum(paid) / 100, len(ties) - len(paid)))
    return sorted(rows, key=lambda row: (-row[2], -row[3], keys(row[0])))[: p["top"]]


def supply_chain(graph: Graph, p: Params) -> Rows:
    c, rows = company(graph, p), list[tuple[Any, ...]]()
    net = nx.DiGraph((tie.start, tie.end) for tie in graph.ties["SUPPLIES"])
    net.add_node(c)
    for direction, view in (("up", net.reverse()), ("down", net)):
        for other, tier in nx.single_source_shortest_path_length(view, c, 3).items():
            client = other.label == "Customer" or other["client_since"] is not None
            if other is not c and not (client and p["non_clients_only"]):
                rows.append((direction, tier, other, other["name"], client))
    return sorted(rows, key=lambda row: (row[0] == "down", row[1], keys(row[2])))


def quality_shares(graph: Graph, p: Params) -> Rows:
    rows: Rows = []
    for c in {tie.end for tie in graph.ties["OWNS"]}:
        ties = graph.into(c, "OWNS")
        millionths = sum(round((tie["share"] or 0) * 1_000_000) for tie in ties)
        if millionths > 1_000_000:
            rows.append((c, c["name"], len(ties), millionths / 1_000_000))
    return sorted(rows, key=lambda row: (-row[3], keys(row[0])))[: p["top"]]


NETWORKS: Final[dict[str, Callable[[Graph, Params], Rows]]] = {
    oracle.__name__: oracle
    for oracle in (
        fund_flow, fund_partners, group_members, guarantee_chain, guarantee_rings, many_offices, non_client_partners,
        owned_companies, ownership_chain, prospects_near_branch, quality_shares, shared_officers, shortest_connection,
        supply_chain, ultimate_owners,
    )
}  # fmt: skip
