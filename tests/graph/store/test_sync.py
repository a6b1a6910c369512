"""What a sync leaves in the store, seen by reading the store back."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from helpers.graphs import Rows, assert_store_equals, link, version
from helpers.hostile import HOSTILE

from graph.home import Home
from graph.store import FINDINGS, SNAPSHOT, Changes, Store, sync
from texts.progress import Silent

pytestmark = pytest.mark.neo4j

BANK: dict[str, Rows] = {
    "Customer": [
        {
            "customer_id": "c1",
            "name": "王芳",
            "birth_date": date(1990, 1, 2),
            "aum": 1.1,
            "risk_tolerance": 3,
            "vip": 7,
        },
        {"customer_id": "c2", "name": "李伟", "refused_channels": ["sms"], "refused_on": [date(2024, 5, 6)]},
        {"customer_id": "c3", "do_not_contact": True},
    ],
    "Product": [{"product_id": "p1", "name": "存款", "line": "retail"}],
    "HOLDS": [
        link("Customer/c1", "Product/p1", sequence=1, balance=100.01, opened_on=date(2020, 2, 29)),
        link("Customer/c1", "Product/p1", sequence=2),
        link("Customer/c2", "Product/p1", sequence=1),
    ],
    "PAID": [link("Customer/c1", "Customer/c2", count=2, amount=0.3, months=[202401], amounts=[0.3], counts=[2])],
    "RELATED_TO": [
        link("Customer/c1", "Customer/c2", kind="spouse"),
        link("Customer/c1", "Customer/c2", kind="joint_account"),
    ],
}


def test_the_store_equals_the_snapshot(any_store: Store, home: Home, tmp_path: Path) -> None:
    new = version(home, BANK)
    assert sync(any_store, SNAPSHOT, new, home, Silent()) == Changes(created=10)
    assert_store_equals(any_store, new, tmp_path)


def test_a_second_sync_changes_nothing(store: Store, home: Home) -> None:
    new = version(home, BANK)
    sync(store, SNAPSHOT, new, home, Silent())
    assert sync(store, SNAPSHOT, new, home, Silent()) == Changes()


def test_the_same_content_under_a_new_version_changes_nothing(store: Store, home: Home) -> None:
    sync(store, SNAPSHOT, version(home, BANK), home, Silent())
    assert sync(store, SNAPSHOT, version(home, BANK), home, Silent()) == Changes()


def test_what_changed_is_updated_and_what_is_gone_is_retired(any_store: Store, home: Home, tmp_path: Path) -> None:
    sync(any_store, SNAPSHOT, version(home, BANK), home, Silent())
    changed = BANK | {
        "Customer": [{"customer_id": "c1", "name": "王芳芳"}, *BANK["Customer"][1:2], {"customer_id": "c4"}],
        "HOLDS": [{**BANK["HOLDS"][0], "balance": None}, BANK["HOLDS"][2]],
        "PAID": [],
    }
    new = version(home, changed)
    assert sync(any_store, SNAPSHOT, new, home, Silent()) == Changes(created=1, updated=2, deleted=3)
    assert_store_equals(any_store, new, tmp_path)


def test_a_sync_in_many_batches_is_the_same(store: Store, home: Home, tmp_path: Path) -> None:
    customers = [{"customer_id": f"c{number:04}", "aum": number / 7} for number in range(500)]
    holds = [link(f"Customer/c{number:04}", "Product/p1", sequence=1) for number in range(500)]
    new = version(home, {"Customer": customers, "Product": BANK["Product"], "HOLDS": holds})
    sync(replace(store, batch=33), SNAPSHOT, new, home, Silent())
    assert_store_equals(store, new, tmp_path)


def test_hostile_values_are_plain_data(any_store: Store, home: Home, tmp_path: Path) -> None:
    new = version(home, {"Customer": [{"customer_id": f"c{n}", "name": text} for n, text in enumerate(HOSTILE)]})
    sync(any_store, SNAPSHOT, new, home, Silent())
    assert_store_equals(any_store, new, tmp_path)


@pytest.mark.parametrize("at", ["HOLDS", "PAID", "Customer"])
def test_an_interrupted_sync_is_resumed(store: Store, home: Home, tmp_path: Path, at: str) -> None:
    old = version(home, BANK)
    sync(store, SNAPSHOT, old, home, Silent())
    customers = [{"customer_id": "c1", "name": "half"}, {"customer_id": "c2"}, {"customer_id": "c5"}]
    half = version(home, {"Customer": customers, "Product": BANK["Product"], "HOLDS": BANK["HOLDS"][:1]})
    with pytest.raises(StoppedError):
        sync(store, SNAPSHOT, half, home, StopAt("store.deleting", at))
    new = version(home, BANK | {"Customer": BANK["Customer"][:2]})
    sync(store, SNAPSHOT, new, home, Silent())
    assert_store_equals(store, new, tmp_path)


def test_an_interrupted_first_sync_is_resumed(store: Store, home: Home, tmp_path: Path) -> None:
    new = version(home, BANK)
    with pytest.raises(StoppedError):
        sync(store, SNAPSHOT, new, home, StopAt("store.writing", "PAID"))
    sync(store, SNAPSHOT, new, home, Silent())
    assert_store_equals(store, new, tmp_path)


def test_a_store_that_another_home_filled_is_read_to_know(store: Store, home: Home, tmp_path: Path) -> None:
    sync(store, SNAPSHOT, version(home, BANK), home, Silent())
    other = Home.open(tmp_path / "other")
    new = version(other, BANK | {"Customer": [*BANK["Customer"][:2], {"customer_id": "c9"}]})
    assert sync(store, SNAPSHOT, new, other, Silent()) == Changes(created=1, deleted=1)
    assert_store_equals(store, new, tmp_path)


def test_what_others_wrote_stays(store: Store, home: Home) -> None:
    sync(store, SNAPSHOT, version(home, BANK), home, Silent())
    store.write(
        "MATCH (c:Customer {customer_id: 'c1'}), (p:Product) SET c:Golfer, c.handicap = 12 "
        "CREATE (c)-[:PLAYS {since: 1999}]->(:Club {name: 'Links'}) "
        "WITH p MATCH (:Customer {customer_id: 'c2'})-[r:HOLDS]->(p) SET r.seen = true"
    )
    changed = BANK | {"Customer": [{"customer_id": "c1", "name": "new"}, *BANK["Customer"][1:]]}
    sync(store, SNAPSHOT, version(home, changed), home, Silent())
    assert store.read(
        "MATCH (c:Golfer:Customer {name: 'new'})-[r:PLAYS]->(k:Club) RETURN c.handicap, r.since, k.name"
    ) == [{"c.handicap": 12, "r.since": 1999, "k.name": "Links"}]
    assert store.read("MATCH ()-[r:HOLDS {seen: true}]->() RETURN count(r) AS n") == [{"n": 1}]


@pytest.mark.parametrize(
    ("mark", "kept"),
    [
        ("SET c:Golfer", ["Golfer"]),
        ("SET c.handicap = 12", []),
        ("CREATE (c)-[:PLAYS]->(:Club)", []),
    ],
)
def test_a_retired_node_that_others_use_loses_only_what_is_ours(
    store: Store, home: Home, mark: str, kept: list[str]
) -> None:
    sync(store, SNAPSHOT, version(home, BANK), home, Silent())
    store.write(f"MATCH (c:Customer {{customer_id: 'c1'}}) {mark} SET c.note = 'x'")
    without = {"Customer": BANK["Customer"][1:], "Product": BANK["Product"]}
    sync(store, SNAPSHOT, version(home, without), home, Silent())
    rows = store.read("MATCH (c {note: 'x'}) RETURN labels(c) AS labels, keys(c) AS keys")
    assert [row["labels"] for row in rows] == [kept]
    assert set(rows[0]["keys"]) <= {"note", "handicap"}
    assert store.read("MATCH (c:Customer) RETURN count(c) AS n") == [{"n": 2}]


def test_findings_are_a_layer_of_their_own(store: Store, home: Home, tmp_path: Path) -> None:
    snapshot, findings = version(home, BANK), version(home, FOUND, FINDINGS)
    sync(store, SNAPSHOT, snapshot, home, Silent())
    assert sync(store, FINDINGS, findings, home, Silent()) == Changes(created=2)
    assert_store_equals(store, snapshot, tmp_path / "a")
    assert_store_equals(store, findings, tmp_path / "b", FINDINGS)


def test_findings_about_a_node_that_left_and_came_back_are_written_again(
    store: Store, home: Home, tmp_path: Path
) -> None:
    sync(store, SNAPSHOT, version(home, BANK), home, Silent())
    sync(store, FINDINGS, version(home, FOUND, FINDINGS), home, Silent())
    sync(store, SNAPSHOT, version(home, BANK | {"Customer": BANK["Customer"][:2]}), home, Silent())
    sync(store, SNAPSHOT, version(home, BANK), home, Silent())
    again = version(home, FOUND, FINDINGS)
    sync(store, FINDINGS, again, home, Silent())
    assert_store_equals(store, again, tmp_path, FINDINGS)


FOUND: dict[str, Rows] = {
    "Opportunity": [{"opportunity_id": "o1", "kind": "cross_sell", "probability": 0.25}],
    "FOR": [link("Opportunity/o1", "Customer/c3")],
}


def test_a_value_too_long_for_an_index_is_stored_all_the_same(store: Store, home: Home, tmp_path: Path) -> None:
    sync(store, SNAPSHOT, version(home, BANK), home, Silent())
    new = version(home, {"Customer": [{"customer_id": "c1", "id_number": "9" * 100_000}]})
    sync(store, SNAPSHOT, new, home, Silent())
    assert_store_equals(store, new, tmp_path)


class StoppedError(Exception):
    """Stands for Ctrl-C."""


class StopAt(Silent):
    """Breaks off when a step begins."""

    def __init__(self, key: str, name: str) -> None:
        self._at = (key, name)

    def step(self, key: str, total: int | None = None, /, **values: object) -> None:
        if (key, values.get("name")) == self._at:
            raise StoppedError
