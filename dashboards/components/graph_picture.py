"""How parties, ties and crowds look: shape by label, colour by what the user chose, size by influence or ties."""

from collections import Counter
from collections.abc import Iterable, Mapping
from html import escape
from typing import Final

import networkx as nx
import polars as pl
import streamlit as st

from dashboards.components.charts import PALETTE
from dashboards.components.formats import day, number, percent, yuan
from dashboards.components.graph_view import Gathered, View, node_id, party
from dashboards.components.network import Edge, Node
from dashboards.components.session import code, t
from graph.access import Access
from graph.access.network import Crowd, Key, Tie
from graph.model import PARTIES

_SIGNS: Final = {"Customer": "●", "Company": "■", "Employee": "▲", "Counterparty": "◆"}
SHAPES: Final = {"Customer": "dot", "Company": "square", "Employee": "triangle", "Counterparty": "diamond"}
_PLAIN: Final = "#9aa3af"
WORDED: Final = 30
"""With more edges than this their types are said only where the pointer rests."""
_LONGEST: Final = 14
Said = Mapping[str, object]


def nodes_of(found: Gathered, view: View, access: Access) -> tuple[list[Node], dict[str, str]]:
    """The nodes of a picture, and its legend: what each colour means."""
    groups = {key: _group(key, said, view.by) for key, said in found.nodes.items()}
    if view.by == "opportunity":
        groups |= {key: t("explore.has_opportunity") for key in access.best_values(found.nodes) if key in groups}
    if view.by == "branch":
        names = dict(access.branches().select("branch_id", "name").iter_rows())
        groups = {key: names.get(group or "", group) for key, group in groups.items()}
    if view.by == "community":
        names = _communities(access, filter(None, groups.values()))
        groups = {key: names.get(group or "") for key, group in groups.items()}
    common = [group for group, _ in Counter(filter(None, groups.values())).most_common(len(PALETTE))]
    if view.by == "type":
        common = [code("label", label) for label in PARTIES]
    legend = dict(zip(common, PALETTE, strict=False))
    sizes = _sizes(found)
    nodes = [
        Node(
            node_id(key), _short(_name(key, said)), legend.get(groups[key] or "", _PLAIN), SHAPES.get(key[0], "dot"),
            sizes[key], _note(key, said),
        )
        for key, said in found.nodes.items()
    ]  # fmt: skip
    crowds = [
        Node(crowd.code, crowd_name(crowd), _PLAIN, "hexagon", 20, t("explore.crowd_note")) for crowd in found.crowds
    ]
    shown = {group: colour for group, colour in legend.items() if group in groups.values()}
    return nodes + crowds, shown


def edges_of(found: Gathered) -> list[Edge]:
    """The edges of a picture: one for all ties of the same direction between two nodes."""
    together: dict[tuple[Key, Key], list[Tie]] = {}
    for tie in found.ties:
        together.setdefault((tie.start, tie.end), []).append(tie)
    edges = [
        Edge(
            node_id(start), node_id(end),
            " · ".join(dict.fromkeys(code("tie", tie.type) for tie in ties)) if len(together) <= WORDED else "",
            "\n".join(tie_note(tie) for tie in ties),
        )
        for (start, end), ties in together.items()
    ]  # fmt: skip
    to_crowds = [
        Edge(start, end, code("tie", crowd.type), dashes=True)
        for crowd in found.crowds
        for start, end in [(node_id(crowd.of), crowd.code) if crowd.outgoing else (crowd.code, node_id(crowd.of))]
    ]
    return edges + to_crowds


def legend(found: Gathered, view: View, colours: Mapping[str, str]) -> None:
    """What colours, shapes and sizes mean."""
    labels = [label for label in PARTIES if any(key[0] == label for key in found.nodes)]
    if view.by == "type":
        parts = [_mark(_SIGNS[label], colours[code("label", label)], code("label", label)) for label in labels]
    else:
        parts = [_mark("■", colour, name) for name, colour in colours.items()]
        parts += [
            _mark("■", _PLAIN, t("explore.others")),
            *(_mark(_SIGNS[one], "", code("label", one)) for one in labels),
        ]
    if found.crowds:
        parts.append(_mark("⬢", _PLAIN, t("explore.group")))
    parts.append(_mark("", "", t("explore.sizes")))
    st.html(f'<div style="display:flex;flex-wrap:wrap;gap:2px 14px;font-size:0.85rem">{"".join(parts)}</div>')


def _mark(sign: str, colour: str, name: str) -> str:
    style = f' style="color:{colour}"' if colour else ""
    return f'<span><span{style} aria-hidden="true">{sign}</span> {escape(name)}</span>'


def crowd_name(crowd: Crowd) -> str:
    """As in "412 × employees"."""
    way = "out" if crowd.outgoing else "in"
    return t("explore.crowd", number=number(crowd.number), tie=code(f"crowd_{way}", crowd.type))


def tie_note(tie: Tie) -> str:
    """A tie in words: its type and what is known of it."""
    said = tie.properties
    parts = [code("tie", tie.type)]
    if isinstance(amount := said.get("amount", said.get("monthly_amount")), int | float):
        parts.append(yuan(float(amount)))
    if isinstance(share := said.get("share"), int | float):
        parts.append(percent(float(share)))
    if isinstance(probability := said.get("probability", said.get("confidence")), int | float):
        parts.append(percent(float(probability)))
    parts += [code("relation", str(said[name])) for name in ("kind", "role") if said.get(name)]
    if tie.begins or tie.ends:
        parts.append(f"{day(tie.begins)} – {day(tie.ends) if tie.ends else ''}".strip())
    return " ".join(parts)


def tables_of(found: Gathered, access: Access) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The same content as two tables: nodes (`node` is the id in the picture), ties."""
    places = dict(access.branches().select("branch_id", "name").iter_rows())
    names = {key: _name(key, said) for key, said in found.nodes.items()}
    branches = [_place(said, places) for said in found.nodes.values()]
    parties = [
        (code("label", key[0]), key[1], name, branch, node_id(key))
        for (key, name), branch in zip(names.items(), branches, strict=True)
    ]
    crowds = [(t("explore.crowd_label"), None, crowd_name(crowd), None, crowd.code) for crowd in found.crowds]
    columns = ("label", "id", "name", "branch_id", "node")
    nodes = pl.DataFrame(parties + crowds, schema=dict.fromkeys(columns, pl.String), orient="row")
    texts = dict.fromkeys(("from", "from_id", "tie", "to", "to_id"), pl.String)
    ties = pl.DataFrame(
        [
            (names[tie.start], tie.start[1], tie_note(tie), names[tie.end], tie.end[1], tie.begins, tie.ends)
            for tie in found.ties
        ],
        schema={**texts, "begins": pl.Date, "ends": pl.Date},
        orient="row",
    )
    return nodes, ties


def _place(said: Said, places: Mapping[str, str]) -> str | None:
    branch = said.get("branch_id")
    return None if branch is None else places.get(str(branch), str(branch))


def as_graphml(found: Gathered) -> bytes:
    """The same network as GraphML, for Gephi, yEd and the like."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for key, said in found.nodes.items():
        graph.add_node(node_id(key), label=key[0], name=_name(key, said))
    for tie in found.ties:
        dates = {name: str(value) for name, value in (("begins", tie.begins), ("ends", tie.ends)) if value}
        graph.add_edge(node_id(tie.start), node_id(tie.end), type=tie.type, **dates)
    return "\n".join(nx.generate_graphml(graph)).encode()


def _name(key: Key, said: Said) -> str:
    return str(said.get("name") or key[1])


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _group(key: Key, said: Said, by: str) -> str | None:
    match by:
        case "type":
            return code("label", key[0])
        case "branch":
            value = said.get("branch_id")
        case "industry":
            value = said.get("industry")
        case "community":
            value = said.get("community")
        case _:
            value = None
    return None if value is None else str(value)


def _communities(access: Access, codes: Iterable[str]) -> dict[str, str]:
    """A community by the name of the party that it is called after, or by a number where the user does not see it."""
    parties = {code: party(code.replace(":", "|", 1)) for code in sorted(set(codes))}
    known = access.party_names([key for key in parties.values() if key])
    named = {code: known.get(key) if key else None for code, key in parties.items()}
    return {code: t("explore.community", name=name or place) for place, (code, name) in enumerate(named.items(), 1)}


def _sizes(found: Gathered) -> dict[Key, float]:
    """By influence where the graph knows it, else by the ties shown."""
    known = {
        key: float(value)
        for key, said in found.nodes.items()
        if isinstance(value := said.get("influence"), int | float)
    }
    ties = Counter(end for tie in found.ties for end in (tie.start, tie.end))
    measures = known or {key: float(ties[key]) for key in found.nodes}
    most = max(measures.values(), default=0.0) or 1.0
    return {key: 8 + 12 * (measures.get(key, 0.0) / most) ** 0.5 for key in found.nodes}


def _note(key: Key, said: Said) -> str:
    lines = [f"{code('label', key[0])} {_name(key, said)}", key[1]]
    lines += [str(said[name]) for name in ("industry", "title", "city") if said.get(name)]
    return "\n".join(lines)
