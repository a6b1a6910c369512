from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from helpers.snapshots import TODAY, snapshot
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.facts.ownership import LEAST, effective_owners, effective_shares, stakes
from graph.features.bank import Bank

Stake = tuple[int, int, float]


def owned(*rows: Stake) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema={"from": pl.UInt32, "to": pl.UInt32, "share": pl.Float64}, orient="row")
    return frame.select("from", "to", millionths=(pl.col("share") * 1_000_000).round().cast(pl.Int64)).sort(
        "from", "to"
    )


def shares(*rows: Stake) -> dict[tuple[int, int], float]:
    return {(one, two): share for one, two, share in effective_owners(owned(*rows)).iter_rows()}


def test_a_chain_multiplies() -> None:
    assert shares((1, 2, 0.6), (2, 3, 0.5)) == {(1, 2): 0.6, (2, 3): 0.5, (1, 3): 0.3}


def test_chains_add_up() -> None:
    assert shares((1, 2, 0.6), (1, 3, 0.1), (2, 3, 0.5))[1, 3] == 0.4


def test_a_circle_gives_the_person_behind_it_the_whole() -> None:
    found = shares((1, 2, 0.6), (2, 3, 0.8), (3, 2, 0.4), (4, 3, 0.2))
    assert found[1, 2] == round(0.6 / (1 - 0.8 * 0.4), 6)
    assert round(found[1, 2] + found[4, 2], 6) == 1.0


def test_a_circle_that_nobody_outside_owns_is_no_endless_sum() -> None:
    assert shares((1, 2, 1.0), (2, 1, 1.0)) == {(1, 2): 1.0, (2, 1): 1.0}


def test_shares_of_more_than_the_whole_are_scaled_down() -> None:
    assert shares((1, 3, 0.9), (2, 3, 0.6)) == {(1, 3): 0.6, (2, 3): 0.4}


def test_small_shares_are_left_out_but_count_together() -> None:
    found = shares(
        *((1, company, 0.04) for company in range(10, 20)), *((company, 9, 0.1) for company in range(10, 20))
    )
    assert (1, 10) not in found
    assert (1, 9) not in found
    many = shares(*((1, company, 0.6) for company in range(10, 20)), *((company, 9, 0.1) for company in range(10, 20)))
    assert many[1, 9] == 0.6


def test_a_person_with_two_records_has_the_larger_stake_and_an_unknown_one_is_none(tmp_path: Path) -> None:
    same = {"name": "张伟", "id_number": "11010119900307123X"}
    holds = {"from_type": "customer", "to_type": "company", "to_id": "K1", "kind": "shareholder"}
    relations = [{**holds, "from_id": f"C{n}", "share": share} for n, share in ((1, 0.3), (2, 0.4), (3, None))]
    customers = [{"customer_id": "C1", **same}, {"customer_id": "C2", **same}, {"customer_id": "C3"}]
    made = snapshot(tmp_path, customers=customers, companies=[{"company_id": "K1", "name": "甲"}], relations=relations)
    assert stakes(Bank.read(made, TODAY))["millionths"].to_list() == [400_000]


@pytest.mark.parametrize(
    ("day", "share"),
    [(date(2019, 12, 31), 800_000), (date(2020, 1, 1), 500_000), (date(2025, 1, 1), 200_000)],
    ids=["before the first change", "on the day of a change", "after the last one"],
)
def test_a_share_that_changed_is_the_one_of_the_day(tmp_path: Path, day: date, share: int) -> None:
    holds = {"from_type": "customer", "from_id": "C1", "to_type": "company", "to_id": "K1", "kind": "shareholder"}
    changes = [(0.2, date(2024, 5, 1)), (0.8, None), (0.5, date(2020, 1, 1))]
    relations = [{**holds, "share": part, "since": since} for part, since in changes]
    companies = [{"company_id": "K1", "name": "甲"}]
    made = snapshot(tmp_path, customers=[{"customer_id": "C1"}], companies=companies, relations=relations)
    assert stakes(Bank.read(made, TODAY).at(day))["millionths"].to_list() == [share]


matrix = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(1, 100)), unique_by=lambda e: e[:2])


@settings(max_examples=120, deadline=None)
@given(matrix.map(lambda edges: [edge for edge in edges if edge[0] != edge[1]]))
def test_equals_the_dense_series(edges: list[tuple[int, int, int]]) -> None:
    dense = np.zeros((8, 8))
    for owner, company, percent in edges:
        dense[owner, company] = percent / 100
    dense /= np.maximum(dense.sum(axis=0), 1.0) * (1 + 1e-9)
    series = np.linalg.inv(np.eye(8) - dense)
    expected = series / np.diag(series)[:, None]
    owner, company, percent = np.array(edges, np.int64).reshape(-1, 3).T
    found = effective_shares(8, owner, company, percent / 100)
    table = np.zeros((8, 8))
    table[found["owner"].to_numpy(), found["company"].to_numpy()] = found["share"].to_numpy()
    other = ~np.eye(8, dtype=bool)
    clear = other & (np.abs(expected - LEAST) > 1e-4)
    assert np.allclose(table[clear], np.where(expected >= LEAST, expected, 0)[clear], atol=1e-4)
    assert (table <= 1 + 1e-6).all()
