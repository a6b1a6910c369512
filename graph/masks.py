"""Masks for personal data: which property gets which, and how each looks.

The length stays, so that a mask can be told from a missing value; what is cut off is never replaced by its hash.
A value too short to hide `LEAST_HIDDEN` characters behind its ends is hidden whole.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, cast, get_args

import polars as pl

from graph.model import NODES

Kind = Literal["name", "id_number", "phone", "account", "address", "birth_date"]
KINDS: Final = get_args(Kind)
LEAST_HIDDEN: Final = 3
_ENDS: Final[dict[Kind, tuple[int, int]]] = {"id_number": (1, 1), "phone": (3, 2), "account": (6, 4)}
"""Characters shown at the start and at the end."""

_COMPOUND_SURNAMES: Final = (
    "欧阳|太史|端木|上官|司马|东方|独孤|南宫|万俟|闻人|夏侯|诸葛|尉迟|公羊|赫连|澹台|皇甫|宗政|濮阳|公冶|太叔|申屠|"
    "公孙|慕容|仲孙|钟离|长孙|宇文|司徒|鲜于|司空|令狐|百里|呼延|东郭|南门|西门|轩辕|拓跋|完颜|纳兰|叶赫"
)
_COMPOUND: Final = rf"^(?:{_COMPOUND_SURNAMES})"

_MUNICIPALITY = "(?:北京|上海|天津|重庆)市?|(?:香港|澳门)(?:特别行政区)?"
_PROVINCE = (
    "(?:河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾)省?|"
    "(?:内蒙古|广西壮族|广西|西藏|宁夏回族|宁夏|新疆维吾尔|新疆)(?:自治区)?"
)
# a city's name holds no road, street, district or county, so that none of them can hide in what is shown
_HAN = r"[^ 0-9A-Za-z路街道巷弄区县旗村号]"
_CITY = f"{_HAN}{{2,4}}?市|{_HAN}{{2,12}}?自治州|{_HAN}{{2,4}}?(?:地区|盟)"
_PLACE: Final = f"^(?:(?:{_MUNICIPALITY})|(?:{_PROVINCE})(?:{_CITY})?|(?:{_CITY}))"


def kind_of(label: str | None, name: str) -> Kind | None:
    """The mask of a property: of this label, or of any label where it is unknown; none where it is not C2."""
    nodes = [NODES[label]] if label in NODES else list(NODES.values())
    personal = any(prop.name == name and prop.sensitivity == "C2" for node in nodes for prop in node.properties)
    return cast("Kind", name) if personal and name in KINDS else None


def masked_properties(label: str | None, properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of one node, masked."""
    return {name: masked_value(kind_in(label, name, properties), value) for name, value in properties.items()}


def kind_in(label: str | None, name: str, properties: Mapping[str, Any]) -> Kind | None:
    """As `kind_of`, for a node at hand: the name of a counterparty that the source calls a company is open."""
    open_name = name == "name" and label == "Counterparty" and properties.get("kind") == "company"
    return None if open_name else kind_of(label, name)


def masked_names(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` (label, kind, name, …) of parties with the names of persons masked; `kind` is a counterparty's."""
    outside = (pl.col("label") == "Counterparty") & pl.col("kind").eq_missing("company")
    shown = pl.when(outside | (pl.col("label") == "Company")).then("name").otherwise(masked("name", pl.col("name")))
    return rows.with_columns(name=shown)


def masked_value(kind: Kind | None, value: Any) -> Any:
    """A value as its mask shows it, where it has one; each of a list."""
    if isinstance(value, list):
        return [masked_value(kind, item) for item in cast("list[Any]", value)]
    return mask(kind, value) if kind else value


def mask(kind: Kind, value: object) -> str | None:
    """One value, masked; unknown stays unknown."""
    if value is None:
        return None
    text = str(value)
    if kind == "birth_date":
        return f"{text[:4]}-**-**" if re.match(r"[0-9]{4}-", text) else "*" * len(text)
    head, tail = _shown(kind, text)
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]


def _shown(kind: Kind, text: str) -> tuple[int, int]:
    if kind == "name":
        compound = len(text) > 2 and re.match(_COMPOUND, text)  # noqa: PLR2004
        return (2 if compound else int(len(text) > 1)), 0
    if kind == "address":
        place = re.match(_PLACE, text)
        return (place.end() if place else 0), 0
    head, tail = _ENDS[kind]
    return (head, tail) if len(text) >= head + tail + LEAST_HIDDEN else (0, 0)


def masked(kind: Kind, values: pl.Expr) -> pl.Expr:
    """A column, masked: the same as `mask` for each value, vectorised."""
    return _EXPRESSIONS[kind](values.cast(pl.String))


def _stars(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r"(?s).", "*")


def _name(text: pl.Expr) -> pl.Expr:
    stars, length = _stars(text), text.str.len_chars()
    return (
        pl.when(length < 2)  # noqa: PLR2004
        .then(stars)
        .when((length > 2) & text.str.contains(_COMPOUND))  # noqa: PLR2004
        .then(text.str.head(2) + stars.str.slice(2))
        .otherwise(text.str.head(1) + stars.str.slice(1))
    )


def _ends(head: int, tail: int) -> Callable[[pl.Expr], pl.Expr]:
    def expression(text: pl.Expr) -> pl.Expr:
        stars = _stars(text)
        shown = text.str.head(head) + stars.str.slice(head + tail) + text.str.tail(tail)
        return pl.when(text.str.len_chars() < head + tail + LEAST_HIDDEN).then(stars).otherwise(shown)

    return expression


def _address(text: pl.Expr) -> pl.Expr:
    place = text.str.extract(f"({_PLACE})").fill_null("")
    return place + _stars(text.str.slice(place.str.len_chars()))


def _birth_date(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(r"^[0-9]{4}-")).then(text.str.head(4) + "-**-**").otherwise(_stars(text))


_EXPRESSIONS: Final[dict[Kind, Callable[[pl.Expr], pl.Expr]]] = {
    "name": _name,
    "address": _address,
    "birth_date": _birth_date,
    "id_number": _ends(*_ENDS["id_number"]),
    "phone": _ends(*_ENDS["phone"]),
    "account": _ends(*_ENDS["account"]),
}
