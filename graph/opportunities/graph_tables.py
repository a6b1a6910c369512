"""Opportunities and detected payrolls as graph tables, for the store: the best three of each subject, with reasons.

    (:Opportunity)-[:FOR]->(subject)   -[:OFFERS]->(:Product)   -[:SUPPORTED_BY {family}]->(evidence)
    (:Company|:Counterparty)-[:PAYS_SALARY {months, monthly_amount, confidence, …}]->(:Customer|:Employee|:Counterparty)

Columns, types and order are those that `graph.model` declares.
"""

from pathlib import Path

import polars as pl

from graph.model import NODES
from graph.opportunities.rendered import Selection, rendered
from graph.snapshot import ENDS, Snapshot, Tables, relationship_schema, schema


def write_graph_tables(findings: Tables, snapshot: Snapshot, out: Path) -> None:
    """Write `nodes/Opportunity` and the relationships of `find` into `out`.

    The tables have the columns, types and order that `graph.model` declares.
    """
    rows = rendered(findings, snapshot, Selection())
    for folder in ("nodes", "relationships"):
        (out / folder).mkdir(exist_ok=True)
    columns = schema(NODES["Opportunity"].properties)
    nodes = rows.select([pl.col(name).cast(dtype) for name, dtype in columns.items()]).sort("opportunity_id")
    nodes.write_parquet(out / "nodes" / "Opportunity.parquet", compression="zstd", compression_level=1)
    _write(out, "FOR", _ends(rows, pl.col("subject_label"), "subject_id"))
    _write(out, "OFFERS", _ends(rows, pl.lit("Product"), "product_id"))
    supported = pl.concat([
        _ends(rows, pl.col("via_label"), "via_id", "family"), _ends(rows, pl.lit("Product"), "because_id", "family")
    ])  # fmt: skip
    _write(out, "SUPPORTED_BY", supported)
    _write(out, "PAYS_SALARY", _pays_salary(findings))


def _ends(rows: pl.DataFrame, label: pl.Expr, key: str, *properties: str) -> pl.DataFrame:
    return rows.filter(pl.col(key).is_not_null()).select(
        pl.lit("Opportunity").alias("from_label"), pl.col("opportunity_id").alias("from_id"),
        label.alias("to_label"), pl.col(key).alias("to_id"), *properties,
    )  # fmt: skip


def _pays_salary(findings: Tables) -> pl.DataFrame:
    labels = {label.lower(): label for label in NODES}
    return pl.read_parquet(findings.path / "facts" / "pays_salary.parquet").with_columns(
        pl.col("from_type").replace_strict(labels, return_dtype=pl.String).alias("from_label"),
        pl.col("to_type").replace_strict(labels, return_dtype=pl.String).alias("to_label"),
        pl.lit(value=True).alias("detected"),
    )


def _write(out: Path, type: str, rows: pl.DataFrame) -> None:  # noqa: A002
    columns = relationship_schema(type)
    table = rows.select([pl.col(name).cast(dtype) for name, dtype in columns.items()]).sort(ENDS)
    file = out / "relationships" / f"{type}.parquet"
    table.write_parquet(file, compression="zstd", compression_level=1)
