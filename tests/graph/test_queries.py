"""Saved queries without a server: headers, parameters, forbidden words, output."""

import io
import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from graph.queries import QueryResult, bind, list_queries, load_query, write_result
from graph.queries.guard import check_words
from graph.queries.output import FORMATS, frame, table
from graph.queries.saved import FOLDER, parse
from texts import LANGUAGES, UserError

QUERY = parse(
    "example",
    """\
// title.en: Example
// a comment of the author: anything
// param: who string required
// param: top integer = 5
// param: least float = 0.5
// param: on date = 2026-01-31
// param: all boolean = false
// param: kinds string[] = a, b
// param: maybe string = null
// mask: leader name
RETURN $who AS leader
""",
)


class TestHeader:
    def test_every_saved_query_says_what_it_is(self):
        for query in list_queries():
            for lang in LANGUAGES:
                assert query.title(lang) != query.name
                assert query.answers(lang)

    def test_every_parameter_that_a_saved_query_uses_is_declared_and_used(self):
        import re

        for query in list_queries():
            body = "\n".join(line for line in query.text.splitlines() if not line.startswith("//"))
            assert set(re.findall(r"\$(\w+)", body)) == {p.name for p in query.parameters}, query.name

    def test_there_are_enough_of_them(self):
        assert len(list_queries()) >= 20

    def test_headers_hold_nothing_else(self):
        for file in FOLDER.glob("*.cypher"):
            head = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("//")]
            assert all(line.startswith(("// title.", "// answers.", "// param: ", "// mask: ")) for line in head)

    @pytest.mark.parametrize(
        "line",
        [
            "param: x",
            "param: x text required",
            "param: x integer = many",
            "param: X-1 string required",
            "mask: x secret",
        ],
    )
    def test_a_wrong_line_is_an_error(self, line: str):
        with pytest.raises(UserError):
            parse("bad", f"// {line}\nRETURN 1")

    def test_a_file_is_a_query(self, tmp_path: Path):
        file = tmp_path / "mine.cypher"
        file.write_text("// param: x integer required\nRETURN $x", encoding="utf-8")
        assert load_query(str(file)).parameters[0].name == "x"

    @pytest.mark.parametrize("name", ["no_such_query", "../cypher", "schema", ""])
    def test_no_such_query(self, name: str):
        with pytest.raises(UserError) as error:
            load_query(name)
        assert error.value.key == "query.unknown"


class TestBind:
    def test_defaults_have_their_types(self):
        assert bind(QUERY, {"who": "C1"}) == {
            "who": "C1",
            "top": 5,
            "least": 0.5,
            "on": date(2026, 1, 31),
            "all": False,
            "kinds": ["a", "b"],
            "maybe": None,
        }

    def test_what_is_given_comes_first(self):
        given = {"who": "null", "top": "7", "least": "1", "on": "2026-02-01", "all": "是", "kinds": "x", "maybe": "y"}
        assert list(bind(QUERY, given).values()) == ["null", 7, 1.0, date(2026, 2, 1), True, ["x"], "y"]

    def test_today_is_a_date(self):
        assert bind(QUERY, {"who": "C1", "on": "today"})["on"] == date.today()  # noqa: DTZ011

    @pytest.mark.parametrize(
        ("raw", "key"),
        [
            ({}, "query.missing_parameter"),
            ({"who": "C1", "whom": "C2"}, "query.unknown_parameter"),
            ({"who": "C1", "top": "many"}, "query.wrong_type"),
            ({"who": "C1", "top": "1.5"}, "query.wrong_type"),
            ({"who": "C1", "top": str(2**63)}, "query.wrong_type"),
            ({"who": "C1", "least": "x"}, "query.wrong_type"),
            ({"who": "C1", "on": "31/01/2026"}, "query.wrong_type"),
            ({"who": "C1", "all": "maybe"}, "query.wrong_type"),
        ],
    )
    def test_wrong_parameters_are_said(self, raw: dict[str, str], key: str):
        with pytest.raises(UserError) as error:
            bind(QUERY, raw)
        assert error.value.key == key
        assert "\n" not in str(error.value)


class TestForbiddenWords:
    @pytest.mark.parametrize(
        "text",
        [
            "LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row",
            "load /* */ csv FROM 'http://x' AS row RETURN row",
            "LOAD // a comment\nCSV FROM 'x' AS row RETURN row",
            "LOAD\u00a0CSV FROM 'x' AS row RETURN row",
            "LOAD\u180eCSV FROM 'x' AS row RETURN row",
            "LOAD CS\\u0056 FROM 'x' AS row RETURN row",
            "RETURN 'it\\'s' AS a, [x IN [1] | COLLECT { LOAD CSV FROM 'x' AS row RETURN row }] AS b",
            "RETURN '//' AS a UNION LOAD CSV FROM 'x' AS a RETURN a",
            "RETURN '/*' AS a UNION LOAD CSV FROM '*/' AS a RETURN a",
            "RETURN 1 AS `'` UNION LOAD CSV FROM 'x' AS `'` RETURN `'`",
            "EXPLAIN RETURN 1",
            "/* x */ profile RETURN 1",
            "CYPHER 25 RETURN 1",
            "USE system RETURN 1",
            "CALL { USE `other` RETURN 1 AS x } RETURN x",
        ],
    )
    def test_clauses(self, text: str):
        with pytest.raises(UserError) as error:
            check_words(text)
        assert error.value.key == "query.refused_clause"

    @pytest.mark.parametrize(
        "text",
        [
            "CALL dbms.listConfig()",
            "CALL `dbms`.`listConfig`()",
            "call/**/dbms . components() YIELD name RETURN name",
            "OPTIONAL CALL apoc.load.json('http://x') YIELD value RETURN value",
            "CALL db.labels.more()",
            "RETURN [x IN [1] | COLLECT { CALL dbms.components() YIELD name RETURN name }]",
            "CALL apoc.cypher.run('x', {})",
        ],
    )
    def test_procedures(self, text: str):
        with pytest.raises(UserError) as error:
            check_words(text)
        assert error.value.key == "query.refused_procedure"

    @pytest.mark.parametrize(
        "text",
        ["RETURN apoc.version()", "RETURN `apoc`/**/.`x`.y (1)", "RETURN genai.vector.encode('x', 'OpenAI', {}) AS v"],
    )
    def test_functions(self, text: str):
        with pytest.raises(UserError) as error:
            check_words(text)
        assert error.value.key == "query.refused_function"

    @pytest.mark.parametrize(
        "text",
        [
            "MATCH (n) WHERE n.note = 'LOAD CSV FROM' // LOAD CSV\nRETURN n.use, n.load, 'CALL dbms.x()'",
            "MATCH (n:`LOAD CSV`) RETURN n.`call`, duration.between(date(), date.truncate('month', date()))",
            "CALL db.labels() YIELD label RETURN label",
            "MATCH (n) CALL (n) { RETURN n.x AS x } RETURN x, size(n.tags), n.a.b",
            "MATCH (a)-[r:OWNS*1..3]->(b) WHERE all(x IN r WHERE x.share > .5) RETURN [1.0, 2.5][0]",
        ],
    )
    def test_what_only_looks_like_it_is_allowed(self, text: str):
        check_words(text)

    def test_saved_queries_are_allowed(self):
        for query in list_queries():
            check_words(query.text)


NODE = {"label": "Company", "key": "F1", "properties": {"name": "甲公司"}}
COLUMNS = ["text", "number", "mixed", "on", "node", "list", "nothing"]
CELLS = [
    ["=cmd()", 1, 1, date(2026, 1, 1), NODE, [1, NODE], None],
    ["\x1b[31m你好", -2.5, "a", None, None, [], None],
]
RESULT = QueryResult(COLUMNS, [dict(zip(COLUMNS, cells, strict=True)) for cells in CELLS], truncated=True)


def written(result: QueryResult, form: str) -> bytes:
    out = io.BytesIO()
    write_result(result, form, out)  # pyright: ignore[reportArgumentType]
    return out.getvalue()


class TestOutput:
    def test_csv_holds_no_formula(self):
        lines = written(RESULT, "csv").decode().splitlines()
        assert lines[0] == "text,number,mixed,on,node,list,nothing"
        assert lines[1] == """'=cmd(),1.0,1,2026-01-01,Company:F1,"[1, ""Company:F1""]","""
        assert lines[2].startswith("\x1b[31m你好,-2.5,a,,,[],")

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
    def test_csv_escapes_texts_and_names(self, start: str):
        rows = pl.read_csv(written(QueryResult([f"{start}x"], [{f"{start}x": f"{start}1"}]), "csv"))
        assert rows.columns == [f"'{start}x"]
        assert rows.item() == f"'{start}1"

    def test_json_is_whole(self):
        read = json.loads(written(RESULT, "json"))
        assert read["truncated"] is True
        assert read["rows"][0]["node"] == NODE
        assert read["rows"][0]["on"] == "2026-01-01"

    def test_parquet_keeps_types(self):
        read = pl.read_parquet(written(RESULT, "parquet"))
        assert read.schema == {
            "text": pl.String, "number": pl.Float64, "mixed": pl.String, "on": pl.Date, "node": pl.String,
            "list": pl.String, "nothing": pl.String,
        }  # fmt: skip
        assert read["text"].to_list() == ["=cmd()", "\x1b[31m你好"]

    def test_a_table_cannot_steer_the_terminal(self):
        assert "\x1b" not in table(RESULT)
        assert "你好" in table(RESULT)

    @pytest.mark.parametrize("form", FORMATS)
    def test_no_rows_are_no_fault(self, form: str):
        assert written(QueryResult(["a", "b"], []), form)
        assert frame(QueryResult(["a"], [])).columns == ["a"]
