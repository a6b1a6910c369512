"""Names of people, brought to one form.

張 偉 → 张伟      １ form of width, simplified characters, no spaces: `name`
Zhang Wei, WEI ZHANG, 章伟 → the letters of zhangwei in order: `name_key`, alike for what sounds alike
"""

from functools import cache
from typing import Final

import polars as pl

_SURNAME_READINGS: Final = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "朴": "piao", "区": "ou", "盖": "ge",
    "尉": "yu", "重": "chong", "乐": "yue", "缪": "miao", "翟": "zhai", "折": "she", "种": "chong", "黑": "he",
    "秘": "bi", "冼": "xian", "员": "yun", "纪": "ji", "任": "ren", "华": "hua", "宁": "ning", "覃": "qin",
    "逄": "pang", "郇": "xun", "撒": "sa", "燕": "yan", "召": "shao", "晟": "cheng",
}  # fmt: skip
"""Characters that are read otherwise as a surname than as a word."""


def simplified(text: pl.Expr) -> pl.Expr:
    """One width, upper case, simplified characters; no spaces, dots or marks."""
    plain = text.str.normalize("NFKC").str.to_uppercase().str.replace_all(r"[\s·•・.,'’\-_*]", "")
    traditional, simple = _simplifying()
    return plain.str.replace_many(traditional, simple)


def with_name_keys(records: pl.LazyFrame) -> pl.LazyFrame:
    """`records` with `name` simplified, and `name_key`, `surname` (in pinyin) beside it.

    Each name is worked out once, however many bear it.
    """
    shown = ~pl.col("name").str.contains("*", literal=True)  # a masked name is no name
    records = records.with_columns(name=pl.when(shown).then(pl.col("name").pipe(simplified).pipe(_none_if_empty)))
    names = records.select("name").unique().drop_nulls()
    characters, readings = _readings()
    pinyin = (_surname() + pl.col("name").str.slice(1)).str.replace_many(characters, readings)
    letters = pinyin.str.to_lowercase().str.replace_all(r"[^a-z]", "")
    keyed = names.with_columns(
        name_key=_none_if_empty(letters.str.split("").list.sort().list.join("")),
        surname=pl.when(~pl.col("name").str.contains("^[A-Z]")).then(_surname().str.replace_many(characters, readings)),
    )
    return records.join(keyed, on="name", how="left")


def _surname() -> pl.Expr:
    first = pl.col("name").str.head(1)
    return first.replace(list(_SURNAME_READINGS), list(_SURNAME_READINGS.values()))


def _none_if_empty(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.len_chars() > 0).then(text)


@cache
def _simplifying() -> tuple[list[str], list[str]]:
    """Each traditional character with its simplified form; 乾 stays, for names use it as it is."""
    from opencc import OpenCC

    converter = OpenCC("t2s")
    characters = [chr(code) for code in range(0x3400, 0xA000) if chr(code) != "乾"]
    simple = converter.convert("\n".join(characters)).split("\n")
    changed = [(old, new) for old, new in zip(characters, simple, strict=True) if old != new]
    return [old for old, _ in changed], [new for _, new in changed]


@cache
def _readings() -> tuple[list[str], list[str]]:
    """Each character with its commonest reading, without tone; ü is v."""
    from pypinyin import Style, lazy_pinyin

    characters = [chr(code) for code in range(0x4E00, 0xA000)]
    readings = [lazy_pinyin(character, style=Style.NORMAL)[0] for character in characters]
    return characters, readings
