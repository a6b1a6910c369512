"""The picture of a network: pyvis holds nodes and edges, vis-network draws them in the browser.

Nodes that were there stay where they are; nothing moves by itself. Clicks come back as node ids.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import streamlit as st
from pyvis.network import Network
from streamlit.components.v2 import component

from dashboards.components.layout import Place, box, laid_out, levels
from dashboards.components.session import t

_HTML: Final = """
<div class="bar" hidden><button class="fit" type="button"></button><button class="png" type="button"></button></div>
<div class="picture"></div>
"""
_CSS: Final = """
.picture { width: 100%; box-sizing: border-box; border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius); }
.bar:not([hidden]) { display: flex; gap: 6px; justify-content: flex-end; margin-bottom: 4px; }
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


@dataclass(frozen=True)
class Tree:
    """Drawn by levels around one node instead of by springs."""

    centre: str
    across: bool = False
    """from left to right, not from top to bottom"""


def picture(
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    *,
    key: str,
    height: int = 560,
    width: int = 1000,
    tree: Tree | None = None,
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
        width: in pixels, about: the browser stretches what is laid out for it to the width that there is.
        tree: draw it by levels.
        selected: the id of the node that is marked.
        on_click: is told the id of a clicked node, before the page runs again.
        on_open: the same for a double click.
    """
    net = built(nodes, edges, _places(key, nodes, edges, (width, height), tree))
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


def built(nodes: Sequence[Node], edges: Sequence[Edge], places: Mapping[str, Place]) -> Network:
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


def _places(
    key: str, nodes: Sequence[Node], edges: Sequence[Edge], room: tuple[float, float] = (1000, 560),
    tree: Tree | None = None,
) -> dict[str, Place]:  # fmt: skip
    """Where each node is; those that were there before stay."""
    stays = cast("dict[str, Place]", st.session_state.setdefault(f"{key}-places", {}))
    kept = {node.id: stays[node.id] for node in nodes if node.id in stays}
    if len(kept) < len(nodes):
        boxes = {node.id: box(node.label, node.size) for node in nodes}
        ends = [(edge.start, edge.end) for edge in edges]
        stays.clear()
        stays.update(
            levels(boxes, ends, tree.centre, across=tree.across) if tree else laid_out(boxes, ends, kept, room)
        )
    return {node.id: stays[node.id] for node in nodes}


def ready() -> None:
    """Have the browser load what draws pictures, on a page where one may be asked for later."""
    _readying()(key="network-ready")


@cache
def _component() -> Any:
    return component("guanxi_network", html=_HTML, css=_CSS, js=_script())


@cache
def _readying() -> Any:
    return component("guanxi_network_ready", html="<i hidden></i>", js=_script())


def _script() -> str:
    return (Path(__file__).parents[1] / "assets" / "network.js").read_text(encoding="utf-8")
