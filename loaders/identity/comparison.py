"""What is compared of two records, and how far it agrees: levels with the chances m and u, as Splink's settings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

LEAST_M: Final = 1e-3
LEAST_U: Final = 1e-7
_MOST_ROUNDS: Final = 10

Settings = dict[str, Any]
"""Splink's settings: comparisons, their levels, m and u."""


@dataclass(frozen=True)
class Level:
    """One level of agreement: `m` and `u` are its defaults; `tf` the column whose frequent values weigh less.

    `most`: whatever is learned, m is not more.
    """

    label: str
    sql: str
    m: float
    u: float
    tf: str = ""
    most: float = 1.0


@dataclass(frozen=True)
class Comparison:
    """Levels from best to worst; `unknown` says in SQL when the two records say nothing here.

    `most`: of the last level, that they differ.
    """

    name: str
    unknown: str
    levels: tuple[Level, ...]
    most: float = 1.0

    @property
    def level_sql(self) -> str:
        """The place of a pair's level; null where the records say nothing, the number of levels where they differ."""
        cases = " ".join(f"WHEN {level.sql} THEN {place}" for place, level in enumerate(self.levels))
        return f"CASE WHEN {self.unknown} THEN NULL {cases} ELSE {len(self.levels)} END"


@dataclass(frozen=True)
class Model:
    """What is compared, in which blocks pairs are looked for, and in which blocks the parameters are learned.

    `untaught`: by the method that found a pair, the comparisons of which such pairs are no fair sample; pairs found by
    other methods teach nothing.
    """

    comparisons: tuple[Comparison, ...]
    blocks: tuple[tuple[str, ...], ...]
    training: tuple[tuple[str, ...], ...] = ()
    untaught: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def settings(self, *, one_table: bool) -> Settings:
        """Splink's settings with the default parameters."""
        return {
            "link_type": "dedupe_only" if one_table else "link_only",
            "comparisons": [_comparison(each) for each in self.comparisons],
            "blocking_rules_to_generate_predictions": [block(columns) for columns in self.blocks],
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
    return {"m_probability": max(m, LEAST_M), "u_probability": max(u, LEAST_U)}


def block(columns: tuple[str, ...]) -> dict[str, str]:
    """Pairs that agree in these columns."""
    rule = " AND ".join(f'l."{column}" = r."{column}"' for column in columns)
    return {"blocking_rule": rule, "sql_dialect": "duckdb"}
