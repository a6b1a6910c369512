"""Explore 关系图谱: search a party, walk through its network."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import streamlit as st

from dashboards.components import graph_picture as drawing
from dashboards.components.formats import DAY, number, percent, yuan
from dashboards.components.frame import empty, frame
from dashboards.components.graph_view import COLOURS, Gathered, View, gathered, is_crowd, node_id, party
from dashboards.components.network import as_page, picture
from dashboards.components.part import part
from dashboards.components.party import attributes
from dashboards.components.search import search_box
from dashboards.components.session import code, go, t, to_party
from dashboards.components.table import downloads, headings, named, table
from graph.access import Access, Filter
from graph.access.network import types

KEY = "explore-picture"
SHOWN = (
    "industry", "size", "segment", "title", "occupation", "city", "client_since", "since", "hired_on", "aum",
    "branch_id", "manager_id",
)  # fmt: skip
MANY, LOW, TALL, WIDTH = 60, 560, 720, 960
"""With more nodes than `MANY` the picture is taller; heights and usual width in pixels."""


def show() -> None:
    """Draw the page."""
    frame("explore")
    _network()


@part
def _network(access: Access) -> None:
    view = View.of_link()
    _search(access, view)
    if not view.n:
        empty("explore.empty")
        return
    _controls(view)
    found = gathered(access, view)
    if not found.nodes:
        empty("explore.nothing")
        return
    left, right = st.columns([3, 1], gap="medium")
    with left:
        _draw(access, view, found)
    with right:
        _panel(access, view, found)
    _tables(access, view, found)


def _search(access: Access, view: View) -> None:
    one, other = st.columns(2)
    with one:
        chosen = search_box(access, "explore-search")
        if chosen and node_id(chosen) != view.n:
            go("explore", **View(node_id(chosen)).link())
    with other:
        second = search_box(access, "explore-other", prompt=t("explore.connect")) if view.n else None
        if second and node_id(second) != view.to:
            go("explore", **replace(view, to=node_id(second)).link())


def _controls(view: View) -> None:
    """What the link says, and what changes it before the picture is drawn."""
    keys = {name: f"{name}-{view.n}" for name in ("types", "by", "since", "until")}
    said = (list(view.chosen), view.by, *(date.fromisoformat(end) if end else None for end in (view.since, view.until)))
    st.session_state.update(zip(keys.values(), said, strict=True))

    def follow() -> None:
        types_on, by, since, until = (st.session_state[key] for key in keys.values())
        off = tuple(name for name in types() if name not in types_on)
        replace(view, off=off, by=by, since=str(since or ""), until=str(until or "")).remember()

    st.pills(
        t("explore.types"), types(), selection_mode="multi", key=keys["types"], on_change=follow,
        format_func=lambda name: code("tie", name), label_visibility="collapsed",
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            t("explore.colour"), COLOURS, width=170, key=keys["by"], on_change=follow,
            format_func=lambda name: t(f"explore.by_{name}"),
        )  # fmt: skip
        for end in ("since", "until"):
            st.date_input(t(f"explore.{end}"), value=None, width=130, key=keys[end], on_change=follow, format=DAY)


def _draw(access: Access, view: View, found: Gathered) -> None:
    nodes, colours = drawing.nodes_of(found, view, access)
    drawing.legend(found, view, colours)
    height = TALL if len(nodes) > MANY else LOW
    picture(
        nodes, drawing.edges_of(found), key=KEY, height=height, width=WIDTH,
        selected=st.session_state.get("explore-node", view.n),
        on_click=_select, on_open=lambda node: view.toggled(node).remember(),
    )  # fmt: skip
    if found.full:
        st.caption(t("explore.full", most=number(len(found.nodes))))


def _select(node: str) -> None:
    st.session_state["explore-node"] = node


def _panel(access: Access, view: View, found: Gathered) -> None:
    """The chosen node: what it is, what can be done with it."""
    shown = {node_id(key) for key in found.nodes} | {crowd.code for crowd in found.crowds}
    chosen = st.session_state.get("explore-node")
    node = chosen if chosen in shown else view.n
    if is_crowd(node):
        crowd = next(crowd for crowd in found.crowds if crowd.code == node)
        st.subheader(drawing.crowd_name(crowd), anchor=False)
        _button("open" if node not in view.o else "close", lambda: view.toggled(node).remember())
        _button("hide", lambda: replace(view, h=(*view.h, node)).remember())
        return
    key = party(node)
    if key is None or key not in found.nodes:
        return
    said = found.nodes[key]
    st.subheader(str(said.get("name") or key[1]).replace("*", r"\*"), anchor=False)
    st.caption(f"{code('label', key[0])} · {key[1]}")
    attributes(access, said, SHOWN)
    with st.container(horizontal=True):
        if node != view.n:
            _button("collapse" if node in view.x else "expand", lambda: view.toggled(node).remember())
            _button("hide", lambda: replace(view, h=(*view.h, node)).remember())
            _button("centre", lambda: View(node, by=view.by).remember())
        if view.h:
            _button("show_hidden", lambda: replace(view, h=()).remember())
        to_party(key)
    _offers(access, key)


def _button(name: str, act: Callable[[], None]) -> None:
    st.button(t(f"explore.{name}"), key=f"explore-{name}", on_click=act)


def _offers(access: Access, key: tuple[str, str]) -> None:
    found = access.opportunities(Filter(subject=key), size=5).rows
    if found.is_empty():
        return
    st.markdown(f"**{t('opportunities.title')}**")
    with st.container(gap=None):
        for row in found.iter_rows(named=True):
            name = row["product"] or code("kind", row["kind"])
            label = f"{name} · {percent(row['probability'])} · {yuan(row['expected_value'])}"
            if st.button(label, key=f"offer-{row['opportunity_id']}", type="tertiary"):
                go("opportunities", id=row["opportunity_id"])


def _tables(access: Access, view: View, found: Gathered) -> None:
    nodes, ties = drawing.tables_of(found, access)
    tabs = st.tabs([t("explore.nodes", number=len(nodes)), t("explore.ties", number=len(ties))])
    for tab, name, rows in zip(tabs, ("nodes", "ties"), (nodes, ties), strict=True):
        with tab:
            shown = [column for column in rows.columns if column != "node"]
            columns = named("explore", {column: "date" if column in ("begins", "ends") else "text" for column in shown})
            select = "single-row" if name == "nodes" else None
            picked = table(rows, columns, key=f"explore-{name}-{hash(view)}", height=280, select=select)
            if name == "nodes":
                _by_table(rows["node"][picked[0]] if picked else None)
            with st.container(horizontal=True):
                downloads(access, f"guanxi-{name}", rows, headings(columns))
                if access.user.may("export") and name == "nodes":
                    _files(access, view, found)


def _by_table(node: str | None) -> None:
    """Who has no mouse chooses a node in the table; what is chosen in the picture afterwards counts."""
    if node != st.session_state.get("explore-row"):
        st.session_state["explore-row"] = node
        if node:
            _select(node)
            st.rerun()


def _files(access: Access, view: View, found: Gathered) -> None:
    def page() -> bytes:
        access.exported("dashboard: network.html", len(found.nodes))
        return html().encode()

    def graphml() -> bytes:
        access.exported("dashboard: network.graphml", len(found.nodes))
        return drawing.as_graphml(found)

    html = as_page(drawing.nodes_of(found, view, access)[0], drawing.edges_of(found), KEY)
    st.download_button(t("explore.page"), page, file_name="guanxi.html", mime="text/html", on_click="ignore")
    st.download_button("GraphML", graphml, file_name="guanxi.graphml", mime="application/xml", on_click="ignore")


show()
