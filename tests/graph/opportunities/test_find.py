"""What holds of every run of `find`, whatever the bank."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from helpers.random_bank import random_bank
from helpers.rendered import rendered
from helpers.snapshots import TODAY, found, offered, snapshot
from polars.testing import assert_frame_equal

from graph.opportunities.find import FILE
from graph.opportunities.graph_tables import write_graph_tables
from graph.opportunities.ranking import ranked
from graph.opportunities.rendered import COLUMNS, Selection
from graph.snapshot import Snapshot, Tables
from texts import UserError


def everything(made: Snapshot, as_of: date | None = TODAY) -> pl.DataFrame:
    """All rows and texts, without what names the run."""
    return offered(made, as_of=as_of).select(COLUMNS)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return snapshot(tmp_path_factory.mktemp("bank"), **random_bank(1))


@pytest.fixture(scope="module")
def findings(made: Snapshot) -> Tables:
    return found(made)


def test_the_funnel_of_each_kind_adds_up(findings: Tables) -> None:
    manifest = findings.manifest
    for kind, candidates in manifest["candidates"].items():
        assert candidates == manifest["opportunities"][kind] + sum(manifest["suppressed"][kind].values())


def test_probabilities_values_and_ranks_fit_together(findings: Tables) -> None:
    rows = pl.read_parquet(findings.path / FILE)
    assert rows["probability"].is_between(0, 1).all()
    for _, kind in rows.group_by("kind"):
        assert kind["rank"].sort().to_list() == list(range(1, len(kind) + 1))
        assert kind.sort("rank")["expected_value"].fill_null(-1.0).is_sorted(descending=True)
    product = (pl.col("probability") * pl.col("annual_value")).round(4)
    assert rows.filter(pl.col("annual_value").is_not_null()).select((pl.col("expected_value") == product).all()).item()


def test_each_kind_is_learned_from_the_past(findings: Tables) -> None:
    assert findings.manifest["models"]["cross_sell"]["mode"] == "learned"
    assert findings.manifest["models"]["company_prospect"]["mode"] == "prior"


def test_nothing_is_offered_twice_or_to_those_who_hold_it(made: Snapshot, findings: Tables) -> None:
    rows = pl.scan_parquet(findings.path / FILE).filter(pl.col("kind") == "cross_sell")
    held = made.table("holdings").filter(pl.col("opened_on") <= TODAY)
    both = rows.join(held, left_on=["subject_id", "product_id"], right_on=["holder_id", "product_id"], how="semi")
    assert both.collect().is_empty()
    assert rows.select(pl.struct("subject_id", "product_id").is_unique().all()).collect().item()


def test_rows_in_another_order_change_nothing(made: Snapshot, tmp_path: Path) -> None:
    draw = np.random.default_rng(5)
    tables = {name: [rows[i] for i in draw.permutation(len(rows))] for name, rows in random_bank(1).items()}
    shuffled = snapshot(tmp_path, **tables)
    for file in shuffled.path.rglob("*.parquet"):
        frame = pl.read_parquet(file)
        frame.sample(fraction=1, shuffle=True, seed=3).write_parquet(file)
    assert_frame_equal(everything(made), everything(shuffled))


def test_the_number_of_threads_changes_nothing(made: Snapshot, findings: Tables, tmp_path: Path) -> None:
    code = (
        "import sys; from datetime import date; from pathlib import Path; from graph.opportunities import find\n"
        "from graph.snapshot import Snapshot; from texts.progress import Silent\n"
        "find(Snapshot(Path(sys.argv[1])), as_of=date(2026, 6, 30), progress=Silent(), out=Path(sys.argv[2]))"
    )
    environment = os.environ | {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, "-c", code, str(made.path), str(tmp_path)], check=True, env=environment)
    assert_frame_equal(pl.read_parquet(tmp_path / FILE), pl.read_parquet(findings.path / FILE))
    assert Tables(tmp_path).manifest["models"] == findings.manifest["models"]


@pytest.mark.parametrize("kind", ["cross_sell", "owner_to_private", "household"])
def test_what_fits_in_memory_and_the_other_kinds_change_nothing(
    made: Snapshot, findings: Tables, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    for module in ("cross_sell", "offers"):
        monkeypatch.setattr(f"graph.opportunities.{module}.ROWS_AT_ONCE", 100)
    monkeypatch.setattr(sys.modules["graph.opportunities.find"], "CHUNK", 50)  # the function has its name
    whole = pl.read_parquet(findings.path / FILE).filter(pl.col("kind") == kind)
    assert pl.read_parquet(found(made, kinds=[kind]).path / FILE).equals(whole)


def test_a_contract_that_ends_later_is_still_held(tmp_path: Path) -> None:
    tables = random_bank(2, 60)
    before = everything(snapshot(tmp_path / "a", **tables))
    for row in tables["holdings"]:
        row["closed_on"] = TODAY + timedelta(days=1)
    assert_frame_equal(before, everything(snapshot(tmp_path / "b", **tables)))


def test_hostile_keys_stay_data(tmp_path: Path) -> None:
    bad = "C'\"]} =cmd()|{x}\n\\ 😀`"
    tables = random_bank(3, 60)
    held = {row["holder_id"] for row in tables["holdings"] if row["opened_on"] <= TODAY}
    old = next(row["customer_id"] for row in tables["customers"] if row["customer_id"] in held)
    renamed = {
        name: [{key: bad if value == old else value for key, value in row.items()} for row in rows]
        for name, rows in tables.items()
    }
    rows = offered(snapshot(tmp_path, **renamed), "cross_sell").filter(pl.col("subject_id") == bad)
    assert len(rows) > 0
    for evidence in rows["evidence"]:
        assert ["Customer", bad] in json.loads(evidence)["nodes"]


def test_ids_are_stable_and_tell_subjects_and_products_apart(made: Snapshot, findings: Tables) -> None:
    rows = rendered(findings, made, Selection(per_subject=0))
    assert rows["opportunity_id"].is_unique().all()
    assert rows["opportunity_id"].str.contains("^[0-9a-f]{20}$").all()
    earlier = offered(made, as_of=TODAY - timedelta(days=30)).join(rows, on=["kind", "subject_id", "product_id"])
    assert (earlier["opportunity_id"] == earlier["opportunity_id_right"]).all()


def test_evidence_names_what_the_snapshot_holds(made: Snapshot, findings: Tables) -> None:
    rows = rendered(findings, made, Selection(kind="cross_sell"))
    named = {tuple(path) for text in rows["evidence"] for path in json.loads(text)["relationships"]}
    assert {path[2] for path in named} >= {"WORKS_AT", "IS_CUSTOMER", "HOLDS"}
    for kind in {path[2] for path in named}:
        ends = made.relationships(kind).select("from_label", "from_id", "to_label", "to_id").collect().rows()
        assert {(*path[:2], *path[3:]) for path in named if path[2] == kind} <= set(ends)


def test_a_reason_counts_colleagues_as_the_tables_do(made: Snapshot, findings: Tables) -> None:
    every = rendered(findings, made, Selection(kind="cross_sell", per_subject=0))
    rows = every.filter(pl.col("family") == "colleagues").head(20)
    staff = made.table("employees").select("company_id", "customer_id").collect()
    held = made.table("holdings").filter(pl.col("opened_on") <= TODAY).select("holder_id", "product_id").unique()
    assert len(rows) > 0
    for row in rows.iter_rows(named=True):
        others = pl.col("customer_id").ne_missing(row["subject_id"])
        peers = staff.filter((pl.col("company_id") == row["via_id"]) & others)
        holders = held.filter(
            pl.col("product_id") == row["product_id"], pl.col("holder_id").is_in(peers["customer_id"].implode())
        )
        counted = len(holders.collect())
        assert (row["peers"], row["holders"]) == (len(peers), counted)
        assert row["reason_en"].startswith(f"{counted} of {len(peers)} colleagues at 公司")
        assert f"{len(peers)} 位同事中有 {counted} 位持有" in row["reason_zh"]


def test_the_graph_tables_are_the_best_three_of_each_subject(made: Snapshot, findings: Tables) -> None:
    write_graph_tables(findings, made, findings.path)
    nodes = findings.nodes("Opportunity").collect()
    ends = findings.relationships("FOR").collect()
    assert set(ends["from_id"]) == set(nodes["opportunity_id"])
    assert (
        ends.join(nodes, left_on="from_id", right_on="opportunity_id").group_by("kind", "to_id").len()["len"].max() == 3
    )
    assert set(findings.relationships("OFFERS").collect()["to_id"]) <= {"B0", "P0", "P1", "P2", "P3"}
    assert len(findings.relationships("SUPPORTED_BY").collect()) > 0


def test_the_graph_tables_are_the_same_whatever_fits_in_memory(
    made: Snapshot, findings: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for rows in (250_000, 7):
        monkeypatch.setattr("graph.opportunities.rendered.CHUNK", rows)
        (tmp_path / str(rows)).mkdir()
        write_graph_tables(findings, made, tmp_path / str(rows))
    files = sorted(file.relative_to(tmp_path / "7") for file in (tmp_path / "7").rglob("*.parquet"))
    assert len(files) == 5
    for file in files:
        whole, parts = (pl.read_parquet(tmp_path / rows / file) for rows in ("250000", "7"))
        assert parts.equals(whole), file


def test_a_day_before_all_data_is_refused(made: Snapshot) -> None:
    with pytest.raises(UserError) as refused:
        found(made, date(1990, 1, 1))
    assert refused.value.key == "find.as_of_before_data"


def test_an_unknown_kind_is_refused(made: Snapshot) -> None:
    with pytest.raises(UserError, match="cross_sell"):
        found(made, kinds=["no_such"])


def test_the_day_is_the_newest_of_the_data_by_default(made: Snapshot) -> None:
    findings = found(made, None, kinds=["company_prospect"])
    assert findings.manifest["as_of"] == made.manifest["newest_date"]


def test_a_source_without_dates_learns_by_leaving_one_out_and_says_so(tmp_path: Path) -> None:
    tables = random_bank(4)
    plain = {
        name: [{key: value for key, value in row.items() if not isinstance(value, date)} for row in tables[name]]
        for name in ("products", "customers", "holdings")
    }
    findings = found(snapshot(tmp_path, **plain), None)
    model = findings.manifest["models"]["cross_sell"]
    assert model["mode"] == "leave-one-out"
    assert "prior" in model["note"]
    assert findings.manifest["as_of"] == "2026-07-01"


def test_ties_are_broken_by_key() -> None:
    rows = pl.DataFrame({
        "subject": [1, 1, 2, 3], "product": [0, 1, 0, 0], "probability": [0.1, 0.2, 0.1, 0.4],
        "annual_value": [20.0, 10.0, 20.0, None],
    })  # fmt: skip
    best = ranked(rows, pl.Series(dtype=pl.Float64))
    assert best.select("subject", "product", "rank", "place").rows() == [
        (1, 1, 1, 1),
        (1, 0, 2, 2),
        (2, 0, 3, 1),
        (3, 0, 4, 1),
    ]
