"""The way back from the graph to unified tables."""

import pytest
from helpers.snapshots import TODAY, snapshot

from graph.facts.annotate import annotate
from graph.features.bank import Bank
from graph.model import NODES
from graph.snapshot import Snapshot
from loaders.pull import unified_tables


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    spouses = {"from_type": "customer", "from_id": "C1", "to_type": "customer", "to_id": "C2", "kind": "spouse"}
    owner = {**spouses, "to_type": "company", "to_id": "K1", "kind": "shareholder", "share": 0.6}
    made = snapshot(
        tmp_path_factory.mktemp("bank"),
        customers=[{"customer_id": "C1"}, {"customer_id": "C2"}],
        companies=[{"company_id": "K1", "name": "甲"}],
        relations=[spouses, owner],
    )
    annotate(made, Bank.read(made, TODAY))
    return made


def test_computed_properties_are_left_out(made: Snapshot) -> None:
    assert made.nodes("Customer").collect()["household_size"].to_list() == [2, 2]
    tables = dict(unified_tables(made, made))
    for name, label in (("customers", "Customer"), ("companies", "Company")):
        columns = set(tables[name].collect_schema())
        assert not columns & {prop.name for prop in NODES[label].properties if prop.computed}


def test_computed_relationships_are_left_out(made: Snapshot) -> None:
    assert made.relationships("CONTROLS").collect().height == 1
    relations = dict(unified_tables(made, made))["relations"].collect()
    assert sorted(relations["kind"]) == ["shareholder", "spouse"]
