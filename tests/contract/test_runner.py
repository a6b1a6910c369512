"""The runner on a real Neo4j: it only reads, for a limited time and number of rows, and shows no one's data."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import neo4j
import pytest
from contract.conftest import VERSIONS
from neo4j import GraphDatabase, Query

from graph.queries import QueryResult, bind, load_query, run
from graph.queries.guard import check_plan
from graph.queries.saved import parse
from graph.store import Store
from texts import UserError

pytestmark = pytest.mark.neo4j

CSV = "LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row"
PEOPLE = """
CREATE (c:Customer {customer_id: 'C1', name: '王小明', phone: '13812345678', id_number: '11010119900307123X',
                    birth_date: date('1990-03-07'), address: '浙江省杭州市西湖区', city: '杭州', secret: 'carried'})
CREATE (f:Company {company_id: 'F1', name: '甲公司'}), (x:Counterparty {counterparty_id: 'X1', name: '李四'})
CREATE (c)-[:OWNS {share: 0.5, since: date('2020-01-01'), note: 'not ours'}]->(f)-[:SUPPLIES]->(x)
"""


@pytest.fixture(scope="module", params=VERSIONS)
def server(request: pytest.FixtureRequest, servers: Callable[[str], Store]) -> Store:
    store = servers(request.param)
    store.write("MATCH (n) DETACH DELETE n")
    store.write(PEOPLE)
    return store


def ask(store: Store, text: str, **options: Any) -> QueryResult:
    return run(store.driver, store.database, parse("asked", text), {}, **options)


def refusal(store: Store, text: str, **options: Any) -> UserError:
    with pytest.raises(UserError) as error:
        ask(store, text, **options)
    assert "\n" not in str(error.value)
    return error.value


class TestOnlyReads:
    @pytest.mark.parametrize(
        "text",
        [
            "CREATE (n:Zap) RETURN n",
            "MATCH (n) SET n.zap = 1",
            "MATCH (n) DETACH DELETE n",
            "MERGE (n:Zap {x: 1}) RETURN n",
            "MATCH (n) CALL (n) { SET n.zap = 1 RETURN 1 AS one } RETURN one",
            "MATCH (n) FOREACH (x IN [1] | SET n.zap = x)",
            "MATCH (n) WHERE false SET n.zap = 1 RETURN n",
            "UNWIND [] AS x CREATE (:Zap) RETURN x",
            "CREATE INDEX zap FOR (n:Zap) ON (n.x)",
            "DROP CONSTRAINT zap IF EXISTS",
        ],
    )
    def test_writes(self, server: Store, text: str):
        assert refusal(server, text).key == "query.refused_write"
        assert server.read("MATCH (n) WHERE n:Zap OR n.zap IS NOT NULL RETURN count(n) AS n") == [{"n": 0}]
        assert server.read("MATCH (n) RETURN count(n) AS n") == [{"n": 3}]

    @pytest.mark.parametrize(
        "text",
        [
            "SHOW INDEXES",
            "SHOW TRANSACTIONS",
            "SHOW SETTINGS YIELD name RETURN name",
            "SHOW USERS",
            "SHOW DATABASES",
            "TERMINATE TRANSACTION 'neo4j-transaction-1'",
            "CREATE USER zap SET PASSWORD 'abcd12345'",
            "ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'abcd12345'",
            "MATCH (n) CALL (n) { RETURN 1 AS one } IN TRANSACTIONS RETURN one",
            "MATCH (n) CALL (n) { SET n.zap = 1 } IN TRANSACTIONS",
            "USE neo4j MATCH (n) RETURN n",
            "PROFILE MATCH (n) RETURN n",
            "EXPLAIN MATCH (n) RETURN n",
            "CYPHER 25 MATCH (n) RETURN n",
        ],
    )
    def test_management(self, server: Store, text: str):
        assert refusal(server, text).key == "query.refused_clause"

    def test_several_statements(self, server: Store):
        assert refusal(server, f"RETURN 1 AS one; {CSV}").key == "query.refused_clause"
        assert refusal(server, "RETURN 1 AS one; RETURN 2 AS two").key == "query.failed"
        assert ask(server, "RETURN 1 AS one;").rows == [{"one": 1}]

    @pytest.mark.parametrize(
        "text",
        [
            "CALL dbms.components() YIELD name RETURN name",
            "CALL db.schema.visualization()",
            "RETURN EXISTS { CALL dbms.components() YIELD name RETURN name } AS x",
            "CALL { CALL dbms.components() YIELD name RETURN name } RETURN name",
        ],
    )
    def test_procedures(self, server: Store, text: str):
        assert refusal(server, text).key == "query.refused_procedure"

    def test_a_listed_procedure_runs(self, server: Store):
        rows = ask(server, "CALL db.labels() YIELD label RETURN label ORDER BY label").rows
        assert {"label": "Customer"} in rows


class TestPlan:
    """The plan alone, without a look at the words."""

    @pytest.mark.parametrize(
        "text",
        [
            CSV,
            f"CALL () {{ {CSV} }} RETURN row",
            f"OPTIONAL CALL () {{ {CSV} }} RETURN row",
            f"RETURN ['a'] AS row UNION {CSV}",
            f"RETURN COLLECT {{ {CSV} }} AS x",
            f"RETURN COUNT {{ {CSV} }} AS x",
            f"MATCH (n) WHERE EXISTS {{ {CSV} }} RETURN n",
            f"MATCH (n) RETURN n ORDER BY COUNT {{ {CSV} }}",
            f"MATCH (n) WHERE false CALL () {{ {CSV} }} RETURN row",
            f"MATCH p = ((a)-[]->(b) WHERE EXISTS {{ {CSV} }}){{1,3}} RETURN p",
            f"RETURN [x IN [1] | COLLECT {{ {CSV} }}] AS hidden_in_an_expression",
            f"MATCH (n) RETURN CASE n.x WHEN 1 THEN COUNT {{ {CSV} }} ELSE 0 END AS hidden_in_an_expression",
        ],
    )
    @pytest.mark.parametrize("runtime", ["slotted", "interpreted"])
    def test_csv(self, server: Store, text: str, runtime: str):
        with pytest.raises(UserError) as error:
            check_plan(self.explained(server, f"CYPHER 5 runtime={runtime} EXPLAIN {text}"))
        assert error.value.key == "query.refused_clause"

    @pytest.mark.parametrize(
        "text", ["CREATE (n)", "SHOW INDEXES", "CALL dbms.components()", "CREATE INDEX FOR (n:A) ON (n.x)"]
    )
    def test_others(self, server: Store, text: str):
        with pytest.raises(UserError):
            check_plan(self.explained(server, f"EXPLAIN {text}"))

    def test_a_summary_without_a_plan_is_refused(self, server: Store):
        with pytest.raises(UserError):
            check_plan(self.explained(server, "RETURN 1"))

    def explained(self, store: Store, text: str) -> neo4j.ResultSummary:
        with store.driver.session(database=store.database, default_access_mode="READ") as session:
            return session.run(Query(text)).consume()  # pyright: ignore[reportArgumentType]


class TestLimits:
    def test_rows(self, server: Store):
        result = ask(server, "UNWIND range(1, 1000000000) AS x RETURN x", limit=3)
        assert (result.rows, result.truncated) == ([{"x": 1}, {"x": 2}, {"x": 3}], True)
        assert not ask(server, "UNWIND range(1, 3) AS x RETURN x", limit=3).truncated

    def test_time(self, server: Store):
        endless = "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN count(*)"
        assert refusal(server, endless, timeout=0.5).key == "query.timeout"

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("MATCH (n RETURN n", "Invalid input 'RETURN'"),
            ("RETURN 1 / 0", "/ by zero"),
            ("RETURN $unknown", "Expected parameter(s): unknown"),
            ("RETURN no.such(1)", ""),
            ("", ""),
        ],
    )
    def test_wrong_queries(self, server: Store, text: str, reason: str):
        assert reason in str(refusal(server, text))

    def test_a_lost_connection(self):
        with GraphDatabase.driver("bolt://127.0.0.1:1", max_transaction_retry_time=0.1) as driver:
            with pytest.raises(UserError) as error:
                run(driver, None, parse("asked", "RETURN 1"), {})
            assert error.value.key == "query.connection"

    def test_a_parameter_is_never_query_text(self, server: Store):
        query = load_query("customer_picture")
        hostile = "C1'}) DETACH DELETE c //"
        assert run(server.driver, server.database, query, bind(query, {"customer_id": hostile})).rows == []


class TestValues:
    def test_nodes_are_masked_and_show_declared_properties_only(self, server: Store):
        assert ask(server, "MATCH (n:Customer) RETURN n").rows[0]["n"] == {
            "label": "Customer",
            "key": "C1",
            "properties": {
                "customer_id": "C1",
                "name": "王**",
                "id_number": "1****************X",
                "phone": "138******78",
                "birth_date": "1990-**-**",
                "city": "杭州",
                "address": "浙江省杭州市***",
            },
        }

    def test_unmasked_for_who_may(self, server: Store):
        shown = ask(server, "MATCH (n:Customer) RETURN n, n.name AS name", unmask=True).rows[0]
        assert shown["n"]["properties"]["birth_date"] == date(1990, 3, 7)
        assert shown["name"] == "王小明"

    def test_columns_are_masked_by_their_names(self, server: Store):
        text = """
        MATCH (c:Customer)-[:OWNS]->(f)-[:SUPPLIES]->(x)
        RETURN c.name AS name, c.name AS customer_name, f.name AS company_name, x.name AS counterparty_name,
               x AS party, x.name AS party_name, f AS owned, f.name AS owned_name, c.phone AS phone,
               c.birth_date AS birth_date, [c.name, x.name] AS other_name, {customer_name: c.name, who: c} AS map
        """
        row = ask(server, text).rows[0]
        assert [row[name] for name in ("name", "customer_name", "company_name", "counterparty_name")] == [
            "王**", "王**", "甲公司", "李*",
        ]  # fmt: skip
        assert (row["party_name"], row["owned_name"]) == ("李*", "甲公司")
        assert (row["phone"], row["birth_date"]) == ("138******78", "1990-**-**")
        assert row["other_name"] == ["王**", "李*"]
        assert row["map"]["customer_name"] == "王**"
        assert row["map"]["who"]["properties"]["name"] == "王**"

    def test_a_query_can_declare_its_masks(self, server: Store):
        assert ask(server, "// mask: boss name\nMATCH (c:Customer) RETURN c.name AS boss").rows == [{"boss": "王**"}]

    def test_paths_and_relationships(self, server: Store):
        row = ask(server, "MATCH path = (:Customer)-[o:OWNS]->(:Company) RETURN path, o").rows[0]
        assert row["o"] == {"type": "OWNS", "properties": {"share": 0.5, "since": date(2020, 1, 1)}}
        assert [part.get("key", part.get("type")) for part in row["path"]] == ["C1", "OWNS", "F1"]

    def test_other_types(self, server: Store):
        text = """
        RETURN date('2026-01-31') AS day, datetime('2026-01-31T10:00:00Z') AS at, duration('P1M') AS long,
               point({x: 1, y: 2}) AS place, 0.0 / 0.0 AS nan, [1, [true]] AS list, {a: null} AS map, null AS nothing
        """
        row = ask(server, text).rows[0]
        assert row["day"] == date(2026, 1, 31)
        assert isinstance(row["at"], datetime)
        assert (row["long"], row["nan"], row["list"]) == ("P1M", None, [1, [True]])
        assert (row["map"], row["nothing"]) == ({"a": None}, None)
        assert isinstance(row["place"], str)
