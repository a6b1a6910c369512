"""Probabilistic record linkage after Fellegi and Sunter, by Splink on DuckDB: two tables or one, any comparisons.

Match weights are log2 of m/u (`training`); term frequencies make what is common weigh less.
"""

import math
from collections.abc import Mapping

import duckdb
import polars as pl

from loaders.identity.comparison import Model, Settings
from loaders.identity.database import linker_over, tables
from loaders.identity.training import trained


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
        taught: pairs given as true (left, right) and by what `method`: the model says what each teaches.
        least: match weights under this are left out.
        frequencies: by column, the frequency `tf_COLUMN` of each value where it is not that in the records.

    Returns:
        left, right, weight (log2 of the Bayes factor, without prior), and one column per comparison with its share;
        in one table, `left` is the larger number.
    """
    # where nothing is known, no second copy of the records
    searched = left if known.is_empty() else left.join(known, left_on="unique_id", right_on="left", how="anti")
    if not any(_meet(searched, right, columns) for columns in model.blocks):
        return _nothing(model)
    settings = trained(left, right, model, taught)
    with tables(searched, right) as given:
        splink = linker_over(given, settings)
        for column, table in (frequencies or {}).items():
            splink.table_management.register_term_frequency_lookup(given.database.register(table.to_arrow()), column)
        found = splink.inference.predict(threshold_match_weight=least + _prior(settings), warning_mode="never")
        return _pairs(_read(found.as_duckdbpyrelation(), model), model, _prior(settings))


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


def _read(found: duckdb.DuckDBPyRelation, model: Model) -> pl.DataFrame:
    """Of all that Splink says of the pairs, what is used."""
    used = {"unique_id_l", "unique_id_r", "source_dataset_l", "match_weight"}
    used |= {f"{kind}_{comparison.name}" for kind in ("mw", "mw_tf_adj") for comparison in model.comparisons}
    return found.project(", ".join(f'"{column}"' for column in found.columns if column in used)).pl()


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
