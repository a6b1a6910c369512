"""CSV files as banks write them: line numbers, line ends, encodings, and values that would run elsewhere."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from helpers.bank import Check, good, write_csv, write_table

from loaders.sources.csv_file import stage
from texts import UserError


def staged(folder: Path, content: bytes) -> list[tuple[Any, ...]]:
    """The rows of a CSV with these bytes, their line last."""
    (folder / "t.csv").write_bytes(content)
    stage(folder / "t.csv", "t.csv", folder / "t.parquet")
    return pl.read_parquet(folder / "t.parquet").rows()


@pytest.mark.parametrize(
    ("content", "rows"),
    {
        "plain": (b"a,b\n1,2\n3,4\n", [("1", "2", 2), ("3", "4", 3)]),
        "no newline at the end": (b"a,b\n1,2", [("1", "2", 2)]),
        "only a header": (b"a,b\n", []),
        "a byte order mark and CRLF": (b"\xef\xbb\xbfa,b\r\n1,2\r\n3,4\r\n", [("1", "2", 2), ("3", "4", 3)]),
        "both line ends": (b"a,b\n1,2\r\n3,4\n", [("1", "2", 2), ("3", "4", 3)]),
        "blank lines are no rows": (b"a,b\n\n1,2\n\n\n3,4\n\n", [("1", "2", 3), ("3", "4", 6)]),
        "an empty row is one": (b"a,b\n,\n1,2\n", [(None, None, 2), ("1", "2", 3)]),
        "a cell of two lines": (b'a,b\n"1\n1",2\n3,4\n', [("1\n1", "2", 2), ("3", "4", 4)]),
        "and of CRLF lines": (b'a,b\r\n"1\r\n1",2\r\n3,4\r\n', [("1\r\n1", "2", 2), ("3", "4", 4)]),
        "a header of two lines": (b'a,"b\nc"\n1,2\n', [("1", "2", 3)]),
        "a blank line in a cell": (b'a,b\n"1\n\n1",2\n3,4\n', [("1\n\n1", "2", 2), ("3", "4", 5)]),
        "quotes and commas in a cell": (b'a,b\n"x ""y"", z",2\n', [('x "y", z', "2", 2)]),
        "a quote within an unquoted cell": (b'a,b\n5" pipe,2\n', [('5" pipe', "2", 2)]),
        "empty is null, quoted or not": (b'a,b\n"",2\n', [(None, "2", 2)]),
        "one column": (b"a\n1\n\n2\n", [("1", 2), ("2", 4)]),
        "NUL and control characters": (b"a,b\n\x00\x01\x1b,\x7f\n", [("\x00\x01\x1b", "\x7f", 2)]),
        "GB18030": ("a,b\n王小明,\U00020000\n".encode("gb18030"), [("王小明", "\U00020000", 2)]),
    }.values(),
)
def test_rows_and_their_lines(content: bytes, rows: list[Any], tmp_path: Path) -> None:
    assert staged(tmp_path, content) == rows


def test_lines_stay_right_over_many_blocks(tmp_path: Path) -> None:
    body = "".join(f'{i},"{"字" * 500}\n"\n' for i in range(20_000)).encode()  # 30 MB, two lines a row
    rows = staged(tmp_path, b"a,b\n" + body)
    assert [(row[0], row[-1]) for row in rows[::4999]] == [(str(i), 2 + 2 * i) for i in range(0, 20_000, 4999)]
    assert len(rows) == 20_000


def test_a_ragged_row_far_down_is_said_with_its_line(tmp_path: Path) -> None:
    body = "".join(f'{i},"{"字" * 500}\n"\n' for i in range(20_000)).encode()
    with pytest.raises(UserError) as caught:
        staged(tmp_path, b"a,b\n" + body + b"1,2,3\n4,5\n")
    assert caught.value.values == {"file": "t.csv", "line": 40_002, "found": 3, "expected": 2}


def test_a_long_gb18030_file_with_rare_characters_is_not_mixed(tmp_path: Path) -> None:
    """Three rare characters in a row can look like UTF-8; in a long file that happens by chance."""
    chance = "你好".encode()  # as GB18030: three characters
    lines = [f"{i},王小明".encode("gb18030") for i in range(2000)]
    rows = staged(tmp_path, b"a,b\n" + b"\n".join(lines) + b"\nx," + chance + b"\n")
    assert rows[-1][1] == chance.decode("gb18030")
    with pytest.raises(UserError) as caught:
        staged(tmp_path, b"a,b\n" + b"\n".join(lines) + "\nx,北京市海淀\n".encode())
    assert caught.value.key == "source.mixed_encoding"


HOSTILE = {
    "quotes and Cypher": """Robert'); MATCH (n) DETACH DELETE n; //"\\""",
    "SQL": "'; DROP TABLE customers; --",
    "a formula": "=cmd()|'/C calc'!A0",
    "HTML": "<script>alert(1)</script>",
    "NUL": "a\0b",
    "control characters": "\x01\x02\x1b[31m\x7f",
    "a megabyte": "字x" * 250_000,
    "right-to-left marks": "\u202eabc\u202c\u200f",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈",
    "a lone combining mark": "\u0301",
    "braces": "{name} {{x}} %s $1",
    "two lines": "a\r\nb",
}


def test_hostile_values_load_as_plain_data(tmp_path: Path, checked: Check) -> None:
    bank = good()
    bank["customers"] = [
        bank["customers"][1] | {"customer_id": f"C{i} {text[:20]}", "name": text}
        for i, text in enumerate(HOSTILE.values(), 1)
    ]
    bank = {"customers": bank["customers"], "products": bank["products"], "holdings": bank["holdings"][1:]}
    result = checked(write_csv(tmp_path, bank))
    assert result.table("customers").collect()["name"].to_list() == list(HOSTILE.values())


@pytest.mark.parametrize("name", ["MATCH", "user`name", "a b", "`; DROP", "", "\0", "=x", "名称", "_line", "__proto__"])
def test_hostile_column_names_become_safe_properties(name: str, tmp_path: Path, checked: Check) -> None:
    from graph.model import quoted

    write_csv(tmp_path, good())
    rows = [row | {name: "v"} for row in good()["customers"]]
    write_table(tmp_path / "customers.csv", rows)
    result = checked(tmp_path)
    (carried,) = result.tables["customers"].extras
    assert quoted(carried) == f"`{carried}`"
    assert result.table("customers").collect()[carried].to_list() == ["v", "v"]
