"""Cypher that counts again what a reason says, written from the sentences and not from the code behind them.

Marks come first: records of one person or organisation share `person`, and labels say who banks here, which
organisations are clients, who is valued and whose family ties are a family's. A query then gives `peers` and `holders`
for one opportunity.
"""

# who is one party: records that links of at least one half join
PERSONS = """
MATCH (n:Customer|Employee|Company|Counterparty)
MATCH (n) ((a)-[l:IS_CUSTOMER|SAME_AS]-(b) WHERE coalesce(l.probability, 1.0) >= 0.5){0,8} (r)
WITH n, min(labels(r)[0] + coalesce(r.customer_id, r.employee_id, r.company_id, r.counterparty_id)) AS person
SET n:Record, n.person = person
"""
INDEX = "CREATE INDEX records_of_a_person IF NOT EXISTS FOR (n:Record) ON (n.person)"
BANKING = "MATCH (:Customer {person: r.person})"
CLIENTS = "MATCH (k:Company {person: r.person}) WHERE k.client_since <= $day"
TIES = "['spouse', 'parent', 'sibling', 'joint_account']"
AT_HOME = f"""MATCH (:Banking {{person: r.person}}) WHERE COUNT {{
    MATCH (:Record {{person: r.person}})-[t:RELATED_TO]-(o) WHERE t.kind IN {TIES} AND coalesce(t.since, $day) <= $day
    RETURN DISTINCT o.person, t.kind, startNode(t).person }} <= 12"""
VALUED = """
MATCH (c:Customer) WITH coalesce(c.aum, 0.0) AS aum ORDER BY aum WITH collect(aum) AS aums
WITH aums[toInteger(floor(0.9 * (size(aums) - 1)))] AS bar
MATCH (c:Customer) WHERE c.segment IN ['affluent', 'private'] OR (c.aum >= bar AND c.aum > 0)
WITH DISTINCT c.person AS person
MATCH (r:Record {person: person}) SET r:Valued
"""


def _marked(label: str, which: str) -> str:
    return f"MATCH (r:Record) WHERE EXISTS {{ {which} }} SET r:{label}"


MARKS = (
    PERSONS, INDEX, _marked("Banking", BANKING), _marked("Client", CLIENTS), _marked("AtHome", AT_HOME), VALUED,
)  # fmt: skip
"""Statements to run once, in order, with `$day`."""

SUBJECT = """
MATCH (s:Record)
WHERE $subject IN [s.customer_id, s.employee_id, s.company_id, s.counterparty_id] AND $label IN labels(s)
"""
STILL_HELD = "coalesce(c.opened_on, $day) <= $day AND (c.closed_on IS NULL OR c.closed_on > $day)"
HOLDING = f"""EXISTS {{
    MATCH (:Record {{person: peer}})-[c:HOLDS]->(:Product {{product_id: $product}}) WHERE {STILL_HELD} }}"""
BANKS = "EXISTS { MATCH (:Banking {person: peer}) }"
THERE = "coalesce(w.hired_on, $day) <= $day AND (w.left_on IS NULL OR w.left_on > $day)"
OTHERS = "o.person <> s.person WITH DISTINCT s, o.person AS peer"


def counted(peers: str, holding: str = HOLDING) -> str:
    return f"{SUBJECT}{peers}\nRETURN count(*) AS peers, count(CASE WHEN {holding} THEN 1 END) AS holders"


def of_clients(peers: str) -> str:
    """Such clients and no others, however many more there are: both counts are theirs."""
    return counted(peers, "true")


def holders_of_anything(who: str, line: str) -> str:
    return f"""MATCH (o:{who})-[c:HOLDS]->(p:Product {{line: '{line}'}})
    WHERE ($because IS NULL OR p.product_id = $because) AND {STILL_HELD}
    WITH DISTINCT s, o.person AS peer"""


def beside(pattern: str, which: str = "coalesce(t.since, $day) <= $day") -> str:
    """Clients tied to the subject under any of its records, by a relationship `t`."""
    return f"MATCH (:Record {{person: s.person}}){pattern}(o:Client) WHERE {which} AND {OTHERS}"


COLLEAGUES = f"MATCH (k:Company {{company_id: $via}})<-[w:WORKS_AT]-(o:Employee) WHERE {THERE} AND {OTHERS}"
# where the reason names another company than the one they work at: the last that hired them, or that they declared
EMPLOYERS = f"""
WITH s, coalesce(
    head(COLLECT {{ MATCH (e:Employee {{person: s.person}})-[w:WORKS_AT]->(k:Company) WHERE {THERE}
                   RETURN k ORDER BY coalesce(w.hired_on, date('0001-01-01')) DESC, e.employee_id DESC LIMIT 1 }}),
    head(COLLECT {{ MATCH (c:Customer {{person: s.person}}) MATCH (k:Company {{name: c.employer_name}})
                   RETURN k ORDER BY k.company_id LIMIT 1 }})) AS k
MATCH (k)<-[w:WORKS_AT]-(o:Employee) WHERE {THERE} AND {OTHERS}
"""
RELATIVES = f"""
MATCH (:Record {{person: s.person}})-[t:RELATED_TO]-(o)
WHERE t.kind IN $ties AND coalesce(t.since, $day) <= $day AND {OTHERS}
"""
FAMILY_TIE = "t.kind IN ['spouse', 'parent', 'sibling', 'joint_account'] AND coalesce(t.since, $day) <= $day"
HOUSEHOLD = f"""
MATCH (:AtHome {{person: s.person}})-[t:RELATED_TO]-(m:AtHome) WHERE {FAMILY_TIE}
CALL (m) {{
    RETURN m AS o
    UNION
    MATCH (:AtHome {{person: m.person}})-[t:RELATED_TO]-(o:AtHome) WHERE {FAMILY_TIE} RETURN o
}}
WITH s, o WHERE EXISTS {{ MATCH (:Valued {{person: o.person}}) }} AND {OTHERS}
"""
PARTNERS = f"""
MATCH (:Record {{person: s.person}})-[p:PAID]-(o:Banking) WHERE p.last_on > $year
AND COUNT {{ MATCH (:Record {{person: o.person}})-[q:PAID]-(x:Banking) WHERE q.last_on > $year
            RETURN DISTINCT x.person }} <= 50 AND {OTHERS}
"""
STAFF = f"MATCH (s)<-[w:WORKS_AT]-(o:Employee) WHERE {THERE} WITH DISTINCT s, o.person AS peer"
GROUP = """
CALL (s) {
    MATCH (:Record {person: s.person})-[t:OWNS]-(o:Client) WHERE coalesce(t.since, $day) <= $day RETURN o
    UNION
    MATCH (:Record {person: s.person})<-[t:OWNS|OFFICER_OF]-(a)
    MATCH (:Record {person: a.person})-[u:OWNS|OFFICER_OF]->(o:Client)
    WHERE coalesce(t.since, $day) <= $day AND coalesce(u.since, $day) <= $day
    AND COUNT { MATCH (:Record {person: a.person})-[v:OWNS|OFFICER_OF]->(x) WHERE coalesce(v.since, $day) <= $day
                RETURN DISTINCT x.person } <= 50
    RETURN o
}
WITH s, o WHERE o.person <> s.person WITH DISTINCT s, o.person AS peer
"""
PAID = "p.last_on > $year"
PEOPLE = {
    "colleagues": counted(COLLEAGUES),
    "household": counted(RELATIVES),
    "joint": counted(RELATIVES),
    "partners": counted(PARTNERS),
    "similar": counted(holders_of_anything("Banking", "retail")),
    "profile": counted(holders_of_anything("Banking", "retail")),
}
COMPANIES = {
    "partners": counted(beside("-[p:PAID]-", PAID)),
    "suppliers": counted(beside("<-[t:SUPPLIES]-")),
    "buyers": counted(beside("-[t:SUPPLIES]->")),
    "owners": counted(GROUP),
    "trade": counted(f"MATCH (o:Company:Client {{industry: s.industry}}) WHERE {OTHERS}"),
    "similar": counted(holders_of_anything("Client", "corporate")),
    "profile": counted(holders_of_anything("Client", "corporate")),
}
QUERIES: dict[str, dict[str, str]] = {
    "cross_sell": PEOPLE,
    "payroll_to_retail": {"colleagues": counted(COLLEAGUES, BANKS), "profile": counted(COLLEAGUES, BANKS)},
    "payroll_mandate": COMPANIES | {"staff": counted(STAFF, BANKS)},
    "company_prospect": {
        "clients": of_clients(beside("-[p:PAID]-", PAID)),
        "suppliers": of_clients(beside("-[t:SUPPLIES]-")),
        "owners": of_clients(GROUP),
        "staff": counted(STAFF, BANKS),
    },
    "corporate_cross_sell": COMPANIES,
    "owner_to_private": PEOPLE | {
        "colleagues": counted(EMPLOYERS),
        "owners": counted("""MATCH (o:Banking)-[t:OWNS|OFFICER_OF]->(:Client) WHERE coalesce(t.since, $day) <= $day
                          WITH DISTINCT s, o.person AS peer"""),
    },
    "household": PEOPLE | {"valued": counted(HOUSEHOLD)},
}  # fmt: skip
"""By kind and family of evidence."""
WITHOUT_COUNTS = {("company_prospect", "profile"), ("owner_to_private", "payouts"), ("household", "relatives")}
"""Reasons in which nothing is counted: one is general, one says how sure a learner is."""
