"""Records in a DuckDB database of their own, with a Splink linker over them; memory is bounded, the rest spills."""

import contextlib
import logging
import tempfile
from collections.abc import Generator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import polars as pl

from loaders.identity.comparison import Model, Settings

NAMES: Final = ("left_records", "right_records")
_MEMORY: Final = "3GB"


@dataclass(frozen=True)
class Tables:
    """Both sides, registered in a database of their own."""

    connection: duckdb.DuckDBPyConnection
    database: Any
    sides: list[Any]

    def levels(self, model: Model, pairs: pl.DataFrame) -> pl.DataFrame:
        """`method` of each of `pairs` (left, right, method), and the place of its level by comparison (or null)."""
        first, last = self.sides[0].physical_name, self.sides[-1].physical_name
        named = ", ".join(f'{each.level_sql} AS "{each.name}"' for each in model.comparisons)
        self.connection.register("given_pairs", pairs.select("left", "right", "method").to_arrow())
        pairs_and_sides = (
            f'given_pairs AS p JOIN "{first}" AS l ON l.unique_id = p."left" '
            f'JOIN "{last}" AS r ON r.unique_id = p."right"'
        )
        return self.connection.sql(f"SELECT method, {named} FROM {pairs_and_sides}").pl()  # noqa: S608  # names of ours


@contextlib.contextmanager
def tables(left: pl.DataFrame, right: pl.DataFrame | None) -> Generator[Tables]:
    """Records on either side, or on one, for as long as the context lasts."""
    from splink import DuckDBAPI

    logging.getLogger("splink").setLevel(logging.ERROR)
    with (
        tempfile.TemporaryDirectory() as spill,
        duckdb.connect(config={"memory_limit": _MEMORY, "temp_directory": spill}) as connection,
    ):
        database = DuckDBAPI(connection)
        given = (left,) if right is None else (left, right)
        sides = zip(NAMES, given, strict=False)
        yield Tables(
            connection,
            database,
            [database.register(side.to_arrow(), dataset_display_name=name) for name, side in sides],
        )


def linker_over(given: Tables, settings: Settings) -> Any:
    """Splink's linker; it keeps what it computes in the database."""
    from splink import Linker

    return Linker(given.sides, deepcopy(settings), log_level=None, validate_settings=False)
