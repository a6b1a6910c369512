"""The picture of a network: pyvis holds nodes and edges, NetworkX lays them out, vis-network draws them in the browser.

Nodes that were there stay where they are; nothing moves by itself. Clicks come back as node ids.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import networkx as nx
import streamlit as st
from pyvis.network import Network
from streamlit.components.v2 import component

from dashboards.components.session import t

SCALE: Final = 90
"""Pixels between two tied nodes, about."""
_HTML: Final = """
<div class="bar"><button class="fit" type="button"></button><button class="png" type="button"></button></div>
<div class="picture" role="img"></div>
"""
_CSS: Final = """
.picture { width: 100%; border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius); }
.bar { display: flex; gap: 6px; justify-content: flex-end; margin-bottom: 4px; }
.bar button { font: inherit; font-size: 12px; padding: 1px 8px; cursor: pointer; color: var(--st-text-color);
  background: var(--st-secondary-background-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius); }
.bar button:focus-visible { outline: 2px solid var(--st-primary-color); }
div.vis-tooltip { position: absolute; visibility: hidden; padding: 4px 8px; white-space: pre; font-size: 12px;
  pointer-events: none; z-index: 5; color: var(--st-text-color); background: var(--st-secondary-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius); }
"""
_CALLS_OUT = re.compile(r"<(link|script)[^>]*?(?:href|src)\s*=\s*[\"']?(?:https?:)?//.*?(?:/>|</\1>)", re.DOTALL)


@dataclass(frozen=True)
class Node:
    """One node of a picture."""

    id: str
    label: str
    color: str
    shape: str = "dot"
    size: float = 12
    note: str = ""
    """shown when the pointer rests on it"""


@dataclass(frozen=True)
class Edge:
    """One edge of a picture."""

    start: str
    end: str
    label: str = ""
    note: str = ""
    dashes: bool = False
    arrow: bool = True


def picture(
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    *,
    key: str,
    height: int = 560,
    selected: str | None = None,
    on_click: Callable[[str], None] | None = None,
    on_open: Callable[[str], None] | None = None,
) -> None:
    """Show a network; nodes keep their places as long as `key` is the same.

    Args:
        nodes: with ids of their own.
        edges: between them.
        key: names the picture in the page.
        height: in pixels.
        selected: the id of the node that is marked.
        on_click: is told the id of a clicked node, before the page runs again.
        on_open: the same for a double click.
    """
    net = built(nodes, edges, _places(key, nodes, edges))
    texts = {name: t(f"network.{name}") for name in ("fit", "png", "fault")}
    label = t("network.label", nodes=len(nodes), edges=len(edges))
    data = {
        "nodes": net.nodes, "edges": [edge | {"id": number} for number, edge in enumerate(net.edges)],
        "selected": selected, "height": height, "texts": texts | {"label": label},
    }  # fmt: skip
    _component()(
        data=data, key=key, on_clicked_change=_told(key, "clicked", on_click),
        on_opened_change=_told(key, "opened", on_open),
    )  # fmt: skip


def _told(key: str, name: str, act: Callable[[str], None] | None) -> Callable[[], None]:
    def callback() -> None:
        said: Any = st.session_state.get(key) or {}
        if act and (node := said.get(name)):
            act(str(node))

    return callback


def built(nodes: Sequence[Node], edges: Sequence[Edge], places: Mapping[str, tuple[float, float]]) -> Network:
    """The same network in pyvis, with its places, for the picture and for a page of its own."""
    net = Network(directed=True, height="720px", width="100%", cdn_resources="in_line", notebook=False)
    net.toggle_physics(status=False)
    for node in nodes:
        x, y = places[node.id]
        net.add_node(
            node.id, label=node.label, color=node.color, shape=node.shape, size=node.size, title=node.note or None,
            x=round(x, 1), y=round(y, 1), physics=False,
        )  # fmt: skip
    pairs = {(edge.start, edge.end) for edge in edges}
    for edge in edges:
        more: dict[str, Any] = {} if edge.arrow else {"arrows": ""}
        if (edge.end, edge.start) in pairs:  # there and back: bent, so that both are seen
            more["smooth"] = {"enabled": True, "type": "curvedCW", "roundness": 0.2}
        net.add_edge(edge.start, edge.end, label=edge.label, title=edge.note or None, dashes=edge.dashes, **more)
    return net


def as_page(nodes: Sequence[Node], edges: Sequence[Edge], key: str) -> Callable[[], str]:
    """What makes a page by pyvis that asks for nothing from anywhere, of nodes where they are now."""
    places = _places(key, nodes, edges)
    return lambda: _CALLS_OUT.sub("", built(nodes, edges, places).generate_html(notebook=False))


def _places(key: str, nodes: Sequence[Node], edges: Sequence[Edge]) -> dict[str, tuple[float, float]]:
    """Where each node is; those that were there before stay."""
    stays = cast("dict[str, tuple[float, float]]", st.session_state.setdefault(f"{key}-places", {}))
    kept = {node.id: stays[node.id] for node in nodes if node.id in stays}
    if len(kept) < len(nodes):
        stays.clear()
        stays.update(laid_out([node.id for node in nodes], [(edge.start, edge.end) for edge in edges], kept))
    return {node.id: stays[node.id] for node in nodes}


def laid_out(
    nodes: Sequence[str], edges: Sequence[tuple[str, str]], kept: Mapping[str, tuple[float, float]]
) -> dict[str, tuple[float, float]]:
    """Places in pixels by Fruchterman and Reingold's springs; those in `kept` do not move; the same for the same input.

    A new node starts beside one that it is tied to.
    """
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)
    if not kept:
        first = nx.spring_layout(graph, seed=0, iterations=120, k=1.6 / max(len(nodes), 1) ** 0.5)
        spread = SCALE * max(len(nodes), 4) ** 0.5
        return {node: (float(x) * spread, float(y) * spread) for node, (x, y) in first.items()}
    starts: dict[str, tuple[float, float]] = dict(kept)
    for number, node in enumerate(node for node in nodes if node not in kept):
        beside = next((kept[other] for other in graph[node] if other in kept), (0.0, 0.0))
        starts[node] = (beside[0] + SCALE * (number % 7 - 3) / 3, beside[1] + SCALE * (1 + number % 5) / 3)
    found = nx.spring_layout(graph, pos=starts, fixed=list(kept), seed=0, iterations=60, k=SCALE, scale=None)
    return {node: (float(x), float(y)) for node, (x, y) in found.items()}


@cache
def _component() -> Any:
    script = Path(__file__).parents[1] / "assets" / "network.js"
    return component("guanxi_network", html=_HTML, css=_CSS, js=script.read_text(encoding="utf-8"))
