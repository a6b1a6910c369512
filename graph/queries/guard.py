"""What a query may not do, seen before it runs: in its words and in its plan.

A READ session refuses writes, yet `LOAD CSV` reads the server's files and any address, and procedures and plug-in
functions reach further. The plan shows most of that, but hides what stands in a subquery inside an expression
(`[x IN xs | COLLECT { LOAD CSV … }]`), so the words are looked at, too. Seen on 5.26.15 and 2026.09.0 alike.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final, NamedTuple

from neo4j import ResultSummary

from texts import UserError

PROCEDURES: Final = frozenset({"db.labels", "db.relationshipTypes", "db.propertyKeys"})
"""Read-only and of no reach beyond the graph; every other one is refused."""
FUNCTIONS: Final = frozenset({"date", "datetime", "duration", "localdatetime", "localtime", "point", "time"})
"""Built-in functions with a dot in the name begin so; others come from plug-ins."""
_OPERATORS: Final = ("LoadCSV", "Show", "Terminate", "Transaction", "AdministrationCommand", "RunQueryAt")
"""What the names of operators begin with that read or act outside the graph."""

_TOKEN = re.compile(
    r"""(?P<gap>\s+|//[^\r\n]*|/\*.*?\*/)
    |(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |`(?P<quoted>(?:[^`]|``)*)`
    |(?P<word>[^\W\d]\w*)
    |(?P<other>.)""",
    re.DOTALL | re.VERBOSE,
)


class Token(NamedTuple):
    """A word, a quoted name, a text, or one other character."""

    kind: str
    value: str

    @property
    def is_name(self) -> bool:
        """Whether it can be part of a dotted name."""
        return self.kind in {"word", "quoted"}


def check_words(text: str) -> None:
    """Refuse what must not be there whatever the plan says.

    Raises:
        UserError: it reads files or addresses, changes graph or mode, or calls what is not on the lists.
    """
    if "\\u" in text.lower():  # Neo4j reads \uXXXX anywhere, even inside a keyword
        raise UserError("query.refused_clause", clause="\\u")
    tokens = list(_tokens(text))
    if tokens and (first := tokens[0].value.upper()) in {"EXPLAIN", "PROFILE", "CYPHER"}:
        raise UserError("query.refused_clause", clause=first)
    for one, two in pairwise(tokens):
        words = (one.value.upper(), two.value.upper())
        if one.kind == "word" and words == ("LOAD", "CSV"):
            raise UserError("query.refused_clause", clause="LOAD CSV")
        if one.kind == "word" and words[0] == "USE" and two.is_name:
            raise UserError("query.refused_clause", clause="USE")
    _check_calls(tokens)


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        value = match[kind].replace("``", "`") if kind == "quoted" else match[kind]
        # other whitespace than Python's, if any, must not keep two words apart
        if kind != "gap" and (kind != "other" or value.isascii()):
            yield Token(kind, value)


def _check_calls(tokens: list[Token]) -> None:
    place = 0
    while place < len(tokens):
        name, after = _dotted(tokens, place)
        called = place > 0 and tokens[place - 1].kind == "word" and tokens[place - 1].value.upper() == "CALL"
        opened = after < len(tokens) and tokens[after].value == "("
        if called and name and name not in PROCEDURES:
            raise UserError("query.refused_procedure", name=name)
        if opened and not called and "." in name and name.partition(".")[0].lower() not in FUNCTIONS:
            raise UserError("query.refused_function", name=name)
        place = max(after, place + 1)


def _dotted(tokens: list[Token], place: int) -> tuple[str, int]:
    """The dotted name that begins at `place`, and the place after it; empty where none does."""
    if not tokens[place].is_name:
        return "", place
    end = place + 1
    while end + 1 < len(tokens) and tokens[end].value == "." and tokens[end + 1].is_name:
        end += 2
    return "".join(token.value for token in tokens[place:end]), end


def check_plan(summary: ResultSummary) -> None:
    """Refuse by the plan that Neo4j made.

    Raises:
        UserError: it writes, manages the database, or has an operator or procedure that is not on the lists.
    """
    for operator in _operators(summary.plan or {}):
        name = str(operator.get("operatorType", "")).partition("@")[0]
        details = str(operator.get("args", {}).get("Details", ""))
        procedure = details.partition("(")[0]
        if name.startswith("ProcedureCall") and procedure not in PROCEDURES:
            raise UserError("query.refused_procedure", name=procedure)
        if name.startswith(_OPERATORS) or "LOAD CSV" in details:
            raise UserError("query.refused_clause", clause=name if name.startswith(_OPERATORS) else "LOAD CSV")
    if summary.query_type != "r" or not summary.plan:
        raise UserError("query.refused_write")


def _operators(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("children", ()):
        yield from _operators(child)
