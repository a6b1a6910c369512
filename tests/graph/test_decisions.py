"""What people decide about opportunities stays, can be undone, and leaves the export when rejected."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from helpers.found_bank import find_again

from graph.access import Access, Filter, StoreGate, User
from graph.decisions import Decision, decide, decisions, history, on, restore, withheld
from graph.export import export
from graph.home import Home
from graph.opportunities.rendered import Selection
from graph.snapshot import latest_findings, latest_snapshot


def opportunities(*ids: str) -> pl.DataFrame:
    rows = [(each, "cross_sell", "Customer", f"C-{each}", "P1") for each in ids]
    return pl.DataFrame(
        rows, schema=["opportunity_id", "kind", "subject_type", "subject_id", "product_id"], orient="row"
    )


def test_a_decision_says_who_and_when(home: Home) -> None:
    decide(home, opportunities("a"), Decision("rejected", "elsewhere"), "li")
    row = decisions(home).row(0, named=True)
    assert (row["status"], row["reason"], row["decided_by"]) == ("rejected", "elsewhere", "li")
    assert abs((datetime.now(UTC) - row["decided_at"]).total_seconds()) < 60


def test_the_latest_decision_holds_and_all_are_kept(home: Home) -> None:
    for status in ("accepted", "snoozed", "rejected"):
        decide(home, opportunities("a"), Decision(status), "li")
    assert decisions(home)["status"].to_list() == ["rejected"]
    assert history(home, "a")["status"].to_list() == ["accepted", "snoozed", "rejected"]


def test_an_assignment_leaves_the_status(home: Home) -> None:
    decide(home, opportunities("a"), Decision("snoozed", "not_now", date(2027, 1, 1)), "li")
    decide(home, opportunities("a"), Decision(assignee="M7"), "wang")
    row = decisions(home).row(0, named=True)
    assert (row["status"], row["until"], row["assignee"]) == ("snoozed", date(2027, 1, 1), "M7")


def test_undo_brings_back_what_held_before(home: Home) -> None:
    decide(home, opportunities("a"), Decision("accepted", assignee="M1"), "li")
    before = decide(home, opportunities("a", "b"), Decision("rejected"), "li")
    restore(home, before, "li")
    held = {row["opportunity_id"]: (row["status"], row["assignee"]) for row in decisions(home).to_dicts()}
    assert held == {"a": ("accepted", "M1"), "b": ("open", None)}


def test_only_its_owner_may_read_the_file(home: Home) -> None:
    decide(home, opportunities("a"), Decision("accepted"), "li")
    assert home.decisions.stat().st_mode & 0o077 == 0


TODAY = datetime.now().date()  # noqa: DTZ005 - the user's own day


def exported(home: Home, file: Path, day: date) -> set[str]:
    """The ids that an export on that day gives."""
    findings, snapshot = latest_findings(home)
    export(findings, snapshot, file, Selection(without=withheld(home, day)))
    return set((pl.read_csv(file) if file.suffix == ".csv" else pl.read_parquet(file))["opportunity_id"])


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_rejected_one_leaves_the_export_and_stays_away_after_another_find(
    own_home: Home, tmp_path: Path, suffix: str
) -> None:
    access = Access(own_home, User("li"), StoreGate("none", own_home))
    ids = access.opportunities(Filter()).rows["opportunity_id"].to_list()[:3]
    access.decide(ids, Decision("rejected", "elsewhere"))
    find_again(own_home, latest_snapshot(own_home))
    assert not set(ids) & exported(own_home, tmp_path / f"all{suffix}", TODAY)
    assert access.opportunities(Filter(status="rejected")).total == 3


def test_a_snoozed_one_is_exported_again_from_its_day_on(own_home: Home, tmp_path: Path) -> None:
    access = Access(own_home, User("li"), StoreGate("none", own_home))
    snoozed = access.opportunities(Filter()).rows["opportunity_id"][0]
    access.decide([snoozed], Decision("snoozed", "not_now", TODAY + timedelta(days=3)))
    days = [TODAY + timedelta(days=number) for number in (0, 2, 3)]
    there = [snoozed in exported(own_home, tmp_path / "all.parquet", day) for day in days]
    assert there == [False, False, True]


def test_from_its_day_on_a_snoozed_one_is_open(home: Home) -> None:
    decide(home, opportunities("a"), Decision("snoozed", "not_now", date(2027, 1, 1)), "li")
    states = [on(decisions(home), day).row(0, named=True) for day in (date(2026, 12, 31), date(2027, 1, 1))]
    assert [(state["status"], state["until"]) for state in states] == [("snoozed", date(2027, 1, 1)), ("open", None)]
