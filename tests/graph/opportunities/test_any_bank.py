"""What must change no export of any kind: other keys, another order of rows, other files, what happened later."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from helpers.rendered import rendered
from helpers.snapshots import found, snapshot
from helpers.tables import reader
from helpers.whole_bank import Tables, later, renamed, shuffled, whole_bank
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.export import export
from graph.opportunities.find import FILE
from graph.opportunities.kinds import KINDS
from graph.opportunities.rendered import Selection
from graph.snapshot import Snapshot
from graph.snapshot import Tables as Findings
from loaders.load import Request, temporary_snapshot
from texts import LANGUAGES, catalogue
from texts.progress import Silent

KEY = ["kind", "subject_type", "subject_id", "product_id"]
SAID = [*KEY, "annual_value", "channel", "family", "peers", "holders"]
few = settings(
    max_examples=2, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
Folder = Callable[[], Path]


@cache
def bank() -> Tables:
    return whole_bank(1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return snapshot(tmp_path_factory.mktemp("bank"), **bank())


@pytest.fixture(scope="module")
def findings(made: Snapshot) -> Findings:
    return found(made)


@pytest.fixture(scope="module")
def exported(made: Snapshot, findings: Findings) -> bytes:
    return export_of(made, findings)


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return lambda: tmp_path_factory.mktemp("other")


def export_of(made: Snapshot, findings: Findings | None = None) -> bytes:
    """The file that a user gets, with every product of every subject."""
    file = made.path.parent / "opportunities.csv"
    export(findings or found(made), made, file, Selection(per_subject=0))
    return file.read_bytes()


def test_every_kind_finds_something_and_some_kinds_learn(findings: Findings) -> None:
    manifest = findings.manifest
    assert set(manifest["opportunities"]) == set(KINDS)
    assert all(manifest["opportunities"].values())
    assert manifest["models"]["cross_sell"]["mode"] == "learned"
    assert manifest["models"]["payroll_to_retail"]["mode"] == "learned"


@few
@given(seed=st.integers(0, 1000))
def test_nothing_dated_after_the_day_changes_an_export(seed: int, exported: bytes, folder: Folder) -> None:
    assert export_of(snapshot(folder(), **later(bank(), seed))) == exported


@few
@given(seed=st.integers(0, 1000), parts=st.integers(2, 4))
def test_neither_the_order_of_rows_nor_the_files_they_come_in_change_an_export(
    seed: int, parts: int, exported: bytes, folder: Folder
) -> None:
    source, target = folder(), folder() / "000001"
    read = reader(**shuffled(bank(), seed))
    for name, rows in bank().items():
        (source / name).mkdir()
        size = -(-len(rows) // parts)
        for place in range(parts):
            read(name).slice(place * size, size).sink_parquet(source / name / f"part-{place}.parquet")
    target.mkdir()
    assert export_of(temporary_snapshot(Request(str(source)), target, Silent())) == exported


@few
@given(seed=st.integers(0, 1000))
def test_other_keys_give_the_same_rows_for_the_same_reasons(seed: int, findings: Findings, folder: Folder) -> None:
    """Who is learned from and who calibrates is drawn by key, so learned chances may move, stated ones may not.

    Which of two equals the evidence goes through is the one with the smaller key, so that is not compared.
    """
    tables, old = renamed(bank(), seed)
    again = found(snapshot(folder(), **tables))
    before, after = _rows(findings), _rows(again)
    after = after.with_columns(pl.col("subject_id", "product_id").replace(old)).sort(KEY)
    assert after.select(SAID).equals(before.select(SAID))
    for kind, model in again.manifest["models"].items():
        chances = [rows.filter(kind=kind)["probability"] for rows in (before, after)]
        if model["mode"] == "prior":
            assert chances[0].equals(chances[1])
        assert chances[1].mean() == pytest.approx(chances[0].mean(), rel=0.25)


def test_balances_of_today_say_nothing_of_the_past(findings: Findings, folder: Folder) -> None:
    """Who is valued goes by assets, so the households are left out."""
    draw = np.random.default_rng(6)
    changed = [row | {"balance": float(draw.integers(10**6))} for row in bank()["holdings"]]
    richer = [row | {"aum": float(draw.integers(10**6))} for row in bank()["customers"]]
    again = found(snapshot(folder(), **bank() | {"holdings": changed, "customers": richer}))
    before, after = (_rows(one).filter(pl.col("kind") != "household") for one in (findings, again))
    assert after.equals(before)


def test_no_sentence_names_a_person_or_tells_an_amount(made: Snapshot, findings: Findings) -> None:
    rows = rendered(findings, made, Selection(per_subject=0))
    people = [row for name in ("customers", "employees") for row in bank()[name]]
    private = [str(value) for row in people for value in (row["name"], row.get("customer_id"), row.get("employee_id"))]
    assert set(rows["kind"]) == set(KINDS)
    for language in LANGUAGES:
        texts = rows[f"reason_{language}"]
        assert not texts.str.contains_any(private).any()
        for text, *counts in rows.select(texts, "peers", "holders").unique().iter_rows():
            share = round(100 * (counts[1] or 0) / max(counts[0] or 0, 1))
            assert set(re.findall(r"[\d.]+", text)) <= {*map(str, counts), str(share), "1"}, text


def test_a_sentence_has_room_for_counts_a_company_and_products_only() -> None:
    for language in LANGUAGES:
        templates = [text for key, text in catalogue(language).items() if key.startswith("reason.")]
        named = {name for text in templates for name in re.findall(r"{(\w+)}", text)}
        assert named <= {"peers", "holders", "share", "company", "product", "because"}


def _rows(findings: Findings) -> pl.DataFrame:
    return pl.read_parquet(findings.path / FILE).sort(KEY)
