"""ID numbers and phones in any writing, and the parts of an ID number that can be compared on their own.

    11010119900307123X      area 110101 · birth 19900307 · last four 123X, the last of which checks the other 17
    110101********123X      area and last four are visible

A number with one digit wrong, or two swapped, differs in one part and agrees in the other two.
"""

from typing import Final

import polars as pl

_MASKS: Final = list("＊×✕✱•●·#?_")
_WEIGHTS: Final = tuple(2 ** (17 - place) % 11 for place in range(17))
_CHECKS: Final = "10X98765432"
_SHORTEST: Final = 6
_DATE: Final = r"^(18|19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$"


def with_clean_numbers(records: pl.LazyFrame) -> pl.LazyFrame:
    """`records` with `number` and `phone` cleaned, from `id_number` and `phone`.

    Most need no cleaning, and only the others are worked on: that saves nearly all of the time.
    """
    records = _cleaned(records, "id_number", "number", r"^[0-9]{17}[0-9X]$", clean_number("id_number"))
    return _cleaned(records, "phone", "phone", r"^1[3-9][0-9]{9}$", clean_phone("phone"))


def _cleaned(records: pl.LazyFrame, column: str, name: str, clean: str, how: pl.Expr) -> pl.LazyFrame:
    usual = pl.col(column).str.contains(clean) & _varied(pl.col(column))
    others = records.filter(~usual).select(column).unique().with_columns(_cleaned=how)
    joined = records.with_columns(_usual=pl.when(usual).then(column)).join(others, on=column, how="left")
    return joined.with_columns(pl.coalesce("_usual", "_cleaned").alias(name)).drop("_usual", "_cleaned")


def clean_number(column: str) -> pl.Expr:
    """An ID number without spaces and dashes, in upper case and 18 places, masked places as `*`."""
    text = pl.col(column).str.normalize("NFKC").str.to_uppercase().str.replace_all(r"[\s\-]", "")
    starred = text.str.replace_many(_MASKS, ["*"] * len(_MASKS))
    # X is a check digit at the end and a mask anywhere else
    body = starred.str.head(-1).str.replace_all("X", "*", literal=True) + starred.str.tail(1)
    masked = pl.when(starred.str.contains(r"^[\dX*]{15,18}$")).then(body).otherwise(starred)
    number = pl.when(masked.str.contains(r"^\d{15}$")).then(_of_18_places(masked)).otherwise(masked)
    return pl.when(_varied(number)).then(number)


def _of_18_places(old: pl.Expr) -> pl.Expr:
    """A 15-digit number of before 1999 with its century and check digit."""
    body = old.str.slice(0, 6) + "19" + old.str.slice(6)
    return body + _check_digit(body)


def _check_digit(body: pl.Expr) -> pl.Expr:
    """The check character of GB 11643 for 17 digits."""
    digits = (body.str.slice(place, 1).cast(pl.Int64, strict=False) * weight for place, weight in enumerate(_WEIGHTS))
    checks = dict(enumerate(_CHECKS))
    return (pl.sum_horizontal(*digits, ignore_nulls=False) % 11).replace_strict(checks, return_dtype=pl.String)


def number_parts(number: str = "number") -> dict[str, pl.Expr]:
    """What a cleaned number shows: `whole`, `valid` (whole, and the check digit is right), `area`, `birth`, `last`.

    `area` and `last` hold the visible places at either end, up to six and four; `birth` is whole or null.
    """
    text = pl.col(number)
    whole = (text.str.len_chars() >= _SHORTEST) & ~text.str.contains("*", literal=True)
    citizen = text.str.contains(r"^[0-9]{17}[0-9X]$")
    birth = text.str.slice(6, 8)
    birth = pl.when((text.str.len_chars() == 18) & birth.str.contains(_DATE)).then(birth)  # noqa: PLR2004
    of_citizen = text.str.contains(r"^[\d*]{16,18}[\dX*]$")
    return {
        "whole": pl.when(whole).then(text),
        "valid": (citizen & birth.is_not_null() & _check_digit(text.str.head(17)).eq(text.str.tail(1))).fill_null(
            value=False
        ),
        "area": pl.when(of_citizen).then(_some(text.str.extract(r"^(\d{1,6})"))),
        "birth": birth,
        "last": pl.when(of_citizen).then(_some(text.str.extract(r"(\d{0,3}[\dX])$"))),
    }


def _varied(text: pl.Expr) -> pl.Expr:
    """Not one character over and over."""
    return text.str.strip_chars_start(text.str.head(1)).str.len_chars() > 0


def _some(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.len_chars() > 0).then(text)


def clean_phone(column: str) -> pl.Expr:
    """A phone as digits: a mobile number's eleven, whatever country code, spaces or dashes it comes with."""
    digits = pl.col(column).str.normalize("NFKC").str.replace_all(r"\D", "")
    mobile = digits.str.extract(r"(1[3-9]\d{9})$")
    other = digits.str.replace(r"^(0086|86)", "").str.strip_chars_start("0")
    phone = pl.coalesce(mobile, other)
    masked = pl.col(column).str.contains("*", literal=True)
    return pl.when((phone.str.len_chars() >= _SHORTEST) & _varied(phone) & ~masked).then(phone)
