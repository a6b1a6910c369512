"""Every saved query gives on both Neo4j versions what plain Python finds in the graph tables."""

import json
import re
from typing import Any

import pytest
from contract.conftest import Bank
from contract.memory import Node
from contract.oracles import ORACLES
from contract.random_bank import AS_OF

from graph.queries import bind, list_queries, load_query, run
from texts import LANGUAGES, catalogue

pytestmark = pytest.mark.neo4j

KEYS = {
    "company_id": ("F0", "F3", "F7", "F12", "F21"),
    "customer_id": ("C0", "C7", "C13", "C22", "C41"),
    "branch_id": ("B0", "B1", "B4", "B6"),
    "manager_id": ("M0", "M3"),
    "campaign_id": ("K0", "K1"),
    "opportunity_id": ("O00", "O07", "O33"),
}
PARTIES = ({"party_type": "customer", "party_id": "C7"}, {"party_type": "Company", "party_id": "F3"})
CASES: dict[str, tuple[dict[str, str], ...]] = {
    "shortest_connection": (
        {"from_id": "C0", "to_id": "C41"},
        {"from_id": "C3", "to_type": "company", "to_id": "F29"},
        {"from_type": "employee", "from_id": "E5", "to_type": "counterparty", "to_id": "X19"},
        {"from_id": "C0", "to_id": "C30", "max_links": "45"},
        {"from_id": "C0", "to_id": "C30", "max_links": "1"},
    ),
    "ownership_chain": ({"company_id": "F3", "min_share": "0.05"},),
    "ultimate_owners": ({"company_id": "F3", "min_share": "0.25"},),
    "payroll_coverage": ({}, {"branch_id": "B0", "min_staff": "1"}, {"branch_id": "B1"}),
    "company_groups": ({"min_companies": "3", "top": "2"},),
    "beneficial_owner_candidates": tuple({"company_id": f"F{i}", "min_share": "0.4"} for i in range(30)),
    "community_overview": ({"min_members": "1"}, {"top": "3"}),
    "influence_ranking": ({"prospects_only": "true", "top": "9"},),
    "supply_chain": ({"company_id": "F7", "non_clients_only": "true"},),
    "fund_flow": ({"company_id": "F7", "from_month": "202501", "to_month": "202509"},),
    "fund_partners": ({"company_id": "F7", "from_month": "202501", "to_month": "202509", "top": "5"},),
    "branch_opportunities": ({"branch_id": "B0", "kind": "household", "min_value": "5", "top": "7"},),
    "many_offices": ({"min_companies": "2"},),
    "owned_companies": PARTIES,
    "guarantee_chain": PARTIES,
    "subject_opportunities": tuple({"party_type": "employee", "party_id": f"E{i}"} for i in range(0, 70, 9)),
}


def cases(name: str) -> list[dict[str, str]]:
    required = [parameter.name for parameter in load_query(name).parameters if parameter.required]
    values = KEYS.get(required[0], ()) if len(required) == 1 else ()
    usual = [{required[0]: value} for value in values] or ([] if required else [{}])
    return [*usual, *CASES.get(name, ())]


def comparable(value: Any) -> Any:
    """A value of either side, nodes as their label and key."""
    match value:
        case Node():
            return str(value)
        case {"label": label, "key": key, "properties": _}:
            return f"{label}:{key}"
        case list() | tuple():
            return [comparable(item) for item in value]
        case dict():
            return {name: comparable(item) for name, item in value.items()}
        case _:
            return value


def test_every_query_has_an_oracle():
    assert set(ORACLES) == {query.name for query in list_queries()}


@pytest.mark.parametrize("name", sorted(ORACLES))
def test_answers_what_the_tables_say(name: str, bank: Bank):
    query = load_query(name)
    dated = {"as_of": AS_OF.isoformat()} if any(p.name == "as_of" for p in query.parameters) else {}
    answered = 0
    for raw in cases(name):
        parameters = bind(query, dated | raw)
        result = run(bank.store.driver, bank.store.database, query, parameters, limit=100_000, unmask=True)
        expected = ORACLES[name](bank.graph, dict(parameters))
        assert [comparable(list(row.values())) for row in result.rows] == comparable(expected), raw
        answered += len(expected)
    assert answered


def test_every_column_has_a_heading_in_both_languages(bank: Bank):
    for name in sorted(ORACLES):
        query = load_query(name)
        result = run(bank.store.driver, bank.store.database, query, bind(query, cases(name)[0]))
        for lang in LANGUAGES:
            assert {f"dash.column_{column}" for column in result.columns} <= catalogue(lang).keys(), name


def test_shows_nobody_in_clear(bank: Bank):
    for name in sorted(ORACLES):
        query = load_query(name)
        result = run(bank.store.driver, bank.store.database, query, bind(query, cases(name)[0]))
        text = json.dumps(result.rows, ensure_ascii=False, default=str)
        assert not re.findall(r'"(?:王\d+|外部(?:person)?\d+|ID\d+|1380000\d+)"', text), name
