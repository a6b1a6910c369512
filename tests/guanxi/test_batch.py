"""check, load, find, export, run: the batch job as cron and people call it."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from graph.access.index import index
from graph.home import Home
from graph.opportunities.rendered import COLUMNS
from graph.snapshot import latest_findings

if TYPE_CHECKING:
    from conftest import Run

OUTPUTS = {"opportunities.parquet", "opportunities.csv", "quality.html", "run.json", "facts"}


def tables(home: Path) -> dict[str, pl.DataFrame]:
    newest = max((home / "snapshots").glob("0*"))
    return {
        file.stem: pl.read_parquet(file) for file in sorted(newest.glob("*/*.parquet")) if file.parent.name != "rejects"
    }


def test_check_says_per_table_what_is_accepted_and_what_is_not(guanxi: "Run", bank: Path, tmp_path: Path) -> None:
    ended = guanxi("check", bank, "--json", "--report", tmp_path / "quality.html")
    customers = json.loads(ended.out)["tables"]["customers"]
    assert ended.code == 0
    assert customers["rows"] == customers["accepted"] + customers["rejected"]
    assert sum(customers["rules"].values()) == customers["rejected"]
    assert "<html" in (tmp_path / "quality.html").read_text(encoding="utf-8")
    assert not list((tmp_path / "home").glob("snapshots/0*"))


def test_a_slip_in_the_priorities_is_said_before_anything_is_loaded(
    guanxi: "Run", bank: Path, tmp_path: Path
) -> None:  # fmt: skip
    Home.open(tmp_path / "home").settings.write_text("[priority.context]\npayrol_mandate = 2\n", encoding="utf-8")
    ended = guanxi("run", bank, "--out", tmp_path / "out")
    assert ended.code == 2
    assert "payroll_mandate" in ended.err
    assert not list((tmp_path / "home").glob("snapshots/0*"))


def test_the_same_source_again_changes_nothing(guanxi: "Run", bank: Path) -> None:
    first, again = (json.loads(guanxi("load", bank, "--json").out) for _ in range(2))
    assert not first["unchanged"]
    assert again["unchanged"]
    assert again["snapshot"] == first["snapshot"]
    assert again["nodes"] == first["nodes"]


def test_a_run_leaves_every_output_whole(guanxi: "Run", bank: Path, tmp_path: Path) -> None:
    ended = guanxi("run", bank, "--out", tmp_path / "out", "--json")
    result = json.loads(ended.out)
    assert ended.code == 0, ended.err
    assert {file.name for file in (tmp_path / "out").iterdir()} == OUTPUTS
    rows = pl.read_parquet(tmp_path / "out" / "opportunities.parquet")
    assert rows.columns[: len(COLUMNS)] == list(COLUMNS)
    assert rows.height == result["exported"] > 0
    assert (
        json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["opportunities"]
        == result["opportunities"]
    )


def test_find_leaves_nothing_to_prepare_for_a_dashboard_that_is_in_use(
    guanxi: "Run", bank: Path, tmp_path: Path
) -> None:  # fmt: skip
    home = Home.open(tmp_path / "home")
    guanxi("load", bank)
    guanxi("find")
    assert not home.dashboard.exists()
    before = index(home, *latest_findings(home)).path
    guanxi("find", "--horizon", "90")
    made = {path: path.stat().st_mtime_ns for path in home.dashboard.rglob("*.parquet")}
    now = index(home, *latest_findings(home)).path
    assert now != before
    assert {path: path.stat().st_mtime_ns for path in home.dashboard.rglob("*.parquet")} == made


def test_find_and_export_after_a_load_give_what_run_gives(guanxi: "Run", bank: Path, tmp_path: Path) -> None:
    guanxi("run", bank, "--out", tmp_path / "out")
    guanxi("find")
    guanxi("export", "--out", tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "out" / "opportunities.csv").read_bytes()


def test_a_delta_then_the_full_source_equals_the_full_source(guanxi: "Run", bank: Path, tmp_path: Path) -> None:
    early, delta = tmp_path / "early", tmp_path / "delta"
    early.mkdir()
    delta.mkdir()
    for file in bank.glob("*.parquet"):
        rows = pl.read_parquet(file)
        kept = (
            rows.filter(pl.int_range(pl.len()) % 3 > 0) if file.stem in ("holdings", "payments", "contacts") else rows
        )
        kept.write_parquet(early / file.name)
        rows.write_parquet(delta / file.name)
    guanxi("load", early)
    guanxi("load", delta, "--delta")
    merged = tables(tmp_path / "home")
    shutil.rmtree(tmp_path / "home")
    guanxi("load", bank)
    full = tables(tmp_path / "home")
    assert merged.keys() == full.keys()
    assert all(full["Company"][fact].count() for fact in ("community", "staff", "group_id"))
    for name, table in full.items():
        assert (
            merged[name].sort(pl.all()).equals(table.sort(pl.all()))
            if "list" not in str(table.dtypes).lower()
            else (merged[name].equals(table))
        )


def test_a_delta_needs_only_what_changed(guanxi: "Run", bank: Path, tmp_path: Path) -> None:
    (tmp_path / "delta").mkdir()
    one = pl.read_parquet(bank / "customers.parquet").head(1).with_columns(name=pl.lit("新名字"))
    one.write_parquet(tmp_path / "delta" / "customers.parquet")
    before = json.loads(guanxi("load", bank, "--json").out)
    after = json.loads(guanxi("load", tmp_path / "delta", "--delta", "--json").out)
    assert after["nodes"] == before["nodes"]
    assert after["relationships"] == before["relationships"]
    assert "新名字" in tables(tmp_path / "home")["customers"]["name"].to_list()


def test_the_order_of_rows_and_parts_changes_no_export(guanxi: "Run", bank: Path, tmp_path: Path) -> None:
    guanxi("run", bank, "--out", tmp_path / "one")
    shuffled = tmp_path / "shuffled"
    for file in bank.glob("*.parquet"):
        (shuffled / file.stem).mkdir(parents=True)
        rows = pl.read_parquet(file)
        keyed = file.stem in ("customers", "companies", "employees")  # of rows with one key, the first stands
        first = rows.unique(rows.columns[0], keep="first", maintain_order=True) if keyed else rows
        mixed = first.sample(fraction=1.0, shuffle=True, seed=5)
        mixed[: mixed.height // 2].write_parquet(shuffled / file.stem / "b.parquet")
        mixed[mixed.height // 2 :].write_parquet(shuffled / file.stem / "a.parquet")
    shutil.rmtree(tmp_path / "home")
    guanxi("run", shuffled, "--out", tmp_path / "two")
    assert (tmp_path / "one" / "opportunities.csv").read_bytes() == (
        tmp_path / "two" / "opportunities.csv"
    ).read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [
        ["load", "no-such-folder"],
        ["find", "--as-of", "yesterday"],
        ["find"],
        ["export", "--out", "x.csv"],
        ["load"],
        ["query", "customer_picture"],
        ["nonsense"],
    ],
)
def test_what_the_user_can_mend_is_one_message_and_exit_code_2(guanxi: "Run", arguments: list[str]) -> None:
    ended = guanxi(*arguments)
    assert ended.code == 2
    assert ended.out == ""
    assert "Traceback" not in ended.err
    assert ended.err.strip()


def test_as_of_before_all_data_is_refused(guanxi: "Run", bank: Path) -> None:
    guanxi("load", bank)
    assert guanxi("find", "--as-of", "1900-01-01").code == 2


def test_a_home_written_by_a_newer_version_is_left_alone(guanxi: "Run", bank: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "format").write_text("99\n", encoding="utf-8")
    ended = guanxi("load", bank)
    assert ended.code == 2
    assert "newer guanxi" in ended.err
    assert {file.name for file in (tmp_path / "home").iterdir()} == {"format"}


def test_an_unwritable_home_is_said(bank: Path, guanxi: "Run", tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file, not a folder", encoding="utf-8")
    ended = guanxi("load", bank)
    assert ended.code == 2
    assert "cannot be written" in ended.err


def test_two_commands_at_once_on_one_home(guanxi: "Run", bank: Path, tmp_path: Path) -> None:
    with Home.open(tmp_path / "home").writing("load"):
        ended = guanxi("load", bank)
    assert ended.code == 2
    assert f"process {os.getpid()}" in ended.err


def test_messages_follow_the_language(guanxi: "Run", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANXI_LANG", "zh")
    assert "还没有数据" in guanxi("find").err


def test_an_interrupted_load_leaves_nothing_half_done(bank: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "guanxi", "load", str(bank), "--home", str(tmp_path / "home"), "--store", "none"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    process.stderr.readline()  # the first step has begun
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert not list((tmp_path / "home" / "snapshots").iterdir())


def test_files_for_the_banks_own_server_hold_what_was_found_too(guanxi: "Run", bank: Path, tmp_path: Path) -> None:
    guanxi("run", bank, "--out", tmp_path / "out")
    said = json.loads(guanxi("store", "files", tmp_path / "files", "--json").out)
    assert said["command"].startswith(f"cd {tmp_path}/files && neo4j-admin database import full neo4j ")
    exported = pl.read_parquet(tmp_path / "out" / "opportunities.parquet")
    written = pl.read_csv(tmp_path / "files" / "Opportunity.csv", infer_schema=False)
    assert set(written["opportunity_id:ID(Opportunity)"]) == set(exported["opportunity_id"])
    assert "--relationships=FOR=./FOR-Opportunity-Customer.csv" in said["command"]
    audit = (tmp_path / "home" / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(audit[-1])["result"]["unmasked"] is True


def test_findings_of_an_older_guanxi_are_said_to_be_that(guanxi: "Run", bank: Path, tmp_path: Path) -> None:
    guanxi("run", bank, "--out", tmp_path / "out")
    manifest = max((tmp_path / "home" / "findings").glob("0*")) / "manifest.json"
    said = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(said | {"format": 1}), encoding="utf-8")
    ended = guanxi("export", "--out", tmp_path / "again.csv")
    assert ended.code == 2
    assert "guanxi find" in ended.err
    guanxi("find")
    assert guanxi("export", "--out", tmp_path / "again.csv").code == 0
