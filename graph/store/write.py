"""Write differences into the store in batches, each in a managed transaction with retries."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString, cast

import polars as pl
import pyarrow.parquet as pq
from neo4j import ManagedTransaction, Session

from graph.model import NODES
from graph.snapshot import ENDS
from graph.store.difference import Difference
from graph.store.statements import delete_relationships, retire_nodes, write_nodes, write_relationships
from texts.progress import Progress

Statement = tuple[str, dict[str, Any]]


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
        for rows in self._batches(one.changed):
            self._run([(write_nodes(label), {"rows": rows.to_dicts()})], rows.height)

    def _retire(self, label: str, one: Difference, properties: list[str]) -> None:
        if one.deleted:
            self.progress.step("store.deleting", one.deleted, name=label)
        parameters = {"properties": properties, "nothing": dict.fromkeys(properties)}
        for rows in self._batches(one.gone):
            ids = rows.select(pl.col(NODES[label].key).alias("id")).to_dicts()
            self._run([(text, {"rows": ids, **parameters}) for text in retire_nodes(label)], rows.height)

    def _relationships(self, file: Path, statement: Callable[[str, str], str]) -> None:
        for rows in self._batches(file):
            parts = rows.partition_by(ENDS[0], ENDS[2], as_dict=True)
            statements = [(statement(start, end), {"rows": _nested(part)}) for (start, end), part in parts.items()]
            self._run(statements, rows.height)

    def _batches(self, file: Path) -> Iterator[pl.DataFrame]:
        with pq.ParquetFile(file) as parquet:
            for batch in parquet.iter_batches(batch_size=self.batch):
                yield cast("pl.DataFrame", pl.from_arrow(batch))

    def _run(self, statements: list[Statement], items: int) -> None:
        def work(transaction: ManagedTransaction) -> None:
            for text, parameters in statements:
                transaction.run(cast("LiteralString", text), parameters).consume()

        self.session.execute_write(work)
        self.progress.advance(items)


def _nested(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """`from_id`, `to_id` and the properties in a map of their own."""
    names = [name for name in rows.columns if name not in ENDS]
    properties = pl.struct(names) if names else pl.struct(pl.lit(None).alias("_")).alias("none")
    return rows.select(ENDS[1], ENDS[3], properties.alias("properties")).to_dicts()
