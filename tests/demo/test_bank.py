"""Size, seed and shape of the bank."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TypeAlias

import networkx as nx
import numpy as np
import polars as pl
import pytest

from demo import make_bank

Bank: TypeAlias = Mapping[str, pl.DataFrame]


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_seed_makes_the_same_bank_and_another_seed_another(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        make_bank(tmp_path / name, 300, seed=seed)
    assert _files(tmp_path / "one") == _files(tmp_path / "again")
    assert _files(tmp_path / "one")["customers.parquet"] != _files(tmp_path / "other")["customers.parquet"]


@pytest.mark.parametrize("customers", [50, 333, 5000])
def test_there_are_as_many_customers_as_asked_for(tmp_path: Path, customers: int) -> None:
    rows = make_bank(tmp_path, customers)
    assert customers <= rows["customers"] <= customers * 1.01
    assert rows["employees"] == pytest.approx(customers * 0.6, rel=0.1 if customers >= 5000 else 0.5)


def test_too_small_a_bank_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="50"):
        make_bank(tmp_path, 49)


def test_the_watcher_hears_of_every_stage_to_its_end(tmp_path: Path) -> None:
    heard: dict[str, tuple[int, int]] = {}
    make_bank(tmp_path, 50, progress=lambda stage, done, total: heard.update({stage: (done, total)}))
    assert set(heard) == {"people", "history", "payments"}
    assert all(done == total for done, total in heard.values())


def test_the_as_of_day_moves_everything(tmp_path: Path) -> None:
    make_bank(tmp_path, 200, as_of=date(2024, 2, 29))
    for table, column in (("payments", "paid_on"), ("holdings", "opened_on")):
        days = pl.read_parquet(tmp_path / f"{table}.parquet")[column].to_numpy()
        assert np.datetime64("2024-02-15") < days.max() <= np.datetime64("2024-02-29")


def test_there_are_three_levels_of_branches(bank: Bank) -> None:
    branches = bank["branches"]
    level = dict(branches.select("branch_id", "level").iter_rows())
    above = {"head": None, "branch": "head", "sub_branch": "branch"}
    assert set(level.values()) == set(above)
    for branch, parent in branches.select("branch_id", "parent_id").iter_rows():
        assert level.get(parent) == above[level[branch]]


def _staff_lists(employees: pl.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Lengths, the longest first."""
    return np.sort(employees["company_id"].value_counts()["count"].to_numpy())[::-1].astype(np.int64)


def test_one_giant_employs_a_twentieth_of_all_staff(bank: Bank) -> None:
    sizes = _staff_lists(bank["employees"])
    assert 0.035 < sizes[0] / sizes.sum() < 0.08
    assert sizes[0] > sizes[1]


def test_company_sizes_have_a_heavy_tail(tmp_path: Path) -> None:
    make_bank(tmp_path, 20_000)
    sizes = _staff_lists(pl.read_parquet(tmp_path / "employees.parquet"))
    assert sizes[: len(sizes) // 10].sum() > sizes.sum() * 0.4
    assert np.median(sizes) < sizes.mean() / 2


def test_shares_of_a_company_add_up_to_one_at_most(bank: Bank) -> None:
    held = bank["relations"].filter(kind="shareholder").group_by("to_id").agg(pl.col("share").sum())["share"]
    assert (held <= 1.0 + 1e-9).all()


def test_there_are_ownership_circles_and_guarantee_rings(bank: Bank) -> None:
    for kind in ("shareholder", "guarantor"):
        edges = bank["relations"].filter((pl.col("kind") == kind) & (pl.col("from_type") == "company"))
        graph = nx.DiGraph(list(edges.select("from_id", "to_id").iter_rows()))
        assert any(len(part) > 1 for part in nx.strongly_connected_components(graph)), kind


def test_most_links_from_staff_to_customers_have_to_be_found(bank: Bank) -> None:
    staff, customers = bank["employees"], bank["customers"]
    shown = staff["customer_id"].is_not_null()
    by_number = staff["id_number"].is_in(customers["id_number"].implode())
    assert 0.3 < int(shown.sum()) / int((shown | by_number).sum()) < 0.5
    assert staff["id_number"].str.contains(r"\*").any()


def test_minors_unknown_tolerances_and_old_assessments_occur(bank: Bank) -> None:
    customers = bank["customers"]
    assert (customers["birth_date"] > date(2008, 6, 30)).any()
    assert customers["risk_tolerance"].is_null().any()
    assert (customers["risk_assessed_on"] < date(2025, 6, 30)).any()
    assert 0.8 < customers["marketing_consent"].sum() / len(customers) < 0.95
    assert 0 < customers["do_not_contact"].sum() / len(customers) < 0.05


def test_wages_reach_customers_staff_and_counterparties(bank: Bank) -> None:
    wages = bank["payments"].filter((pl.col("channel") == "batch") & (pl.col("payer_type") == "company"))
    assert set(wages["payee_type"]) == {"customer", "employee", "counterparty"}
    assert {"工资", None} <= set(wages["purpose"])
    assert set(wages["paid_on"].dt.weekday()) <= {1, 2, 3, 4, 5}


def test_a_product_is_opened_only_where_its_prerequisite_is_held(bank: Bank) -> None:
    first = bank["holdings"].group_by("holder_id", "product_id").agg(pl.col("opened_on").min())
    needs = bank["products"].drop_nulls("prerequisite_id").select("product_id", "prerequisite_id")
    with_need = first.join(needs, on="product_id").join(
        first,
        left_on=["holder_id", "prerequisite_id"],
        right_on=["holder_id", "product_id"],
        how="left",
        suffix="_need",
    )
    assert (with_need["opened_on_need"] <= with_need["opened_on"]).fill_null(value=False).all()


def test_families_share_an_address_and_a_surname(bank: Bank) -> None:
    people = bank["customers"].select("customer_id", "address", surname=pl.col("name").str.slice(0, 1))
    relations = bank["relations"]
    couples = relations.filter(pl.col("kind") == "spouse").join(people, left_on="from_id", right_on="customer_id")
    couples = couples.join(people, left_on="to_id", right_on="customer_id")
    assert (couples["address"] == couples["address_right"]).all()
    siblings = relations.filter(pl.col("kind") == "sibling").join(people, left_on="from_id", right_on="customer_id")
    siblings = siblings.join(people, left_on="to_id", right_on="customer_id")
    assert (siblings["surname"] == siblings["surname_right"]).sum() > 0.95 * len(siblings)
