"""How well it does on banks that are spoilt on purpose, and that nothing but the data decides."""

from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest
from helpers.corrupted import Corrupted, corrupted_bank
from helpers.faults import BANKS
from helpers.febrl import febrl4

from loaders.identity import Identities, resolve


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Corrupted:
    return corrupted_bank(tmp_path_factory.mktemp("bank"), 5000, seed=11, rivals=100)


@pytest.fixture(scope="module")
def found(bank: Corrupted) -> Identities:
    return resolve(bank.sources())


def test_precision_and_recall(bank: Corrupted, found: Identities) -> None:
    right, links = bank.score(found)
    assert right / links >= 0.98
    assert right / len(bank.truth) >= 0.94


def test_near_namesakes_twins_and_parents_stay_apart(bank: Corrupted, found: Identities) -> None:
    assert len(bank.merged(found)) <= len(bank.rivals) / 200


def test_customers_that_repeat(bank: Corrupted, found: Identities) -> None:
    right, links, met = bank.repeated(found)
    assert right / links >= 0.98
    assert met / len(bank.copies) >= 0.92


def test_accounts_elsewhere(bank: Corrupted, found: Identities) -> None:
    for kind, links, right, asked in bank.outside(found).iter_rows():
        assert right / links >= 0.98, kind
        assert right / asked >= 0.75, kind


@pytest.mark.parametrize("kind", ["hardly any of the staff bank here", "nearly all of the staff bank here"])
def test_precision_whatever_the_share_of_staff_who_bank_here(tmp_path: Path, kind: str) -> None:
    other = corrupted_bank(tmp_path, 2000, seed=4, rivals=20, how=BANKS[kind])
    right, links = other.score(resolve(other.sources()))
    assert links - right <= max(1, links // 50)


def test_neither_order_nor_threads_change_the_links(
    bank: Corrupted, found: Identities, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = duckdb.connect
    one = {"threads": 1}
    monkeypatch.setattr(duckdb, "connect", lambda *where, config=None: connect(*where, config=(config or {}) | one))
    shuffled = {name: table.sample(fraction=1, shuffle=True, seed=3) for name, table in bank.tables.items()}
    again = resolve(replace(bank, tables=shuffled).sources())
    assert again.links.collect().equals(found.links.collect())
    assert again.review.equals(found.review)


def test_febrl4_with_the_same_machinery() -> None:
    precision, recall = febrl4()
    assert 2 * precision * recall / (precision + recall) >= 0.98


def test_one_employee_joins_one_customer(found: Identities) -> None:
    assert found.is_customer.select(pl.col("from_id").is_unique().all()).collect().item()


def test_a_decision_outlives_the_next_load(tmp_path: Path) -> None:
    from demo import make_bank
    from graph.home import Home
    from graph.identity_decisions import decide
    from loaders.load import Request, load_source
    from texts.progress import Silent

    make_bank(tmp_path / "bank", 300, seed=2)
    home, request = Home.open(tmp_path / "home"), Request(str(tmp_path / "bank"))
    links = load_source(home, request, Silent()).snapshot.relationships("IS_CUSTOMER").collect()
    wrong = links.filter("detected").row(0, named=True)
    decide(home, ("Employee", wrong["from_id"], "Customer", wrong["to_id"]), confirmed=False, by="审核员")
    again = load_source(home, request, Silent())
    assert not again.unchanged
    rest = again.snapshot.relationships("IS_CUSTOMER").filter(pl.col("from_id") == wrong["from_id"]).collect()
    assert wrong["to_id"] not in rest["to_id"].to_list()
