"""Every sentence a user sees, in Chinese and English, and the error that carries one.

`say("errors.no_snapshot", home="…")` looks the key up in `en.toml` or `zh.toml` and fills the braces in.
"""

import locale
import os
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final, Literal, cast

Language = Literal["en", "zh"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")


def language() -> Language:
    """The user's language: `GUANXI_LANG`, else the locale; English where it is neither Chinese nor set."""
    for name in ("GUANXI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


@cache
def catalogue(lang: Language) -> dict[str, str]:
    """All texts of one language by dotted key."""
    tree = tomllib.loads(files("texts").joinpath(f"{lang}.toml").read_text(encoding="utf-8"))
    return dict(_flatten(tree, ""))


def _flatten(tree: dict[str, object], prefix: str) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for name, value in tree.items():
        key = f"{prefix}{name}"
        rows += (
            _flatten(cast("dict[str, object]", value), key + ".") if isinstance(value, dict) else [(key, str(value))]
        )
    return rows


def say(key: str, lang: Language | None = None, /, **values: object) -> str:
    """The text of `key`, filled with `values`.

    Raises:
        KeyError: the catalogue lacks the key, or the text names a value that is not given.
    """
    return catalogue(lang or language())[key].format(**values)


class UserError(Exception):
    """Something the user can mend: shown as one sentence, exit code 2, never with a traceback."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        return say(self.key, **self.values)
