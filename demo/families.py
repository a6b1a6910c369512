"""Families among the customers: couples, their children at home, elderly parents; and who pays whom privately."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from demo.clock import Clock
from demo.columns import YEAR, Floats, Groups, Ints, chance, match
from demo.people import People

_BAND = 4  # years of birth in one band
_GENERATION = 7  # bands between parents and children
_MARRIED, _GROWN = 23, 18  # ages
Pairs: TypeAlias = tuple[Ints, Ints]


@dataclass(frozen=True)
class Families:
    """Customers by their place in `people`: `home` is whose address they share, `household` -1 for singles."""

    home: Ints
    household: Ints
    spouses: Pairs
    parents: Pairs
    siblings: Pairs
    friends: Pairs


def families(rng: np.random.Generator, people: People, clock: Clock) -> Families:
    """Matches people of one city by age; children take their father's surname (set in `people`)."""
    age = people.ages(clock.today)
    key = people.city.astype(np.int64) * 1000 + people.birth // round(_BAND * YEAR) + 100
    husband, wife = _couples(rng, people, age, key)
    father, child = _children(rng, people, age, key, (husband, wife))
    mother = np.full(len(people), -1, dtype=np.int64)
    mother[husband] = wife
    mother = mother[father]
    home = _homes(rng, age, (husband, wife), (father, child))
    household = np.where(np.bincount(home, minlength=len(home))[home] > 1, home, -1)
    parents = np.concatenate([father, mother]), np.concatenate([child, child])
    return Families(home, household, (husband, wife), parents, _siblings(father, child), _friends(rng, people))


def _couples(rng: np.random.Generator, people: People, age: Floats, key: Ints) -> Pairs:
    free = (age > _MARRIED) & chance(rng, 0.62, len(people))
    men = rng.permutation(np.flatnonzero(free & ~people.female))
    women = rng.permutation(np.flatnonzero(free & people.female))
    at, with_ = match(key[men], key[women])
    return men[at], women[with_]


def _children(rng: np.random.Generator, people: People, age: Floats, key: Ints, couples: Pairs) -> Pairs:
    """Fathers and children: most of the young, and some of the couples as children of elder couples."""
    married = np.concatenate(couples)
    young = np.flatnonzero((age < _MARRIED) & chance(rng, 0.8, len(people)))
    grown = married[chance(rng, 0.35, len(married))]
    fathers = rng.permutation(np.repeat(couples[0], 2))
    at, of = match(key[fathers] + _GENERATION, key[young])
    at_elder, of_elder = match(key[fathers] + _GENERATION, key[grown])
    people.surname[grown[of_elder]] = people.surname[fathers[at_elder]]
    people.surname[young[of]] = people.surname[fathers[at]]
    return fathers[np.concatenate([at, at_elder])], np.concatenate([young[of], grown[of_elder]])


def _homes(rng: np.random.Generator, age: Floats, couples: Pairs, parents: Pairs) -> Ints:
    """Couples live together, with all their minors and most other children who are not married."""
    (husband, wife), (father, child) = couples, parents
    home = np.arange(len(age))
    home[wife] = husband
    at_home = (age[child] < _MARRIED) & (chance(rng, 0.8, len(child)) | (age[child] < _GROWN))
    home[child[at_home]] = father[at_home]
    return home


def _siblings(father: Ints, child: Ints) -> Pairs:
    """Children of one father, each with the next."""
    order = np.lexsort((child, father))
    same = np.flatnonzero(np.diff(father[order]) == 0)
    return child[order[same]], child[order[same + 1]]


def _friends(rng: np.random.Generator, people: People) -> Pairs:
    """Private payers and payees, half of them colleagues, half from the same city."""
    size = len(people)
    source = np.repeat(np.arange(size), rng.poisson(0.7, size))
    near = _one_of_same(rng, people.city, source)
    works = people.company[source] >= 0
    colleague = _one_of_same(rng, people.company + 1, source)
    target = np.where(works & chance(rng, 0.6, len(source)), colleague, near)
    keep = source != target
    return source[keep], target[keep]


def _one_of_same(rng: np.random.Generator, group: Ints, index: Ints) -> Ints:
    order = np.argsort(group, kind="stable")
    return order[Groups(np.bincount(group)).draw(rng, group[index])]
