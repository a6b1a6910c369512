"""Where the nodes of a picture are, in pixels at its own size: by springs or by levels, no label over another.

The same input gives the same places.
"""

from collections.abc import Mapping, Sequence
from typing import Final, cast

import networkx as nx
import numpy as np
from numpy.typing import NDArray

Place = tuple[float, float]
Boxes = Mapping[str, tuple[float, float]]
"""Width and height in pixels of each node with its label, by id."""
Ends = Sequence[tuple[str, str]]
SCALE: Final = 48
"""Pixels between two tied nodes, about, before labels are moved apart."""
LEVEL: Final = (270, 120)
"""Pixels between two levels, from left to right and from top to bottom."""
_BESIDE: Final = 110
"""Pixels at least between two nodes of one level that stand side by side: the shares on their ties need room."""
_LONGEST: Final = (240.0, 170.0)
"""Pixels of a tie at most where few nodes are spread over the whole picture, across and down."""
_FEW: Final = 30
"""Up to so many nodes are laid out by distances, which shows small groups better than springs do."""
_LETTER: Final = 7.0
_LINE: Final = 30.0
"""Pixels of a label's letter and of its line; a Chinese character is twice as wide as a letter."""
_GAP: Final = 8.0
_ROUNDS: Final = 120
_TOUCH: Final = 2.0
"""Pixels by which two may overlap unseen."""


def box(label: str, size: float) -> tuple[float, float]:
    """Width and height of a node of this radius with its label below."""
    letters = sum(2 if ord(letter) > 0x2E80 else 1 for letter in label)  # noqa: PLR2004 - CJK begins here
    return max(_LETTER * letters, 2 * size) + _GAP, 2 * size + _LINE


def laid_out(
    nodes: Boxes, edges: Ends, kept: Mapping[str, Place], room: tuple[float, float] = (1000, 560)
) -> dict[str, Place]:
    """Places by springs; those in `kept` do not move, and a new node starts beside one that it is tied to.

    Args:
        nodes: how large each is.
        edges: between the ids.
        kept: where nodes were before.
        room: width and height of the picture.

    Method: Kamada and Kawai (1989) for few nodes, else Fruchterman and Reingold (1991).
    """
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)
    if kept:
        found = _beside(graph, kept)
    else:
        few = 1 < len(nodes) <= _FEW and nx.is_connected(graph)
        found = _spread(graph, nodes, room) if few else _sprung(graph, room)
    return apart(found, nodes, kept)


def _sprung(graph: "nx.Graph[str]", room: tuple[float, float]) -> dict[str, Place]:
    wide, spread = (room[0] / room[1]) ** 0.5, SCALE * max(len(graph), 4) ** 0.5
    first = nx.spring_layout(graph, seed=0, iterations=120, k=1.6 / max(len(graph), 1) ** 0.5)
    return {node: (float(x) * spread * wide, float(y) * spread / wide) for node, (x, y) in first.items()}


def _spread(graph: "nx.Graph[str]", nodes: Boxes, room: tuple[float, float]) -> dict[str, Place]:
    """By distances, the longest way across, the first node at the left, over the room that there is."""
    ring: nx.Graph[str] = nx.Graph()  # neighbours beside one another, so that a ring does not begin twisted
    ring.add_nodes_from(nx.dfs_preorder_nodes(graph))
    first = nx.kamada_kawai_layout(graph, pos=nx.circular_layout(ring))
    ids = list(nodes)
    at = np.array([first[node] for node in ids], dtype=np.float64)
    at -= at.mean(axis=0)
    at = at @ np.linalg.svd(at, full_matrices=False)[2].T
    if at[0, 0] > 0:
        at[:, 0] *= -1
    place = {node: number for number, node in enumerate(ids)}
    step = float(np.mean([np.linalg.norm(at[place[a]] - at[place[b]]) for a, b in graph.edges if a != b]))
    free = np.subtract(room, np.max([nodes[node] for node in ids], axis=0))
    scale = np.minimum(free / np.maximum(np.ptp(at, axis=0), 1e-6), np.divide(_LONGEST, step))
    return {node: (float(x), float(y)) for node, (x, y) in zip(ids, (at * scale).tolist(), strict=True)}


def _beside(graph: "nx.Graph[str]", kept: Mapping[str, Place]) -> dict[str, Place]:
    starts: dict[str, Place] = dict(kept)
    for number, node in enumerate(node for node in graph if node not in kept):
        beside = next((kept[other] for other in graph[node] if other in kept), (0.0, 0.0))
        starts[node] = (beside[0] + SCALE * (number % 7 - 3) / 2, beside[1] + SCALE * (1 + number % 5) / 2)
    found = nx.spring_layout(graph, pos=starts, fixed=list(kept), seed=0, iterations=60, k=1.5 * SCALE, scale=None)
    return {node: (float(x), float(y)) for node, (x, y) in found.items()}


def levels(nodes: Boxes, edges: Ends, centre: str, *, across: bool) -> dict[str, Place]:
    """What leads to `centre` before it, what it leads to after it, by steps: from left to right, or from top to bottom.

    Args:
        nodes: how large each is.
        edges: directed, between the ids.
        centre: a node among them.
        across: from left to right.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)
    after = cast("dict[str, int]", nx.single_source_shortest_path_length(graph, centre))
    before = cast("dict[str, int]", nx.single_source_shortest_path_length(graph.reverse(), centre))
    steps = {node: -before[node] if node in before else after.get(node, 0) for node in nodes}
    found: dict[str, Place] = {}
    beside: dict[str, float] = {}
    for level in sorted(set(steps.values()), key=lambda step: (abs(step), step)):
        row = [node for node in nodes if steps[node] == level]
        near = {node: _mean([beside[o] for o in (*graph.pred[node], *graph.succ[node]) if o in beside]) for node in row}
        row.sort(key=lambda node: (near[node], node))
        gap = max(nodes[node][across] for node in row)
        gap = gap if across else max(gap, _BESIDE)
        for number, node in enumerate(row):
            beside[node] = (number - (len(row) - 1) / 2) * gap
            found[node] = (level * LEVEL[0], beside[node]) if across else (beside[node], level * LEVEL[1])
    return apart(found, nodes, {})


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def apart(places: Mapping[str, Place], nodes: Boxes, fixed: Mapping[str, Place]) -> dict[str, Place]:
    """The places, moved until no node with its label lies on another one; those in `fixed` stay."""
    ids = list(places)
    at = np.array([places[node] for node in ids], dtype=np.float64).reshape(-1, 2)
    large = np.array([nodes[node] for node in ids], dtype=np.float64).reshape(-1, 2)
    need = (large[:, None] + large) / 2
    free = np.array([node not in fixed for node in ids])
    for _ in range(_ROUNDS):
        push = _push(at, need) * free[:, None]
        if not push.any():
            break
        at += push
    for node in np.flatnonzero(free):  # between nodes that stay there may be no way out but a leap
        if _covers(at, need, int(node), at[node]):
            at[node] = _room_near(at, need, int(node))
    moved = zip(ids, at.tolist(), strict=True)
    return {node: places[node] if node in fixed else (float(x), float(y)) for node, (x, y) in moved}


def _covers(at: NDArray[np.float64], need: NDArray[np.float64], node: int, place: NDArray[np.float64]) -> bool:
    """Whether a node at this place would lie on another one."""
    over = np.all(np.abs(at - place) < need[node] - _TOUCH, axis=1)
    over[node] = False
    return bool(over.any())


def _room_near(at: NDArray[np.float64], need: NDArray[np.float64], node: int) -> NDArray[np.float64]:
    """The nearest place where a node lies on no other."""
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    for radius in range(1, 60):
        for angle in angles:
            place = at[node] + radius * SCALE / 2 * np.array([np.cos(angle), np.sin(angle)])
            if not _covers(at, need, node, place):
                return place
    return at[node]


def _push(at: NDArray[np.float64], need: NDArray[np.float64]) -> NDArray[np.float64]:
    """Out of each overlap by its shorter way, half of it at a time."""
    away = at[:, None] - at
    depth = need - np.abs(away)
    np.fill_diagonal(depth[:, :, 0], 0.0)
    over: NDArray[np.bool_] = np.all(depth > 0, axis=2)
    flat = np.less_equal(depth[:, :, 1], depth[:, :, 0])
    along = np.stack([~flat, flat], axis=2)
    ways = np.where(away == 0, np.sign(np.arange(len(at))[:, None] - np.arange(len(at)))[:, :, None], np.sign(away))
    steps = np.where(over[:, :, None] & along, ways * depth, 0.0)
    return 0.5 * steps.sum(axis=1) / np.maximum(over.sum(axis=1), 1)[:, None]
