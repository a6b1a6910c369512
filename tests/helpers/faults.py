"""What spoils the fields of staff lists and customer records: which faults, how often, and what each does."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from opencc import OpenCC
from pypinyin import lazy_pinyin

Shares = dict[str, float]
Spoil = Callable[[np.random.Generator, str, str], str | None]

NUMBERS: Shares = {
    "whole": 0.44, "masked middle": 0.16, "masked to both ends": 0.04, "digit wrong": 0.05, "digits swapped": 0.04,
    "missing": 0.24, "15 digits or spaces": 0.03,
}  # fmt: skip
PHONES: Shares = {"same": 0.4, "other writing": 0.2, "changed": 0.22, "missing": 0.18}
NAMES: Shares = {
    "same": 0.71, "traditional": 0.06, "homophone": 0.05, "spaces": 0.06, "pinyin": 0.04, "swapped pinyin": 0.04,
    "one character wrong": 0.04,
}  # fmt: skip


@dataclass(frozen=True)
class Faults:
    """How a bank is spoilt: shares of faults on staff lists, and of what customer records lack."""

    numbers: Shares = field(default_factory=lambda: NUMBERS)
    phones: Shares = field(default_factory=lambda: PHONES)
    names: Shares = field(default_factory=lambda: NAMES)
    no_number: float = 0.05
    masked_number: float = 0.03
    no_phone: float = 0.04
    no_birth_date: float = 0.1
    no_employer: float = 0.25
    wrong_employer: float = 0.12
    family_phone: float = 0.0
    """of customers who live with others, how many give the phone of the head of the home"""
    recycled_phone: float = 0.0
    """of staff, how many are listed with a phone that a customer has by now"""
    bearers: int = 0
    """where set, everybody has one of so many names"""
    customers_on_lists: float = 1.0
    """of customers on staff lists, how many are kept there"""
    others_on_lists: float = 1.0
    """of staff who bank elsewhere, how many are kept"""
    paid: bool = True
    """whether payments are known"""


BANKS: dict[str, Faults] = {
    "usual": Faults(),
    "no phones on staff lists": Faults(phones={"missing": 1.0}),
    "no numbers on staff lists": Faults(numbers={"missing": 1.0}),
    "only names and wages on staff lists": Faults(numbers={"missing": 1.0}, phones={"missing": 1.0}),
    "all phones changed": Faults(phones={"changed": 1.0}),
    "a digit of all numbers wrong": Faults(numbers={"digit wrong": 0.6, "digits swapped": 0.4}),
    "numbers of 15 digits, full-width, lower-case": Faults(
        numbers={"15 digits": 0.4, "full width": 0.3, "15 digits or spaces": 0.3}, no_birth_date=0.5
    ),
    "all names traditional": Faults(names={"traditional": 1.0}),
    "all names homophones": Faults(names={"homophone": 1.0}),
    "all names swapped": Faults(names={"swapped pinyin": 1.0}),
    "a character of all names wrong": Faults(names={"one character wrong": 1.0}),
    "all numbers masked": Faults(numbers={"masked middle": 0.8, "masked to both ends": 0.2}),
    "no birth dates, many numbers missing": Faults(no_birth_date=1.0, no_number=0.3),
    "names in pinyin": Faults(names={"pinyin": 0.5, "swapped pinyin": 0.5}),
    "few names": Faults(bearers=60),
    "recycled phones": Faults(recycled_phone=0.3, phones={"same": 0.6, "other writing": 0.2, "missing": 0.2}),
    "family phones": Faults(family_phone=0.6),
    "no payments, no employers": Faults(no_employer=1.0, paid=False),
    "hardly any of the staff bank here": Faults(customers_on_lists=0.03),
    "nearly all of the staff bank here": Faults(others_on_lists=0.03),
}  # fmt: skip


def drawn(rng: np.random.Generator, faults: Shares, size: int) -> pl.Series:
    """A fault for each of so many records."""
    return pl.Series(rng.choice(list(faults), size, p=list(faults.values())), dtype=pl.String)


def spoilt(rng: np.random.Generator, faults: pl.Series, values: pl.Series, how: Spoil) -> pl.Series:
    """Each value with its fault."""
    pairs = zip(faults, values, strict=True)
    return pl.Series([how(rng, fault, value) if value else None for fault, value in pairs], dtype=pl.String)


def number(rng: np.random.Generator, fault: str, value: str) -> str | None:
    """An ID number with a fault."""
    place = int(rng.integers(0, 17))
    step = int(rng.integers(1, 10)) if fault == "digit wrong" else 0
    other = str((int(value[place]) + step) % 10)
    first = min(place, 15)
    written = {
        "masked middle": value[:6] + "*" * 8 + value[14:],
        "masked to both ends": value[0] + "*" * 16 + value[-1],
        "digit wrong": value[:place] + other + value[place + 1 :],
        "digits swapped": value[:first] + value[first + 1] + value[first] + value[first + 2 :],
        "15 digits or spaces": f"{value[:6]} {value[6:14]} {value[14:].lower()}",
        "full width": "".join(chr(ord(character) + 0xFEE0) for character in value),
        # as numbers were before 1999
        "15 digits": value[:6] + value[8:17] if value[6:8] == "19" else value,
    }
    return None if fault == "missing" else written.get(fault, value)


def phone(rng: np.random.Generator, fault: str, value: str) -> str | None:
    """A phone with a fault."""
    if fault == "changed":
        return new_phone(rng)
    if fault == "other writing":
        forms = ("+86 {0}-{1}-{2}", "0086{0}{1}{2}", "{0} {1} {2}", "86-{0}{1}{2}", "(+86){0}{1}{2}")
        return forms[int(rng.integers(len(forms)))].format(value[:3], value[3:7], value[7:])
    return None if fault == "missing" else value


def new_phone(rng: np.random.Generator) -> str:
    """A number that nobody else has."""
    return "1" + "".join(str(digit) for digit in (9, *rng.integers(0, 10, 9)))


_TO_TRADITIONAL = OpenCC("s2t")
_HOMOPHONES = dict(
    zip("伟芳娜敏静杰涛明超磊强军洋勇艳娟秀霞平刚桂", "玮方那闽婧洁滔铭朝雷墙君阳咏燕捐绣遐萍钢贵", strict=True)
)
_OTHERS = "一乙丁卜川丰"


def name(rng: np.random.Generator, fault: str, value: str) -> str:
    """A person's name with a fault."""
    if fault == "traditional":
        return _TO_TRADITIONAL.convert(value)
    if fault == "homophone":
        return value[0] + "".join(_HOMOPHONES.get(character, character) for character in value[1:])
    if fault == "spaces":
        return (" " if rng.random() < 0.5 else "　").join(value)
    if fault in ("pinyin", "swapped pinyin"):
        surname, given = lazy_pinyin(value[0])[0], "".join(lazy_pinyin(value[1:]))
        given = given.title() if rng.random() < 0.5 else given.upper()
        return f"{surname.title()} {given}" if fault == "pinyin" else f"{given} {surname.upper()}"
    if fault == "one character wrong":
        return other_name(rng, value)
    return value


def other_name(rng: np.random.Generator, value: str) -> str:
    """The same surname, the last character another."""
    return value[:-1] + _OTHERS[int(rng.integers(len(_OTHERS)))]


def checked(body: str) -> str:
    """17 digits with their check character."""
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(body))
    return body + "10X98765432"[total % 11]
