"""The same commands with a real Neo4j behind them."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from graph.home import Home
from graph.model import NODES
from graph.snapshot import ENDS, Snapshot, latest_snapshot
from graph.store import SNAPSHOT, Store, read_graph
from texts.progress import Silent

if TYPE_CHECKING:
    from conftest import Run

HOSTILE = {
    "quotes": "O'Reilly\"; MATCH (n) DETACH DELETE n //",
    "formula": "=cmd()",
    "markup": "<script>alert(1)</script>",
    "control": "a\x01b\x07c",
    "direction": "\u202egnp.exe",
    "emoji": "👩‍👩‍👧 关系",
    "long": "长" * 300_000,
}

PAYMENT = """
MATCH (a:Customer {customer_id: $id}), (b:Customer) WHERE b.customer_id <> $id
WITH a, b ORDER BY b.customer_id LIMIT 1
CREATE (a)-[:PAID {count: 1, amount: 12.5, first_on: date('2026-01-05'), last_on: date('2026-01-05'),
                   months: [202601], amounts: [12.5], counts: [1]}]->(b)
"""


@pytest.fixture
def address(store: Store, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an empty Neo4j; user and password are in the environment."""
    host, port = store.driver.get_server_info().address
    monkeypatch.setenv("GUANXI_LANG", "en")
    return f"bolt://{host}:{port}"


def same(one: pl.DataFrame, other: pl.DataFrame, key: list[str]) -> bool:
    columns = sorted(one.columns)
    return columns == sorted(other.columns) and one.select(columns).sort(key).equals(other.select(columns).sort(key))


def holds_the_snapshot(store: Store, snapshot: Snapshot, folder: Path) -> bool:
    held = read_graph(store, SNAPSHOT, folder, Silent())
    nodes = [
        same(held.nodes(label).collect(), snapshot.nodes(label).collect(), [NODES[label].key])
        for label in held.labels()
    ]
    kinds = [
        same(held.relationships(name).collect(), snapshot.relationships(name).collect(), [*ENDS, *key])
        for name in held.types()
        for key in [["sequence"] if name in ("HOLDS", "CONTACTED") else []]
        if name not in ("OFFICER_OF", "RELATED_TO")
    ]
    return all(nodes) and all(kinds) and len(nodes) > 5


def test_a_run_gives_the_same_exports_with_and_without_a_store(
    guanxi: "Run", bank: Path, address: str, store: Store, tmp_path: Path
) -> None:
    guanxi("run", bank, "--out", tmp_path / "none")
    ended = guanxi("run", bank, "--out", tmp_path / "neo4j", store=address)
    assert ended.code == 0, ended.err
    for name in (
        "opportunities.csv",
        "opportunities.parquet",
        "facts/is_customer.parquet",
        "facts/pays_salary.parquet",
    ):
        assert (tmp_path / "none" / name).read_bytes() == (tmp_path / "neo4j" / name).read_bytes(), name
    snapshot = latest_snapshot(Home.open(tmp_path / "home"))
    assert holds_the_snapshot(store, snapshot, tmp_path / "held")
    assert store.read("MATCH (o:Opportunity)-[:FOR]->() RETURN count(o) AS n")[0]["n"] > 0


def test_loading_twice_writes_nothing(guanxi: "Run", bank: Path, address: str) -> None:
    first, again = (json.loads(guanxi("load", bank, "--json", store=address).out) for _ in range(2))
    assert first["store"]["created"] > 1000
    assert again["store"] == {"created": 0, "updated": 0, "deleted": 0}


def test_a_pull_without_changes_changes_nothing(guanxi: "Run", bank: Path, address: str) -> None:
    guanxi("load", bank, store=address)
    pulled = json.loads(guanxi("pull", "--json", store=address).out)
    assert pulled["unchanged"]


def test_an_edit_of_what_a_load_computes_is_no_change(guanxi: "Run", bank: Path, address: str, store: Store) -> None:
    guanxi("load", bank, store=address)
    store.write("MATCH (c:Customer) SET c.influence = 0.0, c.household_id = null")
    assert json.loads(guanxi("pull", "--json", store=address).out)["unchanged"]


def test_a_pull_takes_what_others_changed(
    guanxi: "Run", bank: Path, address: str, store: Store, tmp_path: Path
) -> None:
    guanxi("load", bank, store=address)
    home = Home.open(tmp_path / "home")
    before = latest_snapshot(home)
    person = before.nodes("Customer").collect()["customer_id"][0]
    store.write("MATCH (c:Customer {customer_id: $id}) SET c.name = '改名', c:VIP, c.note = 'mine'", id=person)
    store.write("MATCH (:Customer {customer_id: $id})-[h:HOLDS]->() DELETE h", id=person)
    store.write(PAYMENT, id=person)
    ended = guanxi("pull", "--json", store=address)
    assert ended.code == 0, ended.err
    after = latest_snapshot(home)
    assert after.version > before.version
    assert after.nodes("Customer").filter(customer_id=person).collect()["name"].item() == "改名"
    assert after.relationships("HOLDS").filter(from_id=person).collect().is_empty()
    assert after.table("payments").collect().height == before.table("payments").collect().height + 1
    assert store.read("MATCH (c:VIP) RETURN c.note AS note") == [{"note": "mine"}]


def test_a_bad_edit_is_rejected_and_said(guanxi: "Run", bank: Path, address: str, store: Store) -> None:
    guanxi("load", bank, store=address)
    store.write("MATCH (c:Customer) WITH c ORDER BY c.customer_id LIMIT 1 SET c.segment = 'platinum'")
    pulled = json.loads(guanxi("pull", "--json", store=address).out)
    assert pulled["tables"]["customers"]["rules"] == {"unknown_value": 1}


def test_hostile_values_are_data(guanxi: "Run", address: str, store: Store, tmp_path: Path) -> None:
    source = tmp_path / "hostile"
    source.mkdir()
    names = list(HOSTILE.values())
    people = {"customer_id": list(HOSTILE), "name": names, "MATCH": names, "x`} DETACH": names}
    pl.DataFrame(people).write_parquet(source / "customers.parquet")
    pl.DataFrame({"product_id": ["P"], "name": ["=1+1"], "category": ["card"], "line": ["retail"]}).write_csv(
        source / "products.csv"
    )
    pl.DataFrame({"holder_type": ["customer"], "holder_id": ["emoji"], "product_id": ["P"]}).write_csv(
        source / "holdings.csv"
    )
    ended = guanxi("run", source, "--out", tmp_path / "out", store=address)
    assert ended.code == 0, ended.err
    held = store.read(
        "MATCH (c:Customer) RETURN c.customer_id AS id, c.name AS name, c.MATCH AS keyword, c.x_DETACH AS tick"
    )
    found = {row["id"]: row for row in held}
    assert {key: row["name"] for key, row in found.items()} == HOSTILE
    assert {key: row["keyword"] for key, row in found.items()} == HOSTILE
    assert "<script>" not in (tmp_path / "out" / "quality.html").read_text(encoding="utf-8")
    text = (tmp_path / "out" / "opportunities.csv").read_text(encoding="utf-8")
    assert not any(cell.startswith(("=", "+", "@")) for line in text.splitlines() for cell in line.split(","))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CREATE (n:Customer {customer_id: 'x'})", "read"),
        ("LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line", "LOAD CSV"),
        ("UNWIND range(1, 100000) AS a UNWIND range(1, 1000000) AS b RETURN sum(a * b)", "ended after"),
    ],
)
def test_a_dangerous_query_is_refused(guanxi: "Run", address: str, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "query.cypher"
    file.write_text(text, encoding="utf-8")
    ended = guanxi("query", file, "--timeout", "2", store=address)
    assert ended.code == 2
    assert said in ended.err
    assert "Traceback" not in ended.err


def test_a_query_says_what_its_parameter_should_be(guanxi: "Run", address: str) -> None:
    ended = guanxi("query", "branch_opportunities", "-p", "branch_id=B1", "-p", "top=many", store=address)
    assert ended.code == 2
    assert "integer" in ended.err


def test_a_wrong_password_is_said(guanxi: "Run", bank: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "wrong")
    ended = guanxi("load", bank, store=address)
    assert ended.code == 2
    assert "NEO4J_PASSWORD" in ended.err


def test_a_store_that_is_not_there_is_said(guanxi: "Run", bank: Path) -> None:
    ended = guanxi("load", bank, store="bolt://127.0.0.1:1")
    assert ended.code == 2
    assert "cannot be reached" in ended.err
