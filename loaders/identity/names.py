"""Names of people, brought to one form.

張 偉 → 张伟      １ form of width, simplified characters, no spaces: `name`
Zhang Wei, WEI ZHANG, 章伟 → the letters of zhangwei in order: `name_key`, alike for what sounds alike
"""

import polars as pl

from graph.names import readings, simplified, surname_read


def with_name_keys(records: pl.LazyFrame) -> pl.LazyFrame:
    """`records` with `name` simplified, and `name_key`, `surname` (in pinyin) beside it.

    Each name is worked out once, however many bear it.
    """
    shown = ~pl.col("name").str.contains("*", literal=True)  # a masked name is no name
    records = records.with_columns(name=pl.when(shown).then(pl.col("name").pipe(simplified).pipe(_none_if_empty)))
    names = records.select("name").unique().drop_nulls()
    characters, sounds = readings()
    pinyin = (surname_read(pl.col("name")) + pl.col("name").str.slice(1)).str.replace_many(characters, sounds)
    letters = pinyin.str.to_lowercase().str.replace_all(r"[^a-z]", "")
    keyed = names.with_columns(
        name_key=_none_if_empty(letters.str.split("").list.sort().list.join("")),
        surname=pl.when(~pl.col("name").str.contains("^[A-Z]")).then(
            surname_read(pl.col("name")).str.replace_many(characters, sounds)
        ),
    )
    return records.join(keyed, on="name", how="left")


def _none_if_empty(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.len_chars() > 0).then(text)
