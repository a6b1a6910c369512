"""The chances m and u of each level, learned from the records without labels; pairs given as true help.

u   how often a level is reached by chance: counted over a cross product of records drawn by key
m   how often by true pairs: expectation maximisation within blocks
"""

from copy import deepcopy
from statistics import median
from typing import Any, Final

import polars as pl
from splink.internals.exceptions import EMTrainingException

from loaders.identity.comparison import LEAST_M, LEAST_U, Model, Settings, block
from loaders.identity.database import Tables, linker_over, tables

ENOUGH_RECORDS: Final = 300
"""With fewer on either side nothing is trained, and the stated defaults hold."""
_MOST_TRAINED: Final = 20_000
_CROSSED: Final = 1_000
_TRUST: Final = 100
"""What was learned without labels counts as much as so many given pairs."""
_TRUE_PAIRS: Final = 2
"""A record has hardly more."""
_STRIDE: Final = 2_654_435_761
_MODULUS: Final = 2**32

Learned = list[list[float | None]]
"""By comparison and level, what training found; null where it saw nothing."""


def trained(left: pl.DataFrame, right: pl.DataFrame | None, model: Model, taught: pl.DataFrame) -> Settings:
    """Settings with learned parameters; those that the data do not show keep their defaults."""
    settings = model.settings(one_table=right is None)
    if min(len(left), len(left if right is None else right)) < ENOUGH_RECORDS:
        return settings
    with tables(_drawn(left, _CROSSED), right if right is None else _drawn(right, _CROSSED)) as known:
        linker = linker_over(known, settings)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e12, min_count_per_level=None, num_chunks=1)
        counted = _learned(linker, "u_probability")
    # so rare among all pairs, a level may be that of the true ones, which were counted too
    few = _TRUE_PAIRS / len(left if right is None else right)
    chance = [[u if u is not None and u > few else None for u in levels] for levels in counted]
    settings = _with(settings, "u_probability", [chance], LEAST_U)
    some = left if right is None else _drawn(left, _MOST_TRAINED)
    labels = taught.join(some, left_on="left", right_on="unique_id", how="semi")
    if not model.training and labels.is_empty():
        return settings
    with tables(some, right) as known:
        learned = [found for columns in model.training if (found := _expected_and_maximised(known, settings, columns))]
        settings = _with(settings, "m_probability", learned, LEAST_M)
        settings = _helped(settings, model, known.levels(model, labels))
    return _bounded(settings, model)


def _expected_and_maximised(known: Tables, settings: Settings, columns: tuple[str, ...]) -> Learned:
    """M as learned in one block. A block without true pairs, where a probability falls to nothing, teaches nothing."""
    linker, rule = linker_over(known, settings), block(columns)["blocking_rule"]
    try:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, estimate_without_term_frequencies=True)
    except (ValueError, EMTrainingException):
        return []
    return _learned(linker, "m_probability")


def _helped(settings: Settings, model: Model, shown: pl.DataFrame) -> Settings:
    """`settings` with m as the given pairs show it, each comparison by those of which they are a fair sample."""
    result = deepcopy(settings)
    for ours, comparison in zip(result["comparisons"], model.comparisons, strict=True):
        fair = [method for method, names in model.untaught.items() if comparison.name not in names]
        levels = shown.filter(pl.col("method").is_in(fair))[comparison.name].drop_nulls()
        for place, level in enumerate(_known_levels(ours)):
            seen = int((levels == place).sum()) + _TRUST * level["m_probability"]
            level["m_probability"] = max(seen / (len(levels) + _TRUST), LEAST_M)
    return result


def _known_levels(comparison: Settings) -> list[Settings]:
    return [level for level in comparison["comparison_levels"] if "is_null_level" not in level]


def _bounded(settings: Settings, model: Model) -> Settings:
    """`settings` with no m above what the model allows: rivals that are many do not teach that slips are usual."""
    result = deepcopy(settings)
    for ours, comparison in zip(result["comparisons"], model.comparisons, strict=True):
        bounds = [1.0, *(level.most for level in comparison.levels), comparison.most]
        for level, most in zip(ours["comparison_levels"], bounds, strict=True):
            if "is_null_level" not in level:
                level["m_probability"] = min(level["m_probability"], most)
    return result


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
