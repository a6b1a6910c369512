"""What must hold of every kind on a bank with business, families and a past."""

import polars as pl
import pytest
from helpers.business import business_bank
from helpers.rendered import rendered
from helpers.snapshots import TODAY, found, snapshot

from graph.opportunities.find import FILE
from graph.opportunities.rendered import COLUMNS, Selection
from graph.snapshot import Snapshot, Tables

KINDS = ("payroll_mandate", "corporate_cross_sell", "owner_to_private", "household")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return snapshot(tmp_path_factory.mktemp("bank"), **business_bank(1))


@pytest.fixture(scope="module")
def findings(made: Snapshot) -> Tables:
    return found(made, kinds=KINDS)


def everything(made: Snapshot, findings: Tables) -> pl.DataFrame:
    return rendered(findings, made, Selection(per_subject=0)).select(COLUMNS)


def test_each_kind_finds_something_and_its_funnel_adds_up(findings: Tables) -> None:
    manifest = findings.manifest
    for kind in KINDS:
        assert manifest["opportunities"][kind] > 0
        suppressed = sum(manifest["suppressed"][kind].values())
        assert manifest["candidates"][kind] == manifest["opportunities"][kind] + suppressed
    assert manifest["models"]["household"]["mode"] == "learned"
    assert manifest["models"]["payroll_mandate"]["mode"] == "prior"


def test_every_row_has_a_reason_in_both_languages(made: Snapshot, findings: Tables) -> None:
    rows = everything(made, findings)
    assert (rows["reason_zh"].str.len_chars() > 0).all()
    assert (rows["reason_en"].str.len_chars() > 0).all()
    assert not rows["reason_en"].str.contains(r"C\d{4}|E\d{4}").any()


def test_nothing_held_is_offered_and_no_row_comes_twice(made: Snapshot, findings: Tables) -> None:
    rows = pl.scan_parquet(findings.path / FILE).collect()
    held = made.table("holdings").filter(pl.col("opened_on") <= TODAY).collect()
    assert rows.join(
        held, left_on=["subject_id", "product_id"], right_on=["holder_id", "product_id"], how="semi"
    ).is_empty()
    assert rows.select(pl.struct("kind", "subject_type", "subject_id", "product_id").is_unique().all()).item()
