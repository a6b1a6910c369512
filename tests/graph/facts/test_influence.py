from datetime import date
from typing import Any

import polars as pl
import pytest
from helpers.snapshots import TODAY, snapshot

from graph.facts.influence import fund_rank, influence
from graph.facts.network import Network
from graph.features.bank import Bank


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    """K1 is a client; K2 pays it every month, K3 pays K4, and nobody here knows K4."""

    def paid(payer: str, payee: str, day: date, amount: float = 100.0) -> dict[str, Any]:
        ends = {"payer_type": "company", "payer_id": payer, "payee_type": "company", "payee_id": payee}
        return {**ends, "paid_on": day, "amount": amount}

    months = [date(2026, month, 1) for month in range(1, 7)]
    payments = [paid("K2", "K1", day) for day in months] + [paid("K3", "K4", TODAY, 9e6), paid("K4", "K2", TODAY, 1.0)]
    since = {1: date(2020, 1, 1)}
    companies = [{"company_id": f"K{n}", "name": f"公司{n}", "client_since": since.get(n)} for n in range(1, 5)]
    return Bank.read(snapshot(tmp_path_factory.mktemp("bank"), companies=companies, payments=payments), TODAY)


def by_name(known: Bank, found: pl.DataFrame) -> dict[str, float]:
    names = dict(known.parties.select("party", "id").collect().to_native().iter_rows())
    return {names[entity]: value for entity, value in found.iter_rows()}


def test_influence_falls_with_the_distance_from_clients(known: Bank) -> None:
    found = by_name(known, influence(known, Network.read(known, TODAY)))
    assert found["K1"] > found["K4"] > found["K3"]
    assert found["K2"] > found["K4"]


def test_money_gathers_where_it_stays(known: Bank) -> None:
    found = by_name(known, fund_rank(known, TODAY))
    assert max(found, key=lambda name: found[name]) == "K1"
    assert min(found, key=lambda name: found[name]) == "K3"


def test_payments_of_more_than_a_year_ago_are_no_ties(known: Bank) -> None:
    late = date(2028, 1, 1)
    assert len(Network.read(known, late).codes) == 0
    assert fund_rank(known, late).is_empty()


def test_ties_add_up_and_each_pair_stands_once(known: Bank) -> None:
    network = Network.read(known, TODAY)
    assert (network.left < network.right).all()
    assert sorted(network.weight.tolist()) == [1.0, 1.0, 1.78]
