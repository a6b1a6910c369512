"""Names in one form, and in the letters that they are typed in: pinyin and its first letters."""

from functools import cache
from typing import Final

import polars as pl

SURNAME_READINGS: Final = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "朴": "piao", "区": "ou", "盖": "ge",
    "尉": "yu", "重": "chong", "乐": "yue", "缪": "miao", "翟": "zhai", "折": "she", "种": "chong", "黑": "he",
    "秘": "bi", "冼": "xian", "员": "yun", "纪": "ji", "任": "ren", "华": "hua", "宁": "ning", "覃": "qin",
    "逄": "pang", "郇": "xun", "撒": "sa", "燕": "yan", "召": "shao", "晟": "cheng",
}  # fmt: skip
"""Characters that are read otherwise as a surname than as a word."""
_LONGEST_PERSON: Final = 4


def simplified(text: pl.Expr) -> pl.Expr:
    """One width, upper case, simplified characters; no spaces, dots or marks."""
    plain = text.str.normalize("NFKC").str.to_uppercase().str.replace_all(r"[\s·•・.,'’\-_*]", "")
    traditional, simple = _simplifying()
    return plain.str.replace_many(traditional, simple)


def spelt(plain: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """`pinyin` and `initials` of simplified names, lower case: 张伟 is zhangwei and zw."""
    characters, sounds = readings()
    read = pl.when(plain.str.len_chars() <= _LONGEST_PERSON).then(surname_read(plain)).otherwise(plain.str.head(1))
    rest = plain.str.slice(1)
    first = read.str.replace_many(characters, sounds).str.to_lowercase()
    pinyin = first + rest.str.replace_many(characters, sounds).str.to_lowercase()
    initials = first.str.head(1) + rest.str.replace_many(characters, [sound[:1] for sound in sounds])
    return pinyin.alias("pinyin"), initials.str.to_lowercase().alias("initials")


def surname_read(name: pl.Expr) -> pl.Expr:
    """The first character of a name, in letters where it is read otherwise as a surname."""
    return name.str.head(1).replace(list(SURNAME_READINGS), list(SURNAME_READINGS.values()))


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
def readings() -> tuple[list[str], list[str]]:
    """Each character with its commonest reading, without tone; ü is v."""
    from pypinyin import Style, lazy_pinyin

    characters = [chr(code) for code in range(0x4E00, 0xA000)]
    return characters, [lazy_pinyin(character, style=Style.NORMAL)[0] for character in characters]
