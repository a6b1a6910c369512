"""Why a row scores as it does: groups of evidence that sum to its log-odds."""

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from helpers.random_bank import random_bank
from helpers.rendered import rendered
from helpers.snapshots import TODAY, found, snapshot

from graph.features.bank import Bank
from graph.features.groups import GRAPH, declared, group_of
from graph.learning.rows import expit
from graph.opportunities.find import FILE
from graph.opportunities.kinds import KINDS
from graph.opportunities.ranking import SHOWN
from graph.opportunities.rendered import Selection
from graph.opportunities.task import Found, Task
from graph.snapshot import Snapshot, Tables
from texts.progress import Silent


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return snapshot(tmp_path_factory.mktemp("bank"), **random_bank(1))


@pytest.fixture(scope="module")
def findings(made: Snapshot) -> Tables:
    return found(made, kinds=["cross_sell"])


@pytest.fixture(scope="module")
def task(made: Snapshot) -> Task:
    bank = Bank.read(made, TODAY)
    return Task(bank, TODAY, 180, 0, bank.first_date(), consent_known=True, progress=Silent())


@pytest.fixture(scope="module")
def cross_sell(task: Task) -> Found:
    return KINDS["cross_sell"](task)


def test_rows_that_are_shown_are_explained_and_no_others(findings: Tables) -> None:
    rows = pl.read_parquet(findings.path / FILE)
    assert rows["drivers"].is_not_null().to_list() == (rows["place"] <= SHOWN).to_list()


def test_base_and_groups_sum_to_the_log_odds(made: Snapshot, findings: Tables) -> None:
    rows = rendered(findings, made, Selection())
    sums = [sum(json.loads(text)["drivers"].values()) for text in rows["evidence"]]
    assert expit(np.array(sums)) == pytest.approx(rows["probability"].to_numpy(), abs=2e-3)


def test_the_base_is_what_the_learner_says_of_everybody_at_the_products_rate(cross_sell: Found) -> None:
    assert cross_sell.drivers
    assert cross_sell.learned
    products = cross_sell.scored.filter(cross_sell.drivers.explained)["product"].to_numpy()
    for product in np.unique(products):
        assert np.ptp(cross_sell.drivers.values[products == product, 0]) < 1e-3


def test_every_feature_of_every_kind_has_a_group(task: Task) -> None:
    learned = {kind: find(task).learned for kind, find in KINDS.items()}
    names = {name for model in learned.values() if model for name in model.names}
    assert names
    assert names <= set(declared())


def test_groups_can_be_left_out(task: Task, cross_sell: Found) -> None:
    plain = KINDS["cross_sell"](replace(task, without=GRAPH))
    assert plain.learned
    assert cross_sell.learned
    assert GRAPH & {group_of(name) for name in cross_sell.learned.names}
    assert not GRAPH & {group_of(name) for name in plain.learned.names}
    assert plain.scored.select("subject", "product").equals(cross_sell.scored.select("subject", "product"))


def test_a_prior_has_no_drivers(made: Snapshot) -> None:
    rows = rendered(found(made, kinds=["company_prospect"]), made, Selection())
    assert len(rows) > 0
    assert {str(json.loads(text)["drivers"]) for text in rows["evidence"]} == {"{}"}
