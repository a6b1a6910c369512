"""Both catalogues say the same things, and all that the code asks for."""

import re
import string
from pathlib import Path

from texts import UserError, catalogue, say

ROOT = Path(__file__).parents[2]
ROOMS = ("guanxi", "loaders", "graph", "texts", "demo", "dashboards")
KEY = re.compile(r"""(?:say|UserError|step)\(\s*f?"([a-z_]+\.[a-z_{}]+)\"""")

DASHBOARD = re.compile(r"""\b(?:t|empty)\(\s*f?"([a-z_.]+(?:\{[^}]*\}[a-z_.]*)*)\"""")
"""The dashboard's texts are below `dash`."""


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys() -> None:
    assert catalogue("en").keys() == catalogue("zh").keys()


def test_both_languages_fill_in_the_same_values() -> None:
    zh = catalogue("zh")
    assert [key for key, text in catalogue("en").items() if placeholders(text) != placeholders(zh[key])] == []


def test_every_text_that_the_code_names_is_there() -> None:
    asked = {
        (match[1], file.relative_to(ROOT))
        for room in ROOMS
        for file in (ROOT / room).rglob("*.py")
        for match in KEY.finditer(file.read_text(encoding="utf-8"))
    }
    known = catalogue("en")
    patterns = {key: re.compile(re.sub(r"\{\w+\}", r"\\w+", key)) for key, _ in asked}
    missing = [
        (key, str(file)) for key, file in sorted(asked) if not any(patterns[key].fullmatch(name) for name in known)
    ]
    assert len(asked) > 50
    assert missing == []


def test_every_text_that_a_page_names_is_there() -> None:
    asked = {
        (f"dash.{match[1]}", str(file.relative_to(ROOT)))
        for file in (ROOT / "dashboards").rglob("*.py")
        for match in DASHBOARD.finditer(file.read_text(encoding="utf-8"))
    }
    known = catalogue("en")
    missing = [
        (key, file)
        for key, file in sorted(asked)
        if not any(re.fullmatch(re.sub(r"\{[^}]*\}", r"\\w+", key.replace(".", r"\.")), name) for name in known)
    ]
    assert len(asked) > 30
    assert missing == []


def test_chinese_texts_are_chinese() -> None:
    assert re.search(r"[一-鿿]", say("errors.no_snapshot", "zh", home="x"))


def test_an_error_reads_as_its_text() -> None:
    assert "guanxi find" in str(UserError("errors.no_findings", home="x"))
