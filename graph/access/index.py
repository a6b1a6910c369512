"""Tables that the dashboard reads: made once per findings, in an order that answers a filter at once.

    dashboard/000007/leads.parquet      the opportunities that can be shown, best first: id, branch, manager, industry
                     by_id.parquet      opportunity_id and its row in leads, sorted
                     by_subject.parquet the same by subject
                     parties.parquet    every party with its branch and what a search looks at
                     persons.parquet    records that are one person with others, and the code that they share
                     paid_from.parquet  PAID of the snapshot, sorted by who pays
                     paid_to.parquet    the same, sorted by who is paid
                     totals.parquet     per branch and manager: customers, companies, staff, …

A folder is written under a temporary name and renamed when whole; it may be deleted at any time. Row groups are small
and sorted, so that one row, or the rows of one party, are read without the others.
"""

import os
import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import polars as pl

from graph.access.totals import persons, totals
from graph.home import Home
from graph.model import NODES
from graph.names import simplified, spelt
from graph.opportunities.rendered import Selection, selected, with_opportunity_id
from graph.snapshot import Snapshot, Tables, versions
from texts.progress import Progress, Silent

FORMAT: Final = "6"
SHOWN_PER_SUBJECT: Final = 3
ENDS: Final = ("from", "to")
SEARCHED: Final = ("Customer", "Company", "Employee", "Counterparty")
CHUNK: Final = 1_000_000
GROUP: Final = 20_000
"""Rows that are read together."""


@dataclass(frozen=True)
class Index:
    """The tables of one version of findings."""

    path: Path

    def leads(self) -> pl.LazyFrame:
        """Opportunities, best first, with their number as `lead`."""
        return pl.scan_parquet(self.path / "leads.parquet", glob=False, row_index_name="lead")

    def leads_at(self, rows: Sequence[int]) -> pl.DataFrame:
        """The few leads of these numbers, in their order."""
        groups: dict[int, list[int]] = {}
        for row in rows:
            groups.setdefault(row // GROUP, []).append(row)
        spans = [self.leads().slice(min(group), max(group) - min(group) + 1) for group in groups.values()]
        wanted = [pl.col("lead").is_in(group) for group in groups.values()]
        found = pl.collect_all([span.filter(each) for span, each in zip(spans, wanted, strict=True)])
        order = pl.DataFrame({"lead": pl.Series(rows, dtype=pl.get_index_type())})
        return order.join(pl.concat([self.leads().head(0).collect(), *found]), on="lead", maintain_order="left")

    def rows_of_id(self, opportunity_id: str) -> list[int]:
        """The number of one opportunity's lead; nothing where there is none."""
        return self._rows("by_id", pl.col("opportunity_id") == opportunity_id)

    def rows_of_subject(self, label: str, key: str) -> list[int]:
        """The numbers of the leads about one party, best first."""
        return self._rows("by_subject", pl.col("subject_id") == key, pl.col("subject_type") == label)

    def _rows(self, name: str, *conditions: pl.Expr) -> list[int]:
        found = pl.scan_parquet(self.path / f"{name}.parquet", glob=False).filter(*conditions)
        return found.select("lead").collect().to_series().sort().to_list()

    def parties(self) -> pl.LazyFrame:
        """`label`, `id`, `branch_id`, `manager_id`, `industry`, and what a search looks at; sorted by label and id."""
        return pl.scan_parquet(self.path / "parties.parquet", glob=False)

    def persons(self) -> pl.LazyFrame:
        """`label`, `id`, `entity` of records that share a person or organisation with others, sorted by key."""
        return pl.scan_parquet(self.path / "persons.parquet", glob=False)

    def paid(self, end: Literal["from", "to"], label: str, key: str) -> pl.LazyFrame:
        """`PAID` from one party, or to it; the payments of others are not read."""
        rows = pl.scan_parquet(self.path / f"paid_{end}.parquet", glob=False)
        return rows.filter(pl.col(f"{end}_id") == key, pl.col(f"{end}_label") == label)

    def totals(self) -> pl.DataFrame:
        """Counts by branch and manager."""
        return pl.read_parquet(self.path / "totals.parquet")


_MAKING: Final = threading.Lock()
"""After a new run of `find` every session asks at once; one makes the tables, the others wait for them."""


def index(home: Home, findings: Tables, snapshot: Snapshot, progress: Progress | None = None) -> Index:
    """The index of these findings, made where it is absent; older ones are removed."""
    name = f"{findings.version}-{snapshot.version}-{FORMAT}"
    final = home.dashboard / name
    if not final.exists():
        with _MAKING:
            if not final.exists():
                (progress or Silent()).step("access.indexing")
                _make(home, findings, snapshot, final)
    return Index(final)


def _make(home: Home, findings: Tables, snapshot: Snapshot, final: Path) -> None:
    home.dashboard.mkdir(exist_ok=True)
    temporary = home.dashboard / f".writing-{os.getpid()}-{final.name}"
    temporary.mkdir(exist_ok=True)
    try:
        _write(home, findings, snapshot, temporary)
        _publish(temporary, final)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    _sweep(home, final)


def _publish(temporary: Path, final: Path) -> None:
    try:
        temporary.rename(final)
    except OSError:
        if not final.exists():  # another process was faster: its tables are the same
            raise


def _sweep(home: Home, kept: Path) -> None:
    """Remove what no findings belong to any more, and what an older guanxi made."""
    known = {path.name for path in versions(home.findings)}
    for path in home.dashboard.iterdir():
        current = path.name.partition("-")[0] in known and path.name.endswith(f"-{FORMAT}")
        if path != kept and not current and not path.name.startswith("."):
            shutil.rmtree(path, ignore_errors=True)


def _write(home: Home, findings: Tables, snapshot: Snapshot, folder: Path) -> None:
    parties = _parties(snapshot)
    _put(parties, folder, "parties")
    leads = _leads(findings, snapshot, parties.select("label", "id", "industry").lazy())
    _put(leads.with_columns(is_new=_is_new(home, findings, leads)), folder, "leads")
    numbered = leads.select("opportunity_id", "subject_type", "subject_id").with_row_index("lead")
    _put(numbered.select("opportunity_id", "lead").sort("opportunity_id"), folder, "by_id")
    _put(numbered.select("subject_id", "subject_type", "lead").sort("subject_id", "lead"), folder, "by_subject")
    for end in ENDS:
        paid = snapshot.relationships("PAID").sort(f"{end}_id", maintain_order=True)
        _put(paid.collect(engine="streaming"), folder, f"paid_{end}")
    people = persons(findings, snapshot)
    _put(people, folder, "persons")
    _put(totals(findings, snapshot, people.lazy()), folder, "totals")


def _put(rows: pl.DataFrame, folder: Path, name: str) -> None:
    rows.write_parquet(folder / f"{name}.parquet", compression="zstd", compression_level=1, row_group_size=GROUP)


def _leads(findings: Tables, snapshot: Snapshot, industries: pl.LazyFrame) -> pl.DataFrame:
    rows = selected(findings, snapshot, Selection(per_subject=SHOWN_PER_SUBJECT)).drop("name")
    named = rows.join(industries, left_on=["subject_type", "subject_id"], right_on=["label", "id"], how="left")
    found = named.sort(*best_first(), descending=[True, True, False, False], nulls_last=True).collect(
        engine="streaming"
    )
    parts = [with_opportunity_id(found[start : start + CHUNK]) for start in range(0, max(len(found), 1), CHUNK)]
    return pl.concat(parts)


def best_first() -> tuple[str, ...]:
    """The order of opportunities over all kinds: priority and probability from high to low, then keys."""
    return ("priority", "probability", "kind", "rank")


def _is_new(home: Home, findings: Tables, leads: pl.DataFrame) -> pl.Series:
    """Whether the run before did not show it; nothing is new in the first run."""
    before = [Tables(path) for path in versions(home.findings) if path.name < findings.version]
    if not before or not (home.snapshots / before[-1].manifest["snapshot"]).exists():
        return pl.repeat(value=False, n=len(leads), eager=True)
    snapshot = Snapshot(home.snapshots / before[-1].manifest["snapshot"])
    shown = selected(before[-1], snapshot, Selection(per_subject=SHOWN_PER_SUBJECT))
    keys = ["kind", "subject_type", "subject_id", "product_id"]
    known = shown.select(keys).with_columns(known=pl.lit(value=True))
    joined = leads.lazy().select(keys).join(known, on=keys, how="left", nulls_equal=True, maintain_order="left")
    return joined.select(pl.col("known").is_null()).collect().to_series()


def _parties(snapshot: Snapshot) -> pl.DataFrame:
    companies = snapshot.nodes("Company").select("company_id", "branch_id", "manager_id", "industry")
    frames: list[pl.LazyFrame] = []
    for label in SEARCHED:
        nodes = snapshot.nodes(label)
        if label == "Employee":
            nodes = nodes.join(companies, on="company_id", how="left")
        names = nodes.collect_schema().names()
        optional = ("branch_id", "manager_id", "industry", "credit_code", "segment", "city", "company_id", "kind")
        others = [name for name in optional if name != NODES[label].key]
        frames.append(
            nodes.select(
                pl.lit(label).alias("label"),
                pl.col(NODES[label].key).alias("id"),
                pl.col("name"),
                *(pl.col(n) if n in names else pl.lit(None, pl.String).alias(n) for n in others),
                *([pl.lit(None, pl.String).alias("company_id")] if label == "Company" else []),
            ).select("label", "id", "name", *optional)
        )
    return _searchable(pl.concat(frames)).sort("label", "id")


def _searchable(parties: pl.LazyFrame) -> pl.DataFrame:
    """With `plain` (simplified name), `pinyin` and `initials`; each name is worked out once, however many bear it."""
    names = parties.select("name").unique().drop_nulls().with_columns(plain=simplified(pl.col("name")))
    letters = names.with_columns(*spelt(pl.col("plain")))
    return parties.join(letters, on="name", how="left").collect(engine="streaming")
