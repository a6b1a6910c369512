"""Opportunities and detected payrolls as graph tables, for the store: the best three of each subject, with reasons.

    (:Opportunity)-[:FOR]->(subject)   -[:OFFERS]->(:Product)   -[:SUPPORTED_BY {family}]->(evidence)
    (:Company|:Counterparty)-[:PAYS_SALARY {months, monthly_amount, confidence, …}]->(:Customer|:Employee|:Counterparty)

Columns, types and order are those that `graph.model` declares.
"""

from functools import reduce
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from graph.model import NODES
from graph.opportunities.rendered import Selection, chunks
from graph.snapshot import ENDS, Snapshot, Tables, relationship_schema, schema


def write_graph_tables(findings: Tables, snapshot: Snapshot, out: Path) -> None:
    """Write `nodes/Opportunity` and the relationships of `find` into `out`; the texts of one chunk only are in memory.

    The tables have the columns, types and order that `graph.model` declares.
    """
    for folder in ("nodes", "relationships"):
        (out / folder).mkdir(exist_ok=True)
    with TemporaryDirectory(dir=out, prefix=".parts-") as name:
        parts: dict[str, list[Path]] = {}
        for number, rows in enumerate(chunks(findings, snapshot, Selection())):
            for table, part in _tables(rows).items():
                file = Path(name) / f"{Path(table).name}-{number}.parquet"
                _write(part, file)
                parts.setdefault(table, []).append(file)
        for table, files in parts.items():
            _merge(files, "opportunity_id" if table.startswith("nodes") else "from_id", out / f"{table}.parquet")
    _write(_relations("PAYS_SALARY", _pays_salary(findings)), out / "relationships" / "PAYS_SALARY.parquet")


def _tables(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The tables of some opportunities, sorted."""
    columns = schema(NODES["Opportunity"].properties)
    nodes = rows.select([pl.col(name).cast(dtype) for name, dtype in columns.items()]).sort("opportunity_id")
    supported = pl.concat([
        _ends(rows, pl.col("via_label"), "via_id", "family"), _ends(rows, pl.lit("Product"), "because_id", "family")
    ])  # fmt: skip
    return {
        "nodes/Opportunity": nodes,
        "relationships/FOR": _relations("FOR", _ends(rows, pl.col("subject_label"), "subject_id")),
        "relationships/OFFERS": _relations("OFFERS", _ends(rows, pl.lit("Product"), "product_id")),
        "relationships/SUPPORTED_BY": _relations("SUPPORTED_BY", supported),
    }


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


def _relations(type: str, rows: pl.DataFrame) -> pl.DataFrame:  # noqa: A002
    columns = relationship_schema(type)
    return rows.select([pl.col(name).cast(dtype) for name, dtype in columns.items()]).sort(ENDS)


def _merge(files: list[Path], key: str, out: Path) -> None:
    """Sorted files as one; what belongs to one opportunity is all in one file."""
    parts = [pl.scan_parquet(file, glob=False) for file in files]
    merged = reduce(lambda one, other: one.merge_sorted(other, key), parts)
    merged.sink_parquet(out, compression="zstd", compression_level=1)


def _write(table: pl.DataFrame, file: Path) -> None:
    table.write_parquet(file, compression="zstd", compression_level=1)
