"""What each saved query must answer, worked out in plain Python from the graph tables.

An oracle takes the graph and the bound parameters and returns rows as tuples in the query's column order.
Three modules share the work: this one for people, companies and portfolios, `oracles_networks` for chains and money,
`oracles_facts` for what a load computes.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from contract.memory import Graph, Node, fen, is_open, is_sure, keys, up
from contract.oracles_facts import FACTS
from contract.oracles_networks import NETWORKS

from graph.model import NODES, RELATIONSHIPS

Params = dict[str, Any]
Rows = list[tuple[Any, ...]]
Oracle = Callable[[Graph, Params], Rows]

WEALTH = ("wealth", "fund", "gold")


def ratio(part: int, whole: int) -> float:
    return round(part / whole, 4)


def held(graph: Graph, holder: Node, p: Params) -> set[Node]:
    return {tie.end for tie in graph.out(holder, "HOLDS") if is_open(tie, p["as_of"])}


def is_client(node: Node) -> bool:
    return node["client_since"] is not None


def staff(graph: Graph, company: Node, p: Params) -> list[Node]:
    return [tie.start for tie in graph.into(company, "WORKS_AT") if is_open(tie, p["as_of"])]


def customers_of(graph: Graph, employee: Node) -> list[Node]:
    found = [node for node in graph.records(employee) if node.label == "Customer"]
    return sorted(found, key=lambda node: node.key)


def branches(graph: Graph, p: Params) -> dict[Node, int]:
    return graph.below(graph.nodes["Branch", p["branch_id"]])


def of_branches(graph: Graph, p: Params, label: str) -> list[Node]:
    return [tie.start for at in branches(graph, p) for tie in graph.into(at, "AT_BRANCH") if tie.start.label == label]


def customer_picture(graph: Graph, p: Params) -> Rows:
    c = graph.nodes["Customer", p["customer_id"]]
    rows: list[tuple[int, str, Node, Any, Any, Any]] = [(1, "customer", c, c["segment"], c["aum"], c["since"])]
    records = graph.records(c)
    rows += [(2, "same_person", r, None, None, None) for r in records[1:]]
    jobs = [(r, tie) for r in records for tie in graph.out(r, "WORKS_AT")]
    rows += [(3, "employer", t.end, r["title"], r["monthly_salary"], t["hired_on"]) for r, t in jobs]
    rows += [(4, "related", t.other(c), t["kind"], None, t["since"]) for t in graph.around(c, "RELATED_TO")]
    for t in graph.out(c, "HOLDS"):
        rows.append((5, "product", t.end, "closed" if t["closed_on"] else "open", t["balance"], t["opened_on"]))
    for place, section, ties in (
        (6, "money_in", graph.into(c, "PAID")),
        (7, "money_out", graph.out(c, "PAID")),
    ):
        ends = [(t.start if place == 6 else t.end, t) for t in ties]
        ends = sorted(ends, key=lambda end: (-end[1]["amount"], keys(end[0])))[: p["payments"]]
        rows += [(place, section, o, t["purpose"], t["amount"], t["first_on"]) for o, t in ends]
    owned = [(t, None if t["share"] is None else str(t["share"])) for t in graph.out(c, "OWNS")]
    rows += [(8, "owns", t.end, share, None, t["since"]) for t, share in owned]
    rows += [(9, "officer", t.end, t["role"], None, t["since"]) for t in graph.out(c, "OFFICER_OF")]
    rows += [(10, "guarantees", t.end, None, None, t["since"]) for t in graph.out(c, "GUARANTEES")]
    rows += [(11, "guaranteed_by", t.start, None, None, t["since"]) for t in graph.into(c, "GUARANTEES")]
    for t in graph.out(c, "CONTACTED"):
        rows.append((12, "campaign", t.end, t["outcome"] or t["arm"], None, t["contacted_on"]))
    for t in graph.into(c, "FOR"):
        o = t.start
        rows.append((13, "opportunity", o, o["kind"], o["expected_value"], o["as_of"]))
    names = ("product_id", "campaign_id", "opportunity_id")
    rows.sort(key=lambda r: (r[0], keys(r[2]), up(*(r[2][n] for n in names)), up(r[5], r[3], r[4])))
    return [(section, item, item["name"], *rest) for _, section, item, *rest in rows]


def company_staff(graph: Graph, p: Params) -> Rows:
    rows: Rows = []
    for tie in graph.into(graph.nodes["Company", p["company_id"]], "WORKS_AT"):
        if is_open(tie, p["as_of"]):
            e = tie.start
            first = next(iter(customers_of(graph, e)), None)
            person = (first.key, first["segment"], len(held(graph, first, p))) if first else (None, None, 0)
            rows.append((e.key, e["name"], e["title"], tie["hired_on"], first is not None, *person))
    return sorted(rows)


def largest_employers(graph: Graph, p: Params) -> Rows:
    sizes = [(c, len(graph.into(c, "WORKS_AT"))) for c in graph.all("Company")]
    rows = [(c.key, c["name"], c["industry"], is_client(c), n) for c, n in sizes if n]
    return sorted(rows, key=lambda row: (-row[4], row[0]))[: p["top"]]


def payroll_coverage(graph: Graph, p: Params) -> Rows:
    companies = of_branches(graph, p, "Company") if p["branch_id"] else graph.all("Company")
    rows: Rows = []
    for c in filter(is_client, companies):
        people = staff(graph, c, p)
        if len(people) < p["min_staff"]:
            continue
        banked = sum(bool(customers_of(graph, e)) for e in people)
        paid = Counter(tie.end.label == "Customer" for tie in graph.out(c, "PAYS_SALARY"))
        sold = any(product["category"] == "payroll" for product in held(graph, c, p))
        counts = (len(people), banked, ratio(banked, len(people)), paid[True], paid[False], sold)
        rows.append((c.key, c["name"], *counts))
    return sorted(rows, key=lambda row: (row[3] - row[2], row[0]))[: p["top"]]


def company_product_gaps(graph: Graph, p: Params) -> Rows:
    c = graph.nodes["Company", p["company_id"]]
    peers = [o for o in graph.all("Company") if o is not c and is_client(o) and o["industry"] == c["industry"]]
    mine, theirs = held(graph, c, p), [held(graph, peer, p) for peer in peers]
    ids = {product.key for product in mine}
    rows = [
        (
            *(product.key, product["name"], product["category"], product["annual_value"]),
            product["prerequisite_id"] is None or product["prerequisite_id"] in ids,
            sum(product in products for products in theirs),
            len(peers),
        )
        for product in graph.all("Product")
        if product["line"] == "corporate" and product not in mine
    ]
    return sorted(rows, key=lambda row: (-row[5], row[0]))


def staff_product_gaps(graph: Graph, p: Params) -> Rows:
    people = staff(graph, graph.nodes["Company", p["company_id"]], p)
    customers = {c for e in people for c in customers_of(graph, e)}
    holdings = Counter(product for c in customers for product in held(graph, c, p))
    rows: Rows = []
    for product in graph.all("Product"):
        if product["line"] == "retail":
            lacking = len(customers) - holdings[product]
            value = round(lacking * product["annual_value"], 2)
            head = (product.key, product["name"], product["category"])
            rows.append((*head, len(customers), holdings[product], lacking, value))
    return sorted(rows, key=lambda row: (-row[6], row[0]))


def branch_portfolio(graph: Graph, p: Params) -> Rows:
    rows: Rows = []
    for b, depth in branches(graph, p).items():
        here = [tie.start for tie in graph.into(b, "AT_BRANCH")]
        labels = Counter(node.label for node in here)
        clients = sum(is_client(node) for node in here if node.label == "Company")
        aum = sum(fen(node["aum"]) for node in here if node.label == "Customer") / 100
        found = {tie.start for node in here for tie in graph.into(node, "FOR")}
        head = (depth, b.key, b["name"], b["level"], labels["Manager"], labels["Customer"], aum)
        rows.append((*head, clients, labels["Company"] - clients, len(found)))
    return sorted(rows)


def manager_portfolio(graph: Graph, p: Params) -> Rows:
    rows: Rows = []
    for tie in graph.into(graph.nodes["Manager", p["manager_id"]], "MANAGED_BY"):
        c = tie.start
        values = [found.start["expected_value"] for found in graph.into(c, "FOR")]
        head = (c, c["name"], c["segment"] or c["size"], c["aum"], len(held(graph, c, p)))
        rows.append((*head, len(values), max(values, default=None)))
    return sorted(rows, key=lambda row: (-(row[6] or 0), keys(row[0])))[: p["top"]]


def offered(graph: Graph, o: Node) -> Node | None:
    return next((tie.end for tie in graph.out(o, "OFFERS")), None)


def branch_opportunities(graph: Graph, p: Params) -> Rows:
    ids = {b.key for b in branches(graph, p)}
    rows: Rows = []
    for o in graph.all("Opportunity"):
        wanted = p["kind"] in (None, o["kind"]) and o["expected_value"] >= p["min_value"]
        if o["branch_id"] in ids and wanted:
            subject, product = graph.out(o, "FOR")[0].end, offered(graph, o)
            named = (product.key, product["name"]) if product else (None, None)
            rows.append((
                *(o.key, o["kind"], subject, subject["name"], *named, o["probability"], o["expected_value"]),
                *(o["branch_id"], o["manager_id"], o["reason_zh"], o["reason_en"]),
            ))  # fmt: skip
    return sorted(rows, key=lambda row: (-row[7], row[0]))[: p["top"]]


def subject_opportunities(graph: Graph, p: Params) -> Rows:
    subject = graph.nodes[p["party_type"].capitalize(), p["party_id"]]
    rows: Rows = []
    for tie in graph.into(subject, "FOR"):
        o, product = tie.start, offered(graph, tie.start)
        named = (product.key, product["name"]) if product else (None, None)
        tail = (o["rank"], o["probability"], o["expected_value"], o["reason_zh"], o["reason_en"])
        rows.append((o.key, o["kind"], *named, *tail))
    return sorted(rows, key=lambda row: (-row[6], row[0]))


def opportunity_evidence(graph: Graph, p: Params) -> Rows:
    o = graph.nodes["Opportunity", p["opportunity_id"]]
    rows: list[tuple[int, str, Any, Node]] = [(1, "subject", None, tie.end) for tie in graph.out(o, "FOR")]
    rows += [(2, "product", None, tie.end) for tie in graph.out(o, "OFFERS")]
    rows += [(3, "evidence", tie["family"], tie.end) for tie in graph.out(o, "SUPPORTED_BY")]
    rows.sort(key=lambda r: (r[0], up(r[2]), keys(r[3]), up(r[3]["product_id"])))
    return [(role, family, item, item["name"]) for _, role, family, item in rows]


def campaign_results(graph: Graph, p: Params) -> Rows:
    ties = graph.into(graph.nodes["Campaign", p["campaign_id"]], "CONTACTED")
    rows: Rows = []
    for arm, channel in {(tie["arm"], tie["channel"]) for tie in ties}:
        group = [tie for tie in ties if (tie["arm"], tie["channel"]) == (arm, channel)]
        outcomes = Counter(tie["outcome"] for tie in group)
        refused = outcomes["refused"] + outcomes["complained"]
        cost = sum(fen(tie["cost"]) for tie in group) / 100
        people = len({tie.start for tie in group})
        share = ratio(outcomes["accepted"], len(group))
        rows.append((arm, channel, len(group), people, outcomes["accepted"], share, refused, cost))
    return sorted(rows, key=lambda row: up(*row[:2]))


def owners_without_wealth(graph: Graph, p: Params) -> Rows:
    found: dict[Node, list[Any]] = {}
    for f in filter(is_client, of_branches(graph, p, "Company")):
        for tie in graph.into(f, "OWNS", "OFFICER_OF"):
            if tie.type == "OFFICER_OF" or (tie["share"] or 0) >= 0.25:
                for c in customers_of(graph, tie.start):
                    found.setdefault(c, []).append(tie)
    rows: Rows = []
    for c, ties in found.items():
        if not any(product["category"] in WEALTH for product in held(graph, c, p)):
            shares = [tie["share"] for tie in ties if tie["share"] is not None]
            roles = sorted({tie["role"] for tie in ties if tie["role"]})
            companies = len({tie.end for tie in ties})
            rows.append((c.key, c["name"], c["segment"], c["aum"], companies, max(shares, default=None), roles))
    return sorted(rows, key=lambda row: (-row[4], row[0]))[: p["top"]]


def household(graph: Graph, p: Params) -> Rows:
    c = graph.nodes["Customer", p["customer_id"]]
    found, edge = {c: 0}, [c]
    for distance in (1, 2, 3):
        ties = [(at, tie) for at in edge for tie in graph.around(at, "RELATED_TO") if tie["kind"] != "referrer"]
        edge = list({tie.other(at) for at, tie in ties} - set(found))
        found |= dict.fromkeys(edge, distance)
    rows: Rows = []
    for m, distance in found.items():
        products = sorted(product.key for product in held(graph, m, p))
        rows.append((distance, m, m["name"], m["segment"], m["aum"], products))
    return sorted(rows, key=lambda row: (row[0], keys(row[1])))


def graph_counts(graph: Graph, p: Params) -> Rows:
    nodes = [("node", label, len(graph.all(label))) for label in NODES]
    return sorted(nodes + [("relationship", name, len(graph.ties[name])) for name in RELATIONSHIPS])


COMPLETE: Final = {
    "Customer": "name id_number phone birth_date city monthly_income segment aum risk_tolerance risk_assessed_on "
    "branch_id manager_id marketing_consent",
    "Company": "credit_code industry size city branch_id manager_id client_since",
    "Employee": "name id_number phone title monthly_salary hired_on customer_id",
}


def quality_completeness(graph: Graph, p: Params) -> Rows:
    rows: Rows = []
    for label, names in COMPLETE.items():
        nodes = graph.all(label)
        for name in names.split():
            filled = sum(node[name] is not None for node in nodes)
            rows.append((label, name, filled, len(nodes), ratio(filled, len(nodes))))
    return sorted(rows)


def quality_duplicate_ids(graph: Graph, p: Params) -> Rows:
    groups: dict[str, list[Node]] = {}
    for c in sorted(graph.all("Customer"), key=lambda node: node.key):
        if c["id_number"] is not None:
            groups.setdefault(c["id_number"], []).append(c)
    rows = [
        (number, len(group), [c.key for c in group], any(graph.around(c, "SAME_AS") for c in group))
        for number, group in groups.items()
        if len(group) > 1
    ]
    return sorted(rows, key=lambda row: (-row[1], row[2][0]))[: p["top"]]


def quality_unassigned(graph: Graph, p: Params) -> Rows:
    rows: Rows = []
    customers = graph.all("Customer")
    for segment in {c["segment"] for c in customers}:
        group = [c for c in customers if c["segment"] == segment]
        lacking = [sum(not graph.out(c, name) for c in group) for name in ("AT_BRANCH", "MANAGED_BY")]
        rows.append((segment, len(group), *lacking, sum(not held(graph, c, p) for c in group)))
    return sorted(rows, key=lambda row: up(row[0]))


def quality_dates(graph: Graph, p: Params) -> Rows:
    rows: list[tuple[str, Node, Node, Any, Any]] = []
    for tie in graph.ties["HOLDS"]:
        days = (tie["opened_on"], tie["closed_on"])
        if None not in days and days[1] < days[0]:
            rows += [("closed_before_opened", tie.start, tie.end, *days)]
    late: set[tuple[str, Node, Node, Any, Any]] = set()
    for tie in graph.ties["WORKS_AT"]:
        e, f = tie.start, tie.end
        if tie["left_on"] and tie["left_on"] < tie["hired_on"]:
            rows.append(("left_before_hired", e, f, tie["hired_on"], tie["left_on"]))
        for same in graph.records(e) if tie["left_on"] else ():
            paid = [t for t in graph.into(same, "PAID") if t.start is f]
            if any(t.start is f for t in graph.into(same, "PAYS_SALARY")):
                after = [t["last_on"] for t in paid if (t["last_on"] - tie["left_on"]).days > p["grace_days"]]
                late |= {("paid_after_leaving", e, f, tie["left_on"], day) for day in after}
    rows += late
    rows.sort(key=lambda r: (r[0], keys(r[1]), up(r[2]["product_id"], r[2]["company_id"]), r[3], r[4]))
    return [(rule, a, a["name"], b, b["name"], *days) for rule, a, b, *days in rows][: p["top"]]


def quality_identity(graph: Graph, p: Params) -> Rows:
    rows: Rows = []
    for e in graph.all("Employee"):
        linked = sorted(tie.end.key for tie in graph.out(e, "IS_CUSTOMER") if is_sure(tie))
        if len(linked) > 1 or (linked and (e["customer_id"] or linked[0]) not in linked):
            rows.append((e.key, e["name"], e["customer_id"], linked))
    return sorted(rows, key=lambda row: row[0])[: p["top"]]


ORACLES: Final[dict[str, Oracle]] = NETWORKS | FACTS | {
    oracle.__name__: oracle
    for oracle in (
        branch_opportunities, branch_portfolio, campaign_results, company_product_gaps, company_staff,
        customer_picture, graph_counts, household, largest_employers, manager_portfolio, opportunity_evidence,
        owners_without_wealth, payroll_coverage, quality_completeness, quality_dates, quality_duplicate_ids,
        quality_identity, quality_unassigned, staff_product_gaps, subject_opportunities,
    )
}  # fmt: skip
