"""Write differences into the store in batches, each in a managed transaction with retries."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString, cast

import polars as pl
import pyarrow.parquet as pq
from neo4j import ManagedTransaction, Session

from graph.model import NODES
from graph.side_by_side import ahead
from graph.snapshot import ENDS
from graph.store.difference import Difference
from graph.store.statements import delete_relationships, retire_nodes, write_nodes, write_relationships
from texts.progress import Progress

Statement = tuple[str, dict[str, Any]]
Batch = tuple[list[Statement], int]
"""The statements of one transaction, and how many rows it writes."""


@dataclass(frozen=True)
class Writer:
    """Writes `batch` rows per transaction."""

    session: Session
    progress: Progress
    batch: int

    def write(
        self, nodes: dict[str, Difference], relationships: dict[str, Difference], properties: dict[str, list[str]]
    ) -> None:
        """Nodes before the relationships between them; what is gone last, relationships first.

        `properties` are all that are ours, by label.
        """
        for label, one in nodes.items():
            self._nodes(label, one)
        for name, one in relationships.items():
            if total := one.created + one.updated:
                self.progress.step("store.writing", total, name=name)
            self._relationships(one.changed, lambda start, end, name=name: write_relationships(start, name, end))
        for name, one in relationships.items():
            if one.deleted:
                self.progress.step("store.deleting", one.deleted, name=name)
            self._relationships(one.gone, lambda start, end, name=name: delete_relationships(start, name, end))
        for label, one in nodes.items():
            self._retire(label, one, properties[label])

    def _nodes(self, label: str, one: Difference) -> None:
        if total := one.created + one.updated:
            self.progress.step("store.writing", total, name=label)
        self._run(([(write_nodes(label), {"rows": rows.to_dicts()})], len(rows)) for rows in self._batches(one.changed))

    def _retire(self, label: str, one: Difference, properties: list[str]) -> None:
        if one.deleted:
            self.progress.step("store.deleting", one.deleted, name=label)
        parameters = {"properties": properties, "nothing": dict.fromkeys(properties)}

        def work(rows: pl.DataFrame) -> Batch:
            ids = rows.select(pl.col(NODES[label].key).alias("id")).to_dicts()
            return [(text, {"rows": ids, **parameters}) for text in retire_nodes(label)], len(rows)

        self._run(map(work, self._batches(one.gone)))

    def _relationships(self, file: Path, statement: Callable[[str, str], str]) -> None:
        def work(rows: pl.DataFrame) -> Batch:
            parts = rows.partition_by(ENDS[0], ENDS[2], as_dict=True)
            return [(statement(start, end), {"rows": _nested(part)}) for (start, end), part in parts.items()], len(rows)

        self._run(map(work, self._batches(file)))

    def _batches(self, file: Path) -> Iterator[pl.DataFrame]:
        with pq.ParquetFile(file) as parquet:
            for batch in parquet.iter_batches(batch_size=self.batch):
                yield cast("pl.DataFrame", pl.from_arrow(batch))

    def _run(self, batches: Iterable[Batch]) -> None:
        """One transaction for each batch; the next is made ready while the server works."""
        for statements, items in ahead(batches):
            self.session.execute_write(_all, statements)
            self.progress.advance(items)


def _all(transaction: ManagedTransaction, statements: list[Statement]) -> None:
    for text, parameters in statements:
        transaction.run(cast("LiteralString", text), parameters).consume()


def _nested(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """`from_id`, `to_id` and the properties in a map of their own."""
    names = [name for name in rows.columns if name not in ENDS]
    properties = pl.struct(names) if names else pl.struct(pl.lit(None).alias("_")).alias("none")
    return rows.select(ENDS[1], ENDS[3], properties.alias("properties")).to_dicts()
