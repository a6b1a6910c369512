"""Numbers with check characters: citizen ID (GB 11643), social credit code (GB 32100), and mobile numbers."""

import numpy as np
import polars as pl
import pyarrow as pa

from demo.columns import Bools, Ints

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100 leaves out I, O, S, V, Z
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714
_MOBILE_PREFIXES = np.array([
    134, 135, 136, 137, 138, 139, 147, 150, 151, 152, 157, 158, 159, 178, 182, 183, 184, 187, 188, 198,
    130, 131, 132, 155, 156, 166, 175, 176, 185, 186, 133, 153, 173, 177, 180, 181, 189, 191, 193, 199,
])  # fmt: skip


def citizen_ids(rng: np.random.Generator, areas: Ints, births: Ints, female: Bools) -> pl.Series:
    """18-character citizen ID numbers, no two alike; `births` are day numbers, `areas` six digits."""
    born = births.astype("datetime64[D]")
    months = born.astype("datetime64[M]")
    years = months.astype("datetime64[Y]")
    year = years.astype(np.int64) + 1970
    month = (months - years).astype(np.int64) + 1
    day = (born - months.astype("datetime64[D]")).astype(np.int64) + 1
    stem = areas.astype(np.int64) * 10**8 + year * 10**4 + month * 100 + day
    numbers = _unique(rng, stem * 1000, female)
    text = np.empty((len(numbers), 18), dtype=np.uint8)
    total = np.zeros(len(numbers), dtype=np.int64)
    for place in range(17):
        digit = numbers // 10 ** (16 - place) % 10
        text[:, place] = digit + ord("0")
        total += digit * (2 ** (17 - place) % 11)
    text[:, 17] = np.frombuffer(b"10X98765432", dtype=np.uint8)[total % 11]
    return _strings(text)


def _unique(rng: np.random.Generator, stem: Ints, female: Bools) -> Ints:
    """Adds the sequence number (odd for men, even for women) and draws again where a number came up before."""
    numbers = stem + _sequence(rng, female)
    while True:
        order = np.argsort(numbers, kind="stable")
        again = order[1:][np.diff(numbers[order]) == 0]
        if len(again) == 0:
            return numbers
        numbers[again] = stem[again] + _sequence(rng, female[again])


def _sequence(rng: np.random.Generator, female: Bools) -> Ints:
    return rng.integers(1, 500, len(female)) * 2 - ~female


def credit_codes(rng: np.random.Generator, areas: Ints) -> pl.Series:
    """18-character unified social credit codes of companies (91...), no two alike."""
    count = len(areas)
    values = np.zeros((count, 18), dtype=np.int64)  # places in the alphabet, which for digits are the digits
    values[:, 0], values[:, 1] = 9, 1
    for place in range(6):
        values[:, 2 + place] = areas // 10 ** (5 - place) % 10
    serial = _scattered(rng, count, 31**8)
    for place in range(8):
        values[:, 8 + place] = serial // 31**place % 31
    alphabet = np.frombuffer(CREDIT_ALPHABET.encode(), dtype=np.uint8)
    values[:, 16] = _organisation_check(alphabet[values[:, 8:16]])
    powers = np.array([3**place % 31 for place in range(17)])
    values[:, 17] = -(values[:, :17] @ powers) % 31
    return _strings(alphabet[values])


def _organisation_check(text: Ints) -> Ints:
    """The check character of GB 11714 as its place in the credit code's alphabet."""
    letters = np.where(text >= ord("A"), text.astype(np.int64) - ord("A") + 10, text.astype(np.int64) - ord("0"))
    check = (11 - letters @ np.array(_ORGANISATION_WEIGHTS) % 11) % 11
    return np.where(check == 10, CREDIT_ALPHABET.index("X"), check)  # noqa: PLR2004


def mobile_numbers(rng: np.random.Generator, count: int) -> pl.Series:
    """11-digit mobile numbers, no two alike."""
    serial = _scattered(rng, count, len(_MOBILE_PREFIXES) * 10**8)
    return pl.Series(_MOBILE_PREFIXES[serial // 10**8] * 10**8 + serial % 10**8).cast(pl.String)


def _scattered(rng: np.random.Generator, count: int, space: int) -> Ints:
    """`count` different numbers below `space`: steps of a stride that is coprime to it (space = 31^a or 2^a 5^b)."""
    stride = int(space * 0.6180339887) // 310 * 310 + 1
    product = np.arange(count, dtype=np.uint64) * np.uint64(stride % space)
    return ((product + np.uint64(rng.integers(space))) % np.uint64(space)).astype(np.int64)


def _strings(text: Ints) -> pl.Series:
    """Rows of bytes as strings, without a Python object each."""
    count, width = text.shape
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int64)
    data = pa.py_buffer(np.ascontiguousarray(text))
    return pl.Series(pl.from_arrow(pa.LargeStringArray.from_buffers(count, pa.py_buffer(offsets), data)))
