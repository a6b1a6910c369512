"""The counts that reasons give are confirmed by Cypher over the graph in a real Neo4j, and reasons name nobody else."""

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
import pytest
from contract.reason_queries import MARKS, QUERIES, WITHOUT_COUNTS
from helpers.rendered import rendered

from demo import make_bank
from graph.home import Home
from graph.opportunities import find
from graph.opportunities.graph_tables import write_graph_tables
from graph.opportunities.rendered import Selection
from graph.snapshot import Snapshot, Tables, latest_findings, latest_snapshot, writing_version
from graph.store import LAYERS, Store, sync
from graph.store.jars import VERSION
from loaders.load import Request, load_source
from texts import catalogue
from texts.progress import Silent

pytestmark = pytest.mark.neo4j

EACH = 2
"""Rows of a kind and family that are counted again."""

TIES = {"joint": ["joint_account"]}
FAMILY = ["spouse", "parent", "sibling"]


@dataclass(frozen=True)
class Found:
    """What a demo bank's export says, and the store that holds its graph."""

    rows: pl.DataFrame
    snapshot: Snapshot
    store: Store
    day: date


@pytest.fixture(scope="module")
def found(servers: Callable[[str], Store], tmp_path_factory: pytest.TempPathFactory) -> Generator[Found]:
    folder, store, progress = tmp_path_factory.mktemp("reasons"), servers(VERSION), Silent()
    store.write("MATCH (n) DETACH DELETE n")
    make_bank(folder / "source", customers=600, seed=4)
    home = Home.open(folder / "home")
    load_source(home, Request(str(folder / "source")), progress)
    with writing_version(home.findings) as out:
        find(latest_snapshot(home), progress=progress, out=out)
        write_graph_tables(Tables(out), latest_snapshot(home), out)
    findings, snapshot = latest_findings(home)
    sync(store, LAYERS["snapshot"], snapshot, home, progress)
    sync(store, LAYERS["findings"], findings, home, progress)
    day = date.fromisoformat(findings.manifest["as_of"])
    for statement in MARKS:
        store.write(statement, day=day)
    rows = rendered(findings, snapshot, Selection(per_subject=0))
    yield Found(rows, snapshot, store, day)
    store.write("DROP INDEX records_of_a_person")


def asked(row: dict[str, Any], day: date) -> dict[str, Any]:
    return {
        "subject": row["subject_id"], "label": row["subject_label"], "via": row["via_id"],
        "product": row["product_id"], "because": row["because_id"], "day": day,
        "year": date.fromordinal(day.toordinal() - 365), "ties": TIES.get(row["family"], FAMILY),
    }  # fmt: skip


def test_counts_are_what_cypher_counts(found: Found) -> None:
    checked = set[tuple[str, str]]()
    for (kind, family), rows in found.rows.group_by("kind", "family"):
        if (kind, family) in WITHOUT_COUNTS:
            continue
        query = QUERIES[str(kind)][str(family)]
        for row in rows.sample(min(EACH, len(rows)), seed=1).iter_rows(named=True):
            counts = found.store.read(query, **asked(row, found.day))[0]
            said = {"holders": row["holders"], "peers": row["peers"]}
            assert {name: counts[name] for name in said} == said, (kind, family, row["reason_en"])
            for number in re.findall(r"\d+ of \d+", row["reason_en"]):
                assert number == f"{counts['holders']} of {counts['peers']}"
            checked.add((str(kind), str(family)))
    assert {kind for kind, _ in checked} == set(QUERIES)
    assert checked >= {("household", "valued"), ("owner_to_private", "owners"), ("corporate_cross_sell", "trade")}


def test_every_reason_has_a_query_that_counts_it_again() -> None:
    said = {key.removeprefix("reason.") for key in catalogue("en") if key.startswith("reason.")}
    counted = {(kind, family) for kind, families in QUERIES.items() for family in families}
    assert {f"{kind}_{family}" for kind, family in counted | WITHOUT_COUNTS} == said


def test_no_reason_names_anybody_but_the_subject(found: Found) -> None:
    """Names of companies and products are taken out first: a person's name may stand in one by chance."""
    people = pl.concat([found.snapshot.nodes(label).select("name") for label in ("Customer", "Employee")]).collect()
    names = people["name"].drop_nulls().unique().to_list()
    spoken = pl.concat([found.snapshot.nodes(label).select("name") for label in ("Company", "Product")]).collect()
    open_names = spoken["name"].drop_nulls().unique().sort(descending=True).to_list()
    for language in ("zh", "en"):
        texts = (
            found.rows[f"reason_{language}"].unique().str.replace_many(dict.fromkeys(open_names, "·"), leftmost=True)
        )
        assert texts.str.contains_any(names).sum() == 0


def test_no_reason_tells_what_others_earn_or_own(found: Found) -> None:
    """The only numbers in a reason are its two counts and their share."""
    for row in found.rows.select("reason_en", "peers", "holders").unique().iter_rows(named=True):
        share = 100 * (row["holders"] or 0) / max(row["peers"] or 0, 1)
        free = {str(row["peers"]), str(row["holders"]), str(round(share)), f"{share:.0f}", "1"}
        text = re.sub(r"(at|client|with) .*", "", row["reason_en"])
        assert set(re.findall(r"\d+", text)) <= free, row
