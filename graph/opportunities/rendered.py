"""Scored rows in the form that people and the store get: names, branch and manager, id, reasons, evidence."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb
import polars as pl

from graph.masks import masked
from graph.opportunities.find import FILE
from graph.opportunities.ranking import FACTORS
from graph.opportunities.reasons import with_reasons
from graph.opportunities.support import Paths, no_paths, paths, with_evidence
from graph.snapshot import Snapshot, Tables

COLUMNS: Final = (
    "opportunity_id", "kind", "subject_type", "subject_id", "subject_name", "product_id", "rank", "probability",
    "annual_value", "expected_value", "branch_id", "manager_id", "channel", "reason_zh", "reason_en", "evidence",
    "as_of", "model_version", *FACTORS,
)  # fmt: skip
"""The columns of an export, in order."""
CHUNK: Final = 100_000


@dataclass(frozen=True)
class Selection:
    """Which opportunities: every condition that is given holds."""

    kind: str | None = None
    branch: str | None = None
    manager: str | None = None
    top: int | None = None
    """the best so many over all"""
    per_subject: int = 3
    """the best so many products of each subject; 0 for all"""
    min_value: float | None = None
    """least expected value in yuan"""
    without: pl.DataFrame | None = field(default=None, compare=False)
    """(kind, subject_type, subject_id, product_id) of those that people rejected or snoozed"""


def chunks(findings: Tables, snapshot: Snapshot, chosen: Selection, *, unmask: bool = False) -> Iterator[pl.DataFrame]:
    """The selected opportunities with `COLUMNS` and what they rest on (`via_label`, `via_id`, `because_id`, `family`).

    Sorted by kind, in the order of the manifest, and rank; `subject_label` is the subject's label in the graph. One
    chunk at least. The selected rows wait in a file beside the findings: one chunk only of them is in memory.
    """
    with TemporaryDirectory(prefix=".rendering-", dir=findings.path.parent) as folder:
        file = Path(folder) / "rows.parquet"
        numbered = selected(findings, snapshot, chosen).with_row_index("row")
        numbered.sink_parquet(file, compression="zstd", compression_level=1, row_group_size=CHUNK, maintain_order=True)
        rows = pl.scan_parquet(file, glob=False)
        there = paths(rows, snapshot, date.fromisoformat(findings.manifest["as_of"]))
        for start in range(0, max(len(there), 1), CHUNK):
            part = rows.slice(start, CHUNK).collect()
            yield _written_out(part, there[start : start + CHUNK], findings, snapshot, unmask=unmask)


def written_out(
    rows: pl.DataFrame, findings: Tables, snapshot: Snapshot, *, unmask: bool = False, evidence: bool = True
) -> pl.DataFrame:
    """A few rows of `selected` as `chunks` gives them, in their order; without the evidence's ties where not asked."""
    numbered = rows.with_row_index("row")
    as_of = date.fromisoformat(findings.manifest["as_of"])
    there = paths(numbered.lazy(), snapshot, as_of) if evidence else no_paths(len(rows))
    return _written_out(numbered, there, findings, snapshot, unmask=unmask)


def _written_out(
    part: pl.DataFrame, there: Paths, findings: Tables, snapshot: Snapshot, *, unmask: bool
) -> pl.DataFrame:
    models, kinds = findings.manifest["models"], list(findings.manifest["opportunities"])
    versions = [models[kind].get("model_version") for kind in kinds]
    named = _named(part.lazy(), snapshot, unmask=unmask)
    said = with_evidence(with_reasons(named, sorted(set(part["kind"]), key=kinds.index)).collect(), there)
    return (said if "opportunity_id" in said.columns else with_opportunity_id(said)).with_columns(
        as_of=pl.lit(date.fromisoformat(findings.manifest["as_of"])),
        model_version=pl.col("kind").replace_strict(kinds, versions, return_dtype=pl.String),
        subject_type=pl.col("subject_type").str.to_lowercase(),
        subject_label=pl.col("subject_type"),
    )


def selected(findings: Tables, snapshot: Snapshot, chosen: Selection) -> pl.LazyFrame:
    """The rows of `opportunities.parquet` that a selection names, with branch and manager."""
    kinds = list(findings.manifest["opportunities"])
    file = pl.scan_parquet(findings.path / FILE, glob=False)
    # each kind is in the order of its ranks: that need not be sorted again
    rows = pl.concat([file.filter(pl.col("kind") == kind) for kind in ([chosen.kind] if chosen.kind else kinds)])
    if chosen.without is not None:
        rows = rows.join(
            chosen.without.lazy(), on=chosen.without.columns, how="anti", nulls_equal=True, maintain_order="left"
        )
    if chosen.per_subject:
        rows = rows.filter(pl.col("place") <= chosen.per_subject)
    if chosen.min_value is not None:
        rows = rows.filter(pl.col("expected_value") >= chosen.min_value)
    rows = rows.join(_responsible(snapshot), on=["subject_type", "subject_id"], how="left", maintain_order="left")
    if chosen.branch:
        rows = rows.filter(pl.col("branch_id").is_in(below(snapshot, chosen.branch)))
    if chosen.manager:
        rows = rows.filter(pl.col("manager_id") == chosen.manager)
    if chosen.top is not None:
        kind_place = pl.col("kind").replace_strict(kinds, list(range(len(kinds))), return_dtype=pl.Int8)
        best = ["priority", "probability", kind_place, "rank"]
        rows = rows.sort(best, descending=[True, True, False, False], nulls_last=True).head(chosen.top)
        rows = rows.sort(kind_place, "rank")
    return rows


def below(snapshot: Snapshot, branch: str) -> list[str]:
    """A branch and all that is below it."""
    parents = snapshot.nodes("Branch").select("branch_id", "parent_id").collect()
    found = {branch}
    while True:
        more = found | set(parents.filter(pl.col("parent_id").is_in(list(found)))["branch_id"])
        if more == found:
            return sorted(found)
        found = more


def _responsible(snapshot: Snapshot) -> pl.LazyFrame:
    """Branch, manager and name by subject; an employee's are those of the company."""
    looked_after = ("branch_id", "manager_id")
    companies = snapshot.nodes("Company").select("company_id", *looked_after)
    return pl.concat([
        snapshot.nodes("Customer").select(
            pl.lit("Customer").alias("subject_type"), pl.col("customer_id").alias("subject_id"), "name", *looked_after
        ),
        snapshot.nodes("Company").select(
            pl.lit("Company").alias("subject_type"), pl.col("company_id").alias("subject_id"), "name", *looked_after
        ),
        snapshot.nodes("Employee").join(companies, on="company_id", how="left").select(
            pl.lit("Employee").alias("subject_type"), pl.col("employee_id").alias("subject_id"), "name", *looked_after
        ),
        snapshot.nodes("Counterparty").select(
            pl.lit("Counterparty").alias("subject_type"), pl.col("counterparty_id").alias("subject_id"), "name",
            *(pl.lit(None, dtype=pl.String).alias(name) for name in looked_after),
        ),
    ])  # fmt: skip


def _named(rows: pl.LazyFrame, snapshot: Snapshot, *, unmask: bool) -> pl.LazyFrame:
    """With `subject_name` (masked unless it is an organisation's), and the names that reasons use."""
    products = snapshot.nodes("Product").select("product_id", "name")
    company = snapshot.nodes("Company").select(
        pl.lit("Company").alias("via_label"), pl.col("company_id").alias("via_id"), pl.col("name").alias("company")
    )
    # the only parties outside the bank that are subjects are organisations
    open_name = pl.col("subject_type").is_in(["Company", "Counterparty"]) | pl.lit(unmask)
    joined = rows.with_columns(
        subject_name=pl.when(open_name).then(pl.col("name")).otherwise(masked("name", pl.col("name")))
    ).drop("name")
    for key, name in (("product_id", "product"), ("because_id", "because")):
        named = products.rename({"product_id": key, "name": name})
        joined = joined.join(named, on=key, how="left", maintain_order="left")
    # by label too: a person's key may be the same text as a company's
    return joined.join(company, on=["via_label", "via_id"], how="left", maintain_order="left")


def with_opportunity_id(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with `opportunity_id`: the same for the same kind, subject and product in every version.

    The lengths of the keys are hashed too, so that no two triples make one text.
    """
    keys = rows.select(
        pl.concat_str([
            pl.col("kind"), pl.col("subject_type").str.to_lowercase(),
            pl.col("subject_id").str.len_bytes().cast(pl.String), pl.col("subject_id"),
            pl.col("product_id").fill_null(""),
        ], separator="|").alias("text")
    )  # fmt: skip
    with duckdb.connect() as connection:
        hashed = connection.from_arrow(keys.to_arrow()).project("left(sha256(text), 20) AS id").pl()
    return rows.with_columns(opportunity_id=hashed["id"])
