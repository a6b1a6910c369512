"""Everybody, customer or not: age, home, work, pay, friends."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.sparse import csr_array

from demo.columns import NEVER, Bools, Floats, Groups, Ints, between, chance, choose, pick
from demo.identifiers import citizen_ids, mobile_numbers

from .clock import END, START
from .firms import Firms

_FAMILY = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华建国志文玉兰秀红梅海燕晨宇欣怡子涵浩然雨桐思远嘉"
_BANDS = (0.5, 0.3, 0.15, 0.05)
TITLES = ("操作员", "专员", "主管", "总经理")


@dataclass
class People:
    """By person. A first job may end and a second begin; firm -1 is none, NEVER a day that has not come."""

    name: pl.Series
    id_number: pl.Series
    phone: pl.Series
    born: Ints
    female: Bools
    city: Ints
    household: Ints
    role: Ints  # 0, 1 a couple, 2 a grown child
    ability: Floats  # standard score
    band: Ints
    firms: tuple[Ints, Ints]
    hired: tuple[Ints, Ints]
    left: tuple[Ints, Ints]
    wage: Floats
    event: Ints  # the day on which income rises
    friends: csr_array  # symmetric
    owns: Ints  # a firm that this person owns, -1
    runs: Ints  # a firm that this person is director of, -1

    def __len__(self) -> int:
        return len(self.born)

    def age(self, day: int) -> Floats:
        """Years."""
        return (day - self.born) / 365.25

    def firm(self, day: int) -> Ints:
        """Where each works on a day, -1 for nowhere."""
        at = np.full(len(self), -1)
        for firm, hired, left in zip(self.firms, self.hired, self.left, strict=True):
            at = np.where((firm >= 0) & (hired <= day) & (left > day), firm, at)
        return at


def make_people(rng: np.random.Generator, count: int, firms: Firms, cities: int) -> People:
    """`count` people, about half of them on somebody's staff."""
    household, role = _homes(rng, count)
    couple_age = rng.normal(46, 11, household.max() + 1)
    age = couple_age[household] + rng.normal(0, 2, count) - 26.0 * (role == 2)
    age = np.where((age < 19) | (age > 88), rng.uniform(19, 30, count), age)
    born = np.round(END - age * 365.25).astype(np.int64)
    female = np.where(role < 2, (role + household) % 2 == 0, chance(rng, 0.5, count))
    city = rng.integers(0, cities, household.max() + 1)[household]
    ability = 0.5 * rng.normal(0, 1, household.max() + 1)[household] + rng.normal(0, 0.87, count)
    works = chance(rng, 0.72, count) & (age < 60)
    first = np.where(works, choose(rng, firms.weight, count), -1)
    band = np.clip(choose(rng, _BANDS, count) + (ability > 1.5) - (ability < -1.2), 0, 3)
    hired = END - np.minimum(rng.exponential(1700, count), (age - 18.5) * 365).astype(np.int64)
    leaves = chance(rng, 0.12, count)
    left = np.where(leaves, between(rng, np.maximum(hired, START) + 60, np.full(count, END + 200), count), NEVER)
    moves = works & leaves & chance(rng, 0.5, count)
    second = np.where(moves, choose(rng, firms.weight, count), -1)
    pay = 8.6 + 0.28 * ability + 0.25 * band + 0.1 * firms.scale[np.maximum(first, 0)] + rng.normal(0, 0.15, count)
    firm_count = len(firms)
    owners, runners = rng.permutation(count)[: 2 * firm_count].reshape(2, -1) if count > 2 * firm_count else ([], [])
    owns, runs = np.full(count, -1), np.full(count, -1)
    owns[owners], runs[runners] = np.arange(firm_count), np.arange(firm_count)
    return People(
        name=_names(rng, household, role), id_number=citizen_ids(rng, 330_100 + city * 100 + 2, born, female),
        phone=mobile_numbers(rng, count), born=born, female=female, city=city, household=household, role=role,
        ability=ability, band=band, firms=(first, second), hired=(hired, np.where(moves, left + 20, NEVER)),
        left=(left, np.full(count, NEVER)), wage=np.exp(pay),
        event=np.where(chance(rng, 0.3, count), between(rng, START, END, count), NEVER),
        friends=_friends(rng, first, city), owns=owns, runs=runs,
    )  # fmt: skip


def _homes(rng: np.random.Generator, count: int) -> tuple[Ints, Ints]:
    sizes = choose(rng, (0.35, 0.35, 0.3), count) + 1
    groups = Groups(sizes[: np.searchsorted(np.cumsum(sizes), count) + 1])
    owner = groups.owner()
    role = np.arange(len(owner)) - groups.starts[owner]
    mixed = rng.permutation(count)
    return owner[:count][mixed].astype(np.int64), role[:count][mixed]


def _names(rng: np.random.Generator, household: Ints, role: Ints) -> pl.Series:
    """A child has the name of the home; a few given names are everybody's, so there are namesakes."""
    count = len(household)
    weights = 1 / np.arange(3, 3 + len(_FAMILY))
    of_home = choose(rng, weights, household.max() + 1)[household]
    family = pick(list(_FAMILY), np.where(role == 1, choose(rng, weights, count), of_home))
    given = 1 / np.arange(4, 4 + len(_GIVEN)) ** 0.7
    middle = np.where(chance(rng, 0.75, count), choose(rng, given, count), -1)
    return family + pick(list(_GIVEN), middle).fill_null("") + pick(list(_GIVEN), choose(rng, given, count))


def _friends(rng: np.random.Generator, firm: Ints, city: Ints) -> csr_array:
    """Most friends work at the same place or live in the same town."""
    count = len(firm)
    one = np.repeat(np.arange(count), rng.poisson(1.1, count))
    other = rng.integers(0, count, len(one))
    for group, share in ((firm, 0.4), (city, 0.5)):
        order = np.argsort(group, kind="stable")
        first = np.searchsorted(group[order], group[one], "left")
        size = np.searchsorted(group[order], group[one], "right") - first
        near = order[first + np.floor(rng.random(len(one)) * size).astype(np.int64)]
        other = np.where(chance(rng, share, len(one)) & (group[one] >= 0), near, other)
    apart = one != other
    both = np.r_[one[apart], other[apart]], np.r_[other[apart], one[apart]]
    graph = csr_array((np.ones(len(both[0]), np.float32), both), (count, count))
    graph.data[:] = 1.0  # the constructor has added up what came twice
    return graph
