"""What must hold of every kind on a bank with business, families and a past."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from helpers.business import business_bank
from helpers.snapshots import TODAY, found, snapshot
from helpers.tables import Rows
from polars.testing import assert_frame_equal

from graph.opportunities.find import FILE
from graph.opportunities.rendered import COLUMNS, Selection, rendered
from graph.snapshot import Snapshot, Tables

KINDS = ("payroll_mandate", "corporate_cross_sell", "owner_to_private", "household")
DATES = {"customers": "since", "holdings": "opened_on", "payments": "paid_on", "relations": "since"}


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


def test_rows_in_another_order_change_nothing(made: Snapshot, findings: Tables, tmp_path: Path) -> None:
    draw = np.random.default_rng(3)
    tables = {name: [rows[i] for i in draw.permutation(len(rows))] for name, rows in business_bank(1).items()}
    shuffled = snapshot(tmp_path, **tables)
    assert_frame_equal(everything(made, findings), everything(shuffled, found(shuffled, kinds=KINDS)))


def _kept(tables: dict[str, Rows], keep: Callable[[str, date], bool]) -> dict[str, Rows]:
    return {
        name: [row for row in rows if (day := row.get(DATES.get(name, ""))) is None or keep(name, day)]
        for name, rows in tables.items()
    }


def test_nothing_dated_later_changes_an_export(made: Snapshot, findings: Tables, tmp_path: Path) -> None:
    tables = business_bank(1)
    kept = _kept(tables, lambda name, day: name == "customers" or day <= TODAY)
    assert sum(map(len, kept.values())) < sum(map(len, tables.values()))
    earlier = snapshot(tmp_path, **kept)
    assert_frame_equal(everything(made, findings), everything(earlier, found(earlier, kinds=KINDS)))
