"""From links to persons: what must not be one stays apart, also through a third record; a person's records are a star.

Links are taken from the surest to the least sure, and one that would bring together what must stay apart is left out:
two records that somebody said are not one, or two ID numbers with right check digits (unless a person or the source
says that they are one). So of A-B and B-C, where A-C is rejected, the less sure link goes.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
import polars as pl

from graph.people import smallest_of_component

SURENESS: Final = ("decision", "source", "id_number", "phone_and_name", "linkage")
"""Methods, the surest first."""
SAID: Final = ("decision", "source")
"""Methods by which people say it."""


def consistent(links: pl.DataFrame, rejected: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """`links` without those that bring together what must stay apart.

    Args:
        links: left, right (codes of records), method, probability, …
        rejected: left, right: pairs that are not one.
        numbers: unique_id, number: records with an ID number whose check digit is right.
    """
    size = 1 + max((int(frame.max().to_numpy().max()) for frame in _codes(links, rejected, numbers)), default=0)
    person = _persons(links, size)
    named = numbers.with_columns(person=person.gather(numbers["unique_id"]))
    many = named.group_by("person").agg(pl.col("number").n_unique()).filter(pl.col("number") > 1)["person"]
    parted = rejected.select(one=person.gather(rejected["left"]), other=person.gather(rejected["right"]))
    doubtful = pl.concat([many, parted.filter(pl.col("one") == pl.col("other"))["one"]]).unique()
    place = links.with_row_index("place").with_columns(person=person.gather(links["left"]))
    asked = place.filter(pl.col("person").is_in(doubtful.implode()))
    if asked.is_empty():
        return links
    order = pl.col("method").replace_strict({name: rank for rank, name in enumerate(SURENESS)}, return_dtype=pl.Int8)
    asked = asked.with_columns(order=order, said=pl.col("method").is_in(SAID)).sort(
        "order", "probability", "left", "right", descending=[False, True, False, False]
    )
    kept = _Merging(rejected, named.filter(pl.col("person").is_in(doubtful.implode())))
    rows = asked.select("place", "left", "right", "said").iter_rows()
    left_out = [number for number, left, right, said in rows if not kept.merged(left, right, said=said)]
    return place.filter(~pl.col("place").is_in(left_out)).drop("place", "person")


def _codes(links: pl.DataFrame, rejected: pl.DataFrame, numbers: pl.DataFrame) -> Iterable[pl.DataFrame]:
    frames = (links.select("left", "right"), rejected.select("left", "right"), numbers.select("unique_id"))
    return (frame for frame in frames if len(frame))


def _persons(links: pl.DataFrame, size: int) -> pl.Series:
    found = smallest_of_component(size, links["left"].to_numpy(), links["right"].to_numpy())
    return pl.Series(found.astype(np.int64))


class _Merging:
    """Records joined one link after the other; only the few that are in doubt come here."""

    def __init__(self, rejected: pl.DataFrame, numbers: pl.DataFrame) -> None:
        self.parent: dict[int, int] = {}
        self.numbers = {code: {number} for code, number in numbers.select("unique_id", "number").iter_rows()}
        self.foes: dict[int, set[int]] = {}
        for left, right in rejected.select("left", "right").iter_rows():
            self.foes.setdefault(left, set()).add(right)
            self.foes.setdefault(right, set()).add(left)
        self.members: dict[int, set[int]] = {}

    def merged(self, left: int, right: int, *, said: bool) -> bool:
        """Join two records' persons unless they must stay apart; `said`: whatever their numbers."""
        one, other = self._root(left), self._root(right)
        if one == other:
            return True
        mine, theirs = (self.members.get(code, {code}) for code in (one, other))
        if any(not theirs.isdisjoint(self.foes.get(code, ())) for code in mine):
            return False
        known, more = (self.numbers.get(code, set()) for code in (one, other))
        if not (said or known <= more or more <= known):
            return False
        if len(mine) < len(theirs):
            one, other = other, one
        self.parent[other] = one
        self.members[one], self.numbers[one] = mine | theirs, known | more
        return True

    def _root(self, code: int) -> int:
        while code in self.parent:
            code = self.parent[code]
        return code


def stars(links: pl.DataFrame) -> pl.DataFrame:
    """For links among records of one kind: one link from each record of a person to the person's smallest code.

    It says what the record's own link with the smallest says, or else its likeliest link with another of them.
    """
    if links.is_empty():
        return links
    size = 1 + int(links.select("left", "right").max().to_numpy().max())
    root = _persons(links, size)
    turned = links.rename({"left": "right", "right": "left"}).select(links.columns)
    both = pl.concat([links, turned]).with_columns(root=root.gather(pl.concat([links["left"], links["right"]])))
    others = both.filter(pl.col("left") != pl.col("root")).with_columns(straight=pl.col("right") == pl.col("root"))
    order = ["left", "straight", "probability", "right"]
    best = others.sort(order, descending=[False, True, True, False]).unique("left", keep="first", maintain_order=True)
    return best.with_columns(right="root").select(links.columns)
