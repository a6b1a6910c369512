"""What must not be one is parted, the surest links first."""

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.identity.clusters import consistent, stars

PAIRS = {"left": pl.Int64(), "right": pl.Int64()}


def table(*links: tuple[int, int, str, float]) -> pl.DataFrame:
    return pl.DataFrame(links, schema=PAIRS | {"method": pl.String(), "probability": pl.Float64()}, orient="row")


def kept(links: pl.DataFrame, rejected: list[tuple[int, int]], numbers: dict[int, str]) -> list[tuple[int, int]]:
    apart = pl.DataFrame(rejected, schema=PAIRS, orient="row")
    known = pl.DataFrame(list(numbers.items()), schema={"unique_id": pl.Int64(), "number": pl.String()}, orient="row")
    return consistent(links, apart, known).select("left", "right").rows()


def test_of_the_links_between_a_rejected_pair_the_least_sure_goes() -> None:
    links = table((1, 0, "linkage", 0.7), (2, 1, "linkage", 0.9))
    assert kept(links, [(2, 0)], {}) == [(2, 1)]
    assert kept(links, [], {}) == [(1, 0), (2, 1)]


def test_two_right_numbers_do_not_meet_in_a_third_record() -> None:
    links = table((1, 0, "linkage", 0.9), (2, 1, "linkage", 0.7))
    assert kept(links, [], {0: "A", 2: "B"}) == [(1, 0)]
    assert kept(links, [], {0: "A", 2: "A"}) == [(1, 0), (2, 1)]


@pytest.mark.parametrize("method", ["decision", "source"])
def test_people_may_say_that_two_numbers_are_one(method: str) -> None:
    assert kept(table((1, 0, method, 1.0)), [], {0: "A", 1: "B"}) == [(1, 0)]


def test_a_star_points_at_the_smallest_and_keeps_the_links_own_probability() -> None:
    links = table((1, 0, "linkage", 0.9), (2, 1, "linkage", 0.7), (5, 4, "id_number", 1.0))
    assert stars(links).rows() == [(1, 0, "linkage", 0.9), (2, 0, "linkage", 0.7), (5, 4, "id_number", 1.0)]


CODES = st.integers(0, 7)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(CODES, CODES).filter(lambda pair: pair[0] > pair[1]), unique=True, max_size=10),
    st.lists(st.tuples(CODES, CODES).filter(lambda pair: pair[0] > pair[1]), unique=True, max_size=3),
    st.dictionaries(CODES, st.sampled_from("AB"), max_size=5),
)
def test_equals_trying_one_link_after_the_other(
    links: list[tuple[int, int]], rejected: list[tuple[int, int]], numbers: dict[int, str]
) -> None:
    stand: list[tuple[int, int]] = []
    for pair in sorted(links):
        if sound([*stand, pair], rejected, numbers):
            stand.append(pair)
    found = table(*((left, right, "linkage", 0.6) for left, right in links))
    assert sorted(kept(found, rejected, numbers)) == stand


def sound(links: list[tuple[int, int]], rejected: list[tuple[int, int]], numbers: dict[int, str]) -> bool:
    groups = [{code} for code in range(8)]
    for left, right in links:
        one = next(group for group in groups if left in group)
        other = next(group for group in groups if right in group)
        if one is not other:
            groups.remove(other)
            one |= other
    parted = all(not {left, right} <= group for left, right in rejected for group in groups)
    return parted and all(a == b for group in groups for a, b in pairwise(numbers[c] for c in group if c in numbers))
