"""Saved queries: `.cypher` files whose leading comment lines say what they are.

    // title.en: Staff of a company
    // title.zh: 企业员工
    // answers.en: Who works there, and who of them banks here?
    // answers.zh: 谁在该企业工作,其中谁是本行客户?
    // param: company_id string required
    // param: as_of date = today
    // mask: leader name

A parameter is a name, a type, and `required` or a default; `mask` names a column with personal data whose
name does not say so, and its kind in `graph.masks`. Only a query of `cypher/` must have titles and answers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, Literal, cast, get_args

from graph.masks import KINDS, Kind
from texts import Language, UserError, language

ParameterType = Literal["string", "integer", "float", "boolean", "date", "string[]"]
Value = str | int | float | bool | date | list[str] | None

FOLDER: Final = Path(__file__).resolve().parents[2] / "cypher"
_TEXT = re.compile(r"(title|answers)\.(en|zh): (\S.*)")
_PARAM = re.compile(r"param: ([a-z]\w*) ([a-z\[\]]+) (?:required|= ?(.*))")
_MASK = re.compile(r"mask: (\w+) (\w+)")
_ORDERS: Final = ("title.", "answers.", "param:", "mask:")
_TRUE: Final = {"true": True, "1": True, "y": True, "yes": True, "是": True}
_FALSE: Final = {"false": False, "0": False, "n": False, "no": False, "否": False}


@dataclass(frozen=True)
class Parameter:
    """One parameter; `default` is as written, none where the parameter is required."""

    name: str
    type: ParameterType
    default: str | None = None

    @property
    def required(self) -> bool:
        """Whether the user must give it."""
        return self.default is None


@dataclass(frozen=True)
class SavedQuery:
    """One query with what its header says."""

    name: str
    text: str
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    parameters: tuple[Parameter, ...] = ()
    masks: Mapping[str, Kind] = field(default_factory=dict[str, Kind])

    def title(self, lang: Language | None = None) -> str:
        """The title, or the file's name where it has none."""
        return self.texts.get(f"title.{lang or language()}", self.name)

    def answers(self, lang: Language | None = None) -> str:
        """What it answers."""
        return self.texts.get(f"answers.{lang or language()}", "")


def list_queries() -> list[SavedQuery]:
    """Every saved query, by name."""
    return [load_query(file.stem) for file in sorted(FOLDER.glob("*.cypher"))]


def load_query(name_or_file: str) -> SavedQuery:
    """A saved query by name, or a query from a file.

    Raises:
        UserError: there is neither, the file cannot be read, or its header is wrong.
    """
    saved = {file.stem: file for file in FOLDER.glob("*.cypher")}
    file = saved.get(name_or_file.removesuffix(".cypher"), Path(name_or_file))
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as fault:
        raise UserError("query.unknown", name=name_or_file) from fault
    return parse(file.stem, text)


def parse(name: str, text: str) -> SavedQuery:
    """A query from its text.

    Raises:
        UserError: a header line is not of the known form, or the text uses a parameter that it does not declare.
    """
    texts: dict[str, str] = {}
    parameters: dict[str, Parameter] = {}
    masks: dict[str, Kind] = {}
    for line in _header(text):
        if found := _TEXT.fullmatch(line):
            texts[f"{found[1]}.{found[2]}"] = found[3]
        elif (found := _PARAM.fullmatch(line)) and found[2] in get_args(ParameterType):
            parameters[found[1]] = Parameter(found[1], cast("ParameterType", found[2]), found[3])
        elif (found := _MASK.fullmatch(line)) and found[2] in KINDS:
            masks[found[1]] = cast("Kind", found[2])
        else:
            raise UserError("query.bad_header", name=name, line=line)
    query = SavedQuery(name, text, texts, tuple(parameters.values()), masks)
    for parameter in query.parameters:
        _value(parameter, parameter.default)
    return query


def _header(text: str) -> list[str]:
    """The leading comment lines that give orders; other comments are the author's own."""
    lines: list[str] = []
    for line in text.splitlines():
        if not line.startswith("//"):
            break
        lines.append(line.removeprefix("//").strip())
    return [line for line in lines if line.startswith(_ORDERS)]


def bind(query: SavedQuery, raw: Mapping[str, str]) -> dict[str, Value]:
    """The typed values of all parameters.

    Raises:
        UserError: one is unknown, missing or not of its type.
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in raw:
        if name not in known:
            raise UserError("query.unknown_parameter", query=query.name, name=name, known=", ".join(known) or "-")
    for parameter in query.parameters:
        if parameter.required and parameter.name not in raw:
            raise UserError("query.missing_parameter", query=query.name, name=parameter.name, type=parameter.type)
    return {name: _value(parameter, raw.get(name, parameter.default)) for name, parameter in known.items()}


def _value(parameter: Parameter, text: str | None) -> Value:
    if text is None or (text == "null" and not parameter.required):
        return None
    try:
        return _READERS[parameter.type](text)
    except (ValueError, KeyError) as fault:
        values = {"name": parameter.name, "type": parameter.type, "value": text}
        raise UserError("query.wrong_type", **values) from fault


def _integer(text: str) -> int:
    value = int(text)
    if not -(2**63) <= value < 2**63:
        raise ValueError(text)
    return value


def _date(text: str) -> date:
    return date.today() if text == "today" else date.fromisoformat(text)  # noqa: DTZ011 - the user's own day


_READERS: Final = {
    "string": str,
    "integer": _integer,
    "float": float,
    "boolean": lambda text: (_TRUE | _FALSE)[text.strip().lower()],
    "date": _date,
    "string[]": lambda text: [part.strip() for part in text.split(",") if part.strip()],
}
