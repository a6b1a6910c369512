"""Facts on the nodes of a snapshot."""

import random
import re
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from contract.random_bank import RandomBank
from helpers.snapshots import TODAY, snapshot
from helpers.tables import Rows

from graph.facts.annotate import annotate
from graph.features.bank import Bank
from graph.model import COMPUTED_RELATIONSHIPS, NODES, PARTIES
from graph.snapshot import Snapshot

TIED = ("community", "controller", "influence", "fund_rank")
"""Where keys break ties: a partition, one of several at the top, the last digit of a float."""


def annotated(folder: Path, **tables: Rows) -> Snapshot:
    made = snapshot(folder, **tables)
    annotate(made, Bank.read(made, TODAY))
    return made


def node(made: Snapshot, label: str, key: str) -> dict[str, Any]:
    return made.nodes(label).filter(pl.col(NODES[label].key) == key).collect().row(0, named=True)


def ends(made: Snapshot, name: str) -> set[tuple[str, str, float]]:
    return set(made.relationships(name).select("from_id", "to_id", "share").collect().iter_rows())


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A couple holds 51 % of K1, K1 holds 60 % of K2; the wife is also on K1's staff list."""

    def relation(kind: str, one: str, two: str, share: float | None = None) -> dict[str, Any]:
        types = {"C": "customer", "K": "company"}
        said = {"from_type": types[one[0]], "from_id": one, "to_type": types[two[0]], "to_id": two}
        return {**said, "kind": kind, "share": share}

    return annotated(
        tmp_path_factory.mktemp("firm"),
        customers=[{"customer_id": f"C{n}", "since": date(2020, 1, 1), "note": n} for n in range(1, 4)],
        companies=[{"company_id": f"K{n}", "name": f"公司{n}"} for n in range(1, 4)],
        employees=[{"employee_id": "E1", "company_id": "K1", "customer_id": "C1"}],
        relations=[
            relation("spouse", "C2", "C1"), relation("shareholder", "C1", "K1", 0.3),
            relation("shareholder", "C2", "K1", 0.21), relation("shareholder", "K1", "K2", 0.6),
            relation("guarantor", "K1", "K2"), relation("guarantor", "K2", "K1"),
        ],
    )  # fmt: skip


def test_companies_say_their_group_and_who_controls_it(firm: Snapshot) -> None:
    facts = [node(firm, "Company", key) for key in ("K1", "K2", "K3")]
    assert [fact["group_id"] for fact in facts] == ["Company:K1", "Company:K1", None]
    assert [fact["controller"] for fact in facts] == ["Customer:C1", "Customer:C1", None]
    assert [fact["guarantee_ring"] for fact in facts] == ["Company:K1", "Company:K1", None]
    assert [fact["staff"] for fact in facts] == [1, None, None]


def test_every_record_of_a_person_says_the_household(firm: Snapshot) -> None:
    people = [node(firm, "Customer", "C1"), node(firm, "Customer", "C2"), node(firm, "Employee", "E1")]
    assert {(fact["household_id"], fact["household_size"]) for fact in people} == {("Customer:C1", 2)}
    assert node(firm, "Customer", "C3")["household_id"] is None


def test_three_answers_to_who_owns_are_three_relationships(firm: Snapshot) -> None:
    joint = {(person, company, share) for person in ("C1", "C2") for company, share in (("K1", 0.51), ("K2", 0.6))}
    assert ends(firm, "CONTROLS") == joint | {("K1", "K2", 0.6)}
    assert ends(firm, "BENEFICIAL_OWNER_CANDIDATE") == {("C1", "K1", 0.3)}
    assert ("C2", "K2", 0.126) in ends(firm, "OWNS_EFFECTIVELY")
    assert firm.relationships("CONTROLS").collect()["detected"].all()


def test_what_the_source_says_stays_as_it_is(firm: Snapshot) -> None:
    customers = firm.nodes("Customer").collect()
    assert customers["customer_id"].to_list() == ["C1", "C2", "C3"]
    assert customers["since"].to_list() == [date(2020, 1, 1)] * 3
    assert customers.columns[: len(NODES["Customer"].properties)] == [p.name for p in NODES["Customer"].properties]


def test_a_bank_of_customers_alone_has_no_facts(tmp_path: Path) -> None:
    made = annotated(tmp_path, customers=[{"customer_id": "C1"}])
    facts = node(made, "Customer", "C1")
    assert all(facts[prop.name] is None for prop in NODES["Customer"].properties if prop.computed)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_changes_nothing(tmp_path: Path, seed: int) -> None:
    rows = RandomBank(seed).rows()
    one = annotated(tmp_path / "one", **rows)
    for table in rows.values():
        random.Random(seed).shuffle(table)
    other = annotated(tmp_path / "other", **rows)
    for label in PARTIES:
        assert one.nodes(label).collect().equals(other.nodes(label).collect())
    for name in COMPUTED_RELATIONSHIPS:
        table = one.relationships(name).collect()
        assert table.equals(other.relationships(name).collect())
        assert table.height > 0


def test_how_many_rows_are_written_at_a_time_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = RandomBank(3).rows()
    whole = values(annotated(tmp_path / "whole", **rows))
    monkeypatch.setattr("graph.facts.annotate.ROWS_AT_ONCE", 3)
    monkeypatch.setattr("graph.features.bank.ROWS_AT_ONCE", 5)
    assert values(annotated(tmp_path / "parts", **rows)) == whole


def renamed(rows: dict[str, Rows]) -> dict[str, Rows]:
    """The same bank with other keys, in the other order."""

    def new(column: str, value: Any) -> Any:
        key = column.endswith("_id") and isinstance(value, str) and re.fullmatch(r"([CFEX])(\d+)", value)
        return f"{key[1]}{900 - int(key[2])}" if key else value

    return {
        name: [{column: new(column, value) for column, value in row.items()} for row in table]
        for name, table in rows.items()
    }


def test_other_keys_give_the_same_facts(tmp_path: Path) -> None:
    rows = RandomBank(3).rows()
    one, other = annotated(tmp_path / "one", **rows), annotated(tmp_path / "other", **renamed(rows))
    assert values(one) == values(other)
    for name in COMPUTED_RELATIONSHIPS:
        before, after = (sorted(made.relationships(name).collect()["share"]) for made in (one, other))
        assert before == pytest.approx(after)


def values(made: Snapshot) -> dict[str, list[Any]]:
    """The values of facts without keys in them, and how many nodes share each key."""
    found: dict[str, list[Any]] = {}
    for label in ("Company", "Customer"):
        for prop in NODES[label].properties:
            if prop.computed and prop.name not in TIED:
                column = made.nodes(label).select(prop.name).drop_nulls().collect()[prop.name]
                keyed = prop.type == "string"
                found[f"{label}.{prop.name}"] = sorted(column.value_counts()["count"] if keyed else column)
    return found
