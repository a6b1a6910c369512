"""Ties along which decisions spread: circles (all through their total, never as pairs) and links."""

from typing import Protocol

import numpy as np

from demo.columns import Bools, Floats, Ints


class Tie(Protocol):
    """Something through which one sees what others do."""

    def add(self, pull: float, does: Bools, score: Floats) -> None:
        """Adds `pull` times the share of one's peers who do it to the score."""
        ...


class Circle:
    """A company's staff, a household: everyone sees the share of the other members."""

    def __init__(self, group: Ints) -> None:
        self.members = np.flatnonzero(group >= 0)
        _, self.group = np.unique(group[self.members], return_inverse=True)
        self.peers = np.maximum(np.bincount(self.group) - 1, 1).astype(np.float32)

    def add(self, pull: float, does: Bools, score: Floats) -> None:
        """See `Tie`; one's own doing counts too, which does not matter as long as only those who don't decide."""
        if len(self.members):
            totals = np.bincount(self.group[does[self.members]], minlength=len(self.peers))
            score[self.members] += (pull * totals / self.peers).astype(np.float32)[self.group]


class Links:
    """Who pays whom, who supplies whom: both ends see each other."""

    def __init__(self, source: Ints, target: Ints, size: int) -> None:
        self.near = np.concatenate([source, target])
        self.far = np.concatenate([target, source])
        self.degree = np.maximum(np.bincount(self.near, minlength=size), 1).astype(np.float32)

    def add(self, pull: float, does: Bools, score: Floats) -> None:
        """See `Tie`."""
        totals = np.bincount(self.near[does[self.far]], minlength=len(self.degree))
        score += (pull * totals / self.degree).astype(np.float32)
