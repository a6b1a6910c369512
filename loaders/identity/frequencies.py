"""How common a name, a day of birth or a phone is.

A name: as counted, and as its characters let expect, for most names are borne once or twice.

    p(name)      = p(length) · p(surname) · Π p(character of given names)
    frequency    = mean of (bearers but for the pair itself) / n and k · p(name)

k makes the expected rate of equal names that of the data, so it makes up for characters that go together.
"""

from typing import Final

import polars as pl

_LEAST: Final = 2e-6
"""No name is taken to be rarer: relatives and regions have names of their own."""
_OF_THE_PAIR: Final = 2
_RARE: Final = {"birth": 6e-5, "phone": 1e-6}
"""The frequency of a value like any other: a day in some 45 years, a phone of one's own."""


def frequencies(records: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Frequencies of `name`, `name_key`, `birth` and `phone`, by column: the value, and `tf_COLUMN`.

    A day that stands for many (1 January of a year, a filler) or a phone that many share says little.

    Args:
        records: name, name_key, birth and phone of all customers and employees.
    """
    return name_frequencies(records) | {column: _beyond_the_pair(records, column) for column in _RARE}


def _beyond_the_pair(records: pl.DataFrame, column: str) -> pl.DataFrame:
    values = records.drop_nulls(column).group_by(column).agg(bearers=pl.len()).sort(column)
    others = (pl.col("bearers") - _OF_THE_PAIR) / max(len(records), 1)
    return values.select(column, pl.max_horizontal(others, pl.lit(_RARE[column])).alias(f"tf_{column}"))


def work_frequencies(customers: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Frequencies of `payer` and `employer` among customers, by column, the pair itself left out."""
    number = max(len(customers), 1)
    return {
        column: customers.drop_nulls(column).group_by(column).agg(bearers=pl.len()).sort(column).select(
            column, ((pl.col("bearers") - 1).clip(lower_bound=1) / number).alias(f"tf_{column}")
        )
        for column in ("payer", "employer")
    }  # fmt: skip


def name_frequencies(records: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Frequencies of `name` and `name_key`, by column: the value, and `tf_name` or `tf_name_key`.

    Args:
        records: name, name_key of all customers and employees.
    """
    names = records.drop_nulls("name_key").group_by("name", "name_key").agg(bearers=pl.len()).sort("name")
    names = names.join(_expected(names), on="name", how="left")
    keys = names.group_by("name_key").agg(pl.col("bearers", "expected").sum()).sort("name_key")
    keys = keys.with_columns(expected=pl.when(pl.col("expected") > 0).then("expected"))
    return {"name": _frequencies(names, "name"), "name_key": _frequencies(keys, "name_key")}


def _expected(names: pl.DataFrame) -> pl.DataFrame:
    """name, expected: p(name) of those in Chinese characters."""
    chinese = names.filter(~pl.col("name").str.contains("[A-Z]")).select(
        "name", "bearers", surname=pl.col("name").str.head(1), given=pl.col("name").str.slice(1).str.split(""),
        length=pl.col("name").str.len_chars(),
    )  # fmt: skip
    characters = chinese.select("name", "bearers", character="given").explode("character").drop_nulls()
    shares = [_shares(chinese, "surname"), _shares(chinese, "length"), _shares(characters, "character")]
    given = characters.join(shares[2], on="character").group_by("name").agg(given=pl.col("share").log().sum())
    joined = chinese.select("name", "surname", "length").join(shares[0], on="surname")
    joined = joined.join(shares[1], on="length", suffix="_length").join(given, on="name", how="left")
    logs = pl.col("share").log() + pl.col("share_length").log() + pl.col("given").fill_null(0.0)
    return joined.select("name", expected=logs.exp())


def _shares(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    counted = rows.group_by(column).agg(pl.col("bearers").sum())
    return counted.select(column, share=pl.col("bearers") / pl.col("bearers").sum())


def _frequencies(values: pl.DataFrame, column: str) -> pl.DataFrame:
    number = max(int(values["bearers"].sum()), 1)
    met = values.select((pl.col("bearers") * (pl.col("bearers") - 1)).sum()).item() / max(number * (number - 1), 1)
    due = values.select((pl.col("bearers") * pl.col("expected")).sum()).item() / number
    scale = met / due if met and due else 1.0
    others = (pl.col("bearers") - _OF_THE_PAIR).clip(lower_bound=0) / number
    # what cannot be expected, as a name in pinyin, is taken as borne by one more
    frequency = (others + pl.coalesce(pl.col("expected") * scale, pl.lit(1 / number))) / 2
    return values.select(column, pl.max_horizontal(frequency, pl.lit(_LEAST)).alias(f"tf_{column}"))
