"""What each group of features adds to a score: exact tree SHAP values (Lundberg et al. 2020), read from tables.

A leaf's SHAP values depend only on which conditions of its path a row meets. So each tree is cut into pieces of a few
conditions, and each piece becomes a table from the conditions met to the values of its leaves, summed by group (the
idea of Fast TreeSHAP v2, Yang 2021). A row then costs a few look-ups a tree. LightGBM's `pred_contrib` gives the same
numbers, but walks every path for every row, which takes about a hundred times as long.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from graph.learning.model import threads
from graph.learning.rows import Floats

if TYPE_CHECKING:
    from lightgbm import Booster

Singles = NDArray[np.float32]
Bools = NDArray[np.bool_]
BITS: Final = 11
"""Most conditions of a piece of several leaves."""
DEEPEST: Final = 16
"""A leaf's table has at most 2 to this power rows."""
LARGEST: Final = float(np.finfo(np.float32).max)
BLOCK: Final = 16_384
"""Rows worked on at a time: they and a table stay in the processor's cache."""


@dataclass(frozen=True)
class Decision:
    """An inner node: values up to `threshold`, or among `categories`, go left; so do unknown ones where it says so."""

    feature: int
    threshold: np.float32
    categories: Singles | None
    unknown_left: bool
    unknown_is_zero: bool

    @classmethod
    def of(cls, node: dict[str, Any]) -> "Decision":
        """A node of LightGBM's dump; its thresholds are double, rows are single: rounded down they part the same."""
        known = node["missing_type"] == "None"
        if node["decision_type"] == "==":
            categories = np.array([float(one) for one in str(node["threshold"]).split("||")], np.float32)
            return cls(node["split_feature"], np.float32(0), categories, unknown_left=False, unknown_is_zero=False)
        threshold = np.float32(np.clip(node["threshold"], -LARGEST, LARGEST))
        if float(threshold) > node["threshold"]:
            threshold = np.nextafter(threshold, np.float32(-np.inf))
        return cls(node["split_feature"], threshold, None, bool(node["default_left"]), known)

    def left(self, columns: Singles) -> Bools:
        """Which rows go left; `columns` is features by rows."""
        values = columns[self.feature]
        if self.categories is not None:
            return np.isin(np.trunc(values), self.categories)
        if self.unknown_is_zero:
            return np.nan_to_num(values) <= self.threshold
        return ~(values > self.threshold) if self.unknown_left else values <= self.threshold


@dataclass(frozen=True)
class Condition:
    """What a path asks of one feature: decisions, each with its outcome, and the share of rows that meet them all."""

    feature: int
    asked: tuple[tuple[int, bool], ...]
    share: float

    def met(self, left: Sequence[Bools]) -> Bools:
        """Which rows meet it, from which go left at each decision."""
        (first, outcome), *others = self.asked
        met = left[first] == outcome
        for decision, wanted in others:
            met &= left[decision] == wanted
        return met


Path = tuple[Condition, ...]


@dataclass(frozen=True)
class Piece:
    """Leaves that look at the same few `bits`, and their values by those bits: (2 ** bits, groups)."""

    bits: Path
    table: Singles

    def add_to(self, total: Singles, left: Sequence[Bools]) -> None:
        """Add the values of each row."""
        code = np.zeros(len(total), np.uint16)
        for place, condition in enumerate(self.bits):
            code |= condition.met(left).astype(np.uint16) << np.uint16(place)
        total += self.table.take(code, axis=0, mode="clip")


class Tree:
    """One tree: its decisions, and its pieces once `cut`."""

    def __init__(self, structure: dict[str, Any], groups: Floats) -> None:
        self.decisions: list[Decision] = []
        self.groups = groups
        self.pieces = list(self._cut(structure, ()))
        self.mean = _mean(structure)

    def _cut(self, node: dict[str, Any], path: Path) -> Iterator[Piece]:
        """As few pieces below a node as `BITS` allows."""
        inner = _inner(node)
        if len(path) + inner <= BITS or not inner:
            yield self._piece(node, path)
            return
        for child, below in self._children(node, path):
            yield from self._cut(child, below)

    def _children(self, node: dict[str, Any], path: Path) -> list[tuple[dict[str, Any], Path]]:
        """Both children, each with the conditions to get there."""
        self.decisions.append(Decision.of(node))
        place, feature, total = len(self.decisions) - 1, node["split_feature"], _count(node)
        result = list[tuple[dict[str, Any], Path]]()
        for child, outcome in ((node["left_child"], True), (node["right_child"], False)):
            before = next((one for one in path if one.feature == feature), Condition(feature, (), 1.0))
            now = Condition(feature, (*before.asked, (place, outcome)), before.share * _count(child) / total)
            result.append((child, (*(one for one in path if one.feature != feature), now)))
        return result

    def _piece(self, node: dict[str, Any], path: Path) -> Piece:
        first = len(self.decisions)
        leaves = list(self._leaves(node, path))
        inside = range(first, len(self.decisions))
        bits = (*path, *(Condition(self.decisions[place].feature, ((place, True),), 1.0) for place in inside))
        codes = np.arange(1 << len(bits))
        on = [(codes >> place & 1).astype(bool) for place in range(len(bits))]
        above, left = dict(zip(path, on, strict=False)), dict(zip(inside, on[len(path) :], strict=True))
        table = np.zeros((len(codes), self.groups.shape[1]))
        for value, conditions in leaves:
            if not conditions:
                break  # a tree without a split says the same of every row
            met = np.stack([_met(condition, above, left) for condition in conditions], axis=1)
            table += self._values(met, conditions, value)
        return Piece(bits, table.astype(np.float32))

    def _leaves(self, node: dict[str, Any], path: Path) -> Iterator[tuple[float, Path]]:
        if "leaf_value" in node:
            yield node["leaf_value"], path
            return
        for child, below in self._children(node, path):
            yield from self._leaves(child, below)

    def _values(self, met: Bools, conditions: Path, value: float) -> Floats:
        """A leaf's SHAP values by group, for rows that meet some of its conditions."""
        number = len(conditions)
        patterns = (np.arange(1 << number)[:, None] >> np.arange(number) & 1).astype(bool)
        each = shapley(patterns, np.array([condition.share for condition in conditions]), value)
        grouped = each @ self.groups[[condition.feature for condition in conditions]]
        return grouped[met @ (1 << np.arange(number))]


@dataclass(frozen=True)
class Explainer:
    """A booster's trees as tables; `base` is its mean raw score, as LightGBM's `pred_contrib` counts it."""

    trees: list[Tree]
    base: float
    groups: int

    @classmethod
    def of(cls, booster: "Booster", group: Sequence[int], groups: int) -> "Explainer":
        """The tables of a booster of one class."""
        return cls.of_classes(booster, group, groups)[0]

    @classmethod
    def of_classes(cls, booster: "Booster", group: Sequence[int], groups: int) -> list["Explainer"]:
        """The tables of a booster whose trees are at most `DEEPEST` deep, for each of its classes.

        Args:
            booster: of one class, or of several.
            group: by feature, 0..groups-1.
            groups: how many there are.
        """
        dump = booster.dump_model()
        classes = dump["num_tree_per_iteration"]
        membership = np.eye(groups)[np.asarray(group, np.int64)]
        trees = [Tree(tree["tree_structure"], membership) for tree in dump["tree_info"]]
        each = [trees[one::classes] for one in range(classes)]
        return [cls(own, sum(tree.mean for tree in own), groups) for own in each]

    def contributions(self, features: Singles) -> Singles:
        """(rows, groups): what each group adds to the raw score of each row, above `base`."""
        result = np.zeros((len(features), self.groups), np.float32)

        def fill(start: int) -> None:
            columns = np.ascontiguousarray(features[start : start + BLOCK].T)
            for tree in self.trees:
                left = [decision.left(columns) for decision in tree.decisions]
                for piece in tree.pieces:
                    piece.add_to(result[start : start + BLOCK], left)

        with ThreadPoolExecutor(threads()) as pool:
            list(pool.map(fill, range(0, len(features), BLOCK)))
        return result


def shapley(met: Bools, share: Floats, value: float) -> Floats:
    """Shapley values of the game whose players are the conditions of a leaf: (rows, conditions).

    A coalition's worth is `value`, times the `share` of rows that meet each condition outside it, where every one
    inside it is met, else 0. The values are integrals of the game's multilinear extension (Owen 1972), whose
    polynomial Gauss-Legendre quadrature integrates exactly.
    """
    points, weights = np.polynomial.legendre.leggauss(len(share) // 2 + 1)
    beyond = met - share
    factors = share + (points[:, None, None] + 1) / 2 * beyond
    others = factors.prod(axis=2, keepdims=True) / factors
    return value * beyond * np.einsum("t,tmd->md", weights / 2, others)


def _met(condition: Condition, above: dict[Condition, Bools], left: dict[int, Bools]) -> Bools:
    """Whether it is met, from the conditions above the piece and the decisions inside it."""
    parts = [on for one, on in above.items() if one.feature == condition.feature]
    parts += [left[place] == outcome for place, outcome in condition.asked if place in left]
    return np.logical_and.reduce(parts)


def _inner(node: dict[str, Any]) -> int:
    return 0 if "leaf_value" in node else 1 + _inner(node["left_child"]) + _inner(node["right_child"])


def _count(node: dict[str, Any]) -> int:
    return node["leaf_count"] if "leaf_value" in node else node["internal_count"]


def _mean(node: dict[str, Any]) -> float:
    """The mean of its leaves over the rows that it was grown on."""
    if "leaf_value" in node:
        return node["leaf_value"]
    children = (node["left_child"], node["right_child"])
    return sum(_mean(child) * _count(child) for child in children) / _count(node)
