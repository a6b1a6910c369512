"""What the queries on computed facts must answer; see `oracles`."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

from contract.memory import Graph, Node, down, is_sure, keys

from graph.model import PARTIES

Params = dict[str, Any]
Rows = list[tuple[Any, ...]]


def company_groups(graph: Graph, p: Params) -> Rows:
    groups: dict[str, list[Node]] = defaultdict(list)
    for c in graph.all("Company"):
        if c["group_id"]:
            groups[c["group_id"]].append(c)
    rows: Rows = []
    for name, members in groups.items():
        if len(members) >= p["min_companies"]:
            clients = sum(c["client_since"] is not None for c in members)
            staff, banking = (sum(c[count] or 0 for c in members) for count in ("staff", "staff_banking"))
            heads = sorted({c["controller"] for c in members if c["controller"]})
            rows.append((name, len(members), clients, staff, banking, heads))
    return sorted(rows, key=lambda row: (-row[1], row[0]))[: p["top"]]


def beneficial_owner_candidates(graph: Graph, p: Params) -> Rows:
    c = graph.nodes["Company", p["company_id"]]
    direct = {tie.start: tie["share"] for tie in graph.into(c, "OWNS")}
    heads = {tie.start for tie in graph.into(c, "CONTROLS")}
    rows = [
        (tie.start, tie.start["name"], tie["share"], direct.get(tie.start), tie.start in heads)
        for tie in graph.into(c, "BENEFICIAL_OWNER_CANDIDATE")
        if tie["share"] >= p["min_share"]
    ]
    return sorted(rows, key=lambda row: (-row[2], keys(row[0])))


def community_overview(graph: Graph, p: Params) -> Rows:
    parts: dict[str, list[Node]] = defaultdict(list)
    for n in (node for label in PARTIES for node in graph.all(label)):
        if n["community"]:
            parts[n["community"]].append(n)
    rows: Rows = []
    for name, members in parts.items():
        customers = sum(n.label == "Customer" for n in members)
        companies = [n["client_since"] is not None for n in members if n.label == "Company"]
        staff = [n for n in members if n.label == "Employee"]
        linked = [n for n in staff if any(m.label == "Customer" for m in _linked(graph, n))]
        if len(members) >= p["min_members"]:
            counts = (sum(companies), len(companies) - sum(companies), len(staff) - len(linked))
            rows.append((name, len(members), customers, *counts))
    return sorted(rows, key=lambda row: (-row[1], row[0]))[: p["top"]]


def _linked(graph: Graph, node: Node) -> list[Node]:
    return [tie.other(node) for tie in graph.around(node, "IS_CUSTOMER", "SAME_AS") if is_sure(tie)]


def influence_ranking(graph: Graph, p: Params) -> Rows:
    organisations = graph.all("Company") + [n for n in graph.all("Counterparty") if n["kind"] in (None, "company")]
    rows: Rows = []
    for n in organisations:
        client = n["client_since"] is not None
        if n["influence"] is not None and not (client and p["prospects_only"]):
            rows.append((n, n["name"], client, n["influence"], n["fund_rank"]))
    return sorted(rows, key=lambda row: (down(row[3]), keys(row[0])))[: p["top"]]


FACTS: Final[dict[str, Callable[[Graph, Params], Rows]]] = {
    oracle.__name__: oracle
    for oracle in (beneficial_owner_candidates, community_overview, company_groups, influence_ranking)
}
