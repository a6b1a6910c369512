"""Probabilistic record linkage after Fellegi and Sunter, by Splink on DuckDB: two tables or one, any comparisons.

    u   how often a level is reached by chance: counted over a cross product of records drawn by key
    m   how often by true pairs: expectation maximisation within blocks, without labels; known pairs help

Match weights are log2 of m/u; term frequencies make what is common weigh less.
"""

import contextlib
import logging
import math
import re
import tempfile
from collections.abc import Generator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import duckdb
import polars as pl
from splink.internals.exceptions import EMTrainingException

ENOUGH_RECORDS: Final = 300
"""With fewer on either side nothing is trained, and the stated defaults hold."""
_MOST_TRAINED: Final = 20_000
_CROSSED: Final = 1_000
_TRUST: Final = 100
"""What was learned without labels counts as much as so many given pairs."""
_MEMORY: Final = "3GB"
_MOST_ROUNDS: Final = 10
_NAMES: Final = ("left_records", "right_records")
_STRIDE: Final = 2_654_435_761
_MODULUS: Final = 2**32
_LEAST_M: Final = 1e-3
_LEAST_U: Final = 1e-7


Settings = dict[str, Any]
"""Splink's settings: comparisons, their levels, m and u."""
Learned = list[list[float | None]]
"""By comparison and level, what training found; null where it saw nothing."""


@dataclass(frozen=True)
class Level:
    """One level of agreement: `m` and `u` are its defaults; `tf` the column whose frequent values weigh less."""

    label: str
    sql: str
    m: float
    u: float
    tf: str = ""


@dataclass(frozen=True)
class Comparison:
    """Levels from best to worst; `unknown` says in SQL when the two records say nothing here."""

    name: str
    unknown: str
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Model:
    """What is compared, in which blocks pairs are looked for, and in which blocks the parameters are learned.

    `untaught`: comparisons of which the given pairs are no fair sample.
    """

    comparisons: tuple[Comparison, ...]
    blocks: tuple[tuple[str, ...], ...]
    training: tuple[tuple[str, ...], ...] = ()
    untaught: tuple[str, ...] = ()

    def settings(self, *, one_table: bool) -> Settings:
        """Splink's settings with the default parameters."""
        return {
            "link_type": "dedupe_only" if one_table else "link_only",
            "comparisons": [_comparison(each) for each in self.comparisons],
            "blocking_rules_to_generate_predictions": [_block(columns) for columns in self.blocks],
            "retain_matching_columns": False,
            "retain_intermediate_calculation_columns": True,
            "probability_two_random_records_match": 1e-4,
            "max_iterations": _MOST_ROUNDS,
        }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    rest = 1 - sum(level.m for level in comparison.levels), 1 - sum(level.u for level in comparison.levels)
    levels = [_level(level) for level in comparison.levels]
    unknown = {"sql_condition": _columns(comparison.unknown), "label_for_charts": "unknown", "is_null_level": True}
    otherwise = {"sql_condition": "ELSE", "label_for_charts": "differs"} | _probabilities(*rest)
    return {"output_column_name": comparison.name, "comparison_levels": [unknown, *levels, otherwise]}


def _level(level: Level) -> dict[str, Any]:
    adjusted = {"tf_adjustment_column": level.tf, "tf_adjustment_weight": 1.0} if level.tf else {}
    return (
        {"sql_condition": _columns(level.sql), "label_for_charts": level.label}
        | _probabilities(level.m, level.u)
        | adjusted
    )


def _columns(sql: str) -> str:
    """Splink's names for the columns of the two records: `l.name` is "name_l"."""
    return re.sub(r"\b([lr])\.(\w+)", r'"\2_\1"', sql)


def _probabilities(m: float, u: float) -> dict[str, float]:
    return {"m_probability": max(m, _LEAST_M), "u_probability": max(u, _LEAST_U)}


def _block(columns: tuple[str, ...]) -> dict[str, str]:
    rule = " AND ".join(f'l."{column}" = r."{column}"' for column in columns)
    return {"blocking_rule": rule, "sql_dialect": "duckdb"}


def linked(
    left: pl.DataFrame,
    right: pl.DataFrame | None,
    model: Model,
    known: pl.DataFrame,
    taught: pl.DataFrame,
    least: float,
    frequencies: Mapping[str, pl.DataFrame] | None = None,
) -> pl.DataFrame:
    """The pairs found in the model's blocks, with their match weights.

    Args:
        left: the records to find partners for: `unique_id` (integer, none also on the right) and the model's columns.
        right: the records among which to find them; None to look among those on the left for any that are alike.
        model: comparisons and blocks.
        known: whose `left` has its partner already; they are learned from, but not searched for.
        taught: pairs given as true, `left` and `right`, a fair sample of all: they help to learn.
        least: match weights under this are left out.
        frequencies: by column, the frequency `tf_COLUMN` of each value where it is not that in the records.

    Returns:
        left, right, weight (log2 of the Bayes factor, without prior), and one column per comparison with its share;
        in one table, `left` is the larger number.
    """
    searched = left.join(known, left_on="unique_id", right_on="left", how="anti")
    if not any(_meet(searched, right, columns) for columns in model.blocks):
        return _nothing(model)
    settings = _trained(left, right, model, taught)
    with _tables(searched, right) as tables:
        linker = _linker(tables, settings)
        for column, table in (frequencies or {}).items():
            linker.table_management.register_term_frequency_lookup(tables.database.register(table.to_arrow()), column)
        found = linker.inference.predict(threshold_match_weight=least + _prior(settings), warning_mode="never")
        return _pairs(found.as_duckdbpyrelation().pl(), model, _prior(settings))


def _meet(left: pl.DataFrame, right: pl.DataFrame | None, columns: tuple[str, ...]) -> bool:
    """Whether a block has any pair at all."""
    keys = left.select(columns).drop_nulls()
    if right is None:
        return bool(keys.is_duplicated().any())
    return not keys.join(right.select(columns).unique(), on=columns, how="semi").is_empty()


def _nothing(model: Model) -> pl.DataFrame:
    shares = {"weight": pl.Float64, **{comparison.name: pl.Float64 for comparison in model.comparisons}}
    return pl.DataFrame(schema={"left": pl.Int64, "right": pl.Int64, **shares})


def _prior(settings: Settings) -> float:
    probability = settings["probability_two_random_records_match"]
    return math.log2(probability / (1 - probability))


def _pairs(found: pl.DataFrame, model: Model, prior: float) -> pl.DataFrame:
    shares = [
        pl.sum_horizontal(
            pl.col(column) for column in (f"mw_{name}", f"mw_tf_adj_{name}") if column in found.columns
        ).alias(name)
        for name in (comparison.name for comparison in model.comparisons)
    ]
    pair = found.select(
        *_ends(found), (pl.col("match_weight") - prior).round(4).alias("weight"), *(share.round(2) for share in shares),
    )  # fmt: skip
    return pair.sort("left", "right")


def _ends(found: pl.DataFrame) -> tuple[pl.Expr, pl.Expr]:
    """`left` and `right`; in one table Splink names the smaller number first."""
    sides = ("unique_id_l", "unique_id_r")
    first, second = sides if "source_dataset_l" in found.columns else reversed(sides)
    return pl.col(first).alias("left"), pl.col(second).alias("right")


def _trained(left: pl.DataFrame, right: pl.DataFrame | None, model: Model, taught: pl.DataFrame) -> Settings:
    """Settings with learned parameters; those that the data do not show keep their defaults."""
    settings = model.settings(one_table=right is None)
    if min(len(left), len(left if right is None else right)) < ENOUGH_RECORDS:
        return settings
    with _tables(_drawn(left, _CROSSED), right if right is None else _drawn(right, _CROSSED)) as tables:
        linker = _linker(tables, settings)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e12, min_count_per_level=None, num_chunks=1)
        settings = _with(settings, "u_probability", [_learned(linker, "u_probability")], _LEAST_U)
    if not model.training and taught.is_empty():
        return settings
    some = left if right is None else _drawn(left, _MOST_TRAINED)
    labels = taught.join(some, left_on="left", right_on="unique_id", how="semi")
    with _tables(some, right) as tables:
        learned = [found for columns in model.training if (found := _expected_and_maximised(tables, settings, columns))]
        settings = _with(settings, "m_probability", learned, _LEAST_M)
        return _helped(settings, tables, labels, model.untaught) if len(labels) else settings


def _expected_and_maximised(tables: "_Tables", settings: Settings, columns: tuple[str, ...]) -> Learned:
    """M as learned in one block. A block without true pairs, where a probability falls to nothing, teaches nothing."""
    linker, rule = _linker(tables, settings), _block(columns)["blocking_rule"]
    try:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, estimate_without_term_frequencies=True)
    except (ValueError, EMTrainingException):
        return []
    return _learned(linker, "m_probability")


def _helped(settings: Settings, tables: "_Tables", labels: pl.DataFrame, untaught: tuple[str, ...]) -> Settings:
    """`settings` with m as the given pairs show it, in so far as there are many of them."""
    linker = _linker(tables, settings)
    linker.training.estimate_m_from_pairwise_labels(tables.database.register(_labels(labels)))
    weight = len(labels) / (len(labels) + _TRUST)
    result = deepcopy(settings)
    for ours, theirs in zip(result["comparisons"], _learned(linker, "m_probability"), strict=True):
        for level, m in zip(ours["comparison_levels"], theirs, strict=True):
            if "is_null_level" not in level and ours["output_column_name"] not in untaught:
                level["m_probability"] = max(weight * (m or 0.0) + (1 - weight) * level["m_probability"], _LEAST_M)
    return result


def _labels(pairs: pl.DataFrame) -> Any:
    return pairs.select(
        source_dataset_l=pl.lit(_NAMES[0]), unique_id_l="left", source_dataset_r=pl.lit(_NAMES[1]), unique_id_r="right"
    ).to_arrow()


def _drawn(records: pl.DataFrame, number: int) -> pl.DataFrame:
    """At most so many records, the same ones whatever the order of rows."""
    if len(records) <= number:
        return records
    draw = (pl.col("unique_id") * _STRIDE) % _MODULUS
    order = records.select("unique_id", draw=draw).sort("draw", "unique_id")
    return records.join(order.head(number).select("unique_id"), on="unique_id", how="semi").sort("unique_id")


def _with(settings: Settings, parameter: str, learned: list[Learned], least: float) -> Settings:
    """`settings` with the median of what was learned; a level that was not seen keeps its default."""
    result = deepcopy(settings)
    for ours, *theirs in zip(result["comparisons"], *learned, strict=True):
        for level, *values in zip(ours["comparison_levels"], *theirs, strict=True):
            if seen := [value for value in values if value is not None]:
                level[parameter] = max(median(seen), least)
    return result


def _learned(linker: Any, parameter: str) -> Learned:
    trained = f"_trained_{parameter[0]}_probabilities"
    return [
        [_last_seen(getattr(level, trained)) for level in comparison.comparison_levels]
        for comparison in linker._settings_obj.comparisons  # noqa: SLF001  # its JSON mixes the learned with the default
    ]


def _last_seen(records: list[dict[str, Any]]) -> float | None:
    value = records[-1]["probability"] if records else None
    return value if isinstance(value, float) else None


@dataclass(frozen=True)
class _Tables:
    """Both sides, registered in a database of their own."""

    database: Any
    sides: list[Any]


@contextlib.contextmanager
def _tables(left: pl.DataFrame, right: pl.DataFrame | None) -> Generator[_Tables]:
    from splink import DuckDBAPI

    logging.getLogger("splink").setLevel(logging.ERROR)
    with (
        tempfile.TemporaryDirectory() as spill,
        duckdb.connect(config={"memory_limit": _MEMORY, "temp_directory": spill}) as connection,
    ):
        database = DuckDBAPI(connection)
        given = (left,) if right is None else (left, right)
        sides = zip(_NAMES, given, strict=False)
        yield _Tables(database, [database.register(side.to_arrow(), dataset_display_name=name) for name, side in sides])


def _linker(tables: _Tables, settings: Settings) -> Any:
    from splink import Linker

    return Linker(tables.sides, deepcopy(settings), log_level=None, validate_settings=False)
