"""One opportunity: what is offered to whom, why, what drives the score, what it rests on, what was decided."""

import json
from typing import Any

import polars as pl
import streamlit as st

from dashboards.components.charts import PALETTE, bars
from dashboards.components.decide import decide
from dashboards.components.formats import day, moment, number, percent, yuan
from dashboards.components.graph_picture import SHAPES
from dashboards.components.network import Edge, Node, picture
from dashboards.components.session import code, go, lang, t, to_party
from dashboards.components.table import downloads, headings, named, table
from graph.access import Access
from graph.access.network import Key

_LONGEST = 14
_EVERYBODY = ("similar", "profile")
"""Families of evidence that speak of all customers: they are no part of a picture of ties."""
_OF_COMPANIES = ("payroll_mandate", "corporate_cross_sell")
"""Kinds to which clients of the same owners are what owners are to a person."""
_NEW_HERE = ("payroll_to_retail", "company_prospect")
"""Kinds whose subjects are no customers yet: what counts is how many of the others are."""


def panel(access: Access, opportunity_id: str) -> None:
    """Draw it.

    Raises:
        UserError: there is none in the user's branches.
    """
    row = access.opportunity(opportunity_id)
    st.subheader(
        f"{row['subject_name'] or row['subject_id']} · {row['product'] or code('kind', row['kind'])}", anchor=False
    )
    st.caption(
        f"{code('kind', row['kind'])} · {code('label', row['subject_label'])} {row['subject_id']} · {_state(row)}"
    )
    figures = st.columns(3)
    figures[0].metric(t("opportunities.probability"), percent(row["probability"]))
    figures[1].metric(t("opportunities.annual_value"), yuan(row["annual_value"]))
    figures[2].metric(t("opportunities.expected_value"), yuan(row["expected_value"]))
    _priority(row)
    st.markdown(f"**{t('opportunities.why')}** {_plain(row[f'reason_{lang()}'])}")
    if row["channel"]:
        st.markdown(f"**{t('opportunities.channel')}** {code('channel', row['channel'])}")
    decide(access, lambda: [opportunity_id], key=opportunity_id, closed=row["status"] != "open")
    evidence: dict[str, Any] = json.loads(row["evidence"])
    _drivers(evidence, opportunity_id)
    _rests_on(access, row, evidence)
    _links(row)
    _history(access, opportunity_id)


def _priority(row: dict[str, Any]) -> None:
    """Its factors apart; without a value there is none."""
    if row["priority"] is None:
        return
    factors = {name: f"{row[name]:.2f}" for name in ("context", "levers")}
    shown = {"priority": yuan(row["priority"]), "probability": percent(row["probability"])}
    st.caption(_plain(t("opportunities.factors", **shown, value=yuan(row["annual_value"]), **factors)))


def _plain(text: str) -> str:
    """Text of the data is no Markdown."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]<>()#+!|~$:" else letter for letter in text)


def _state(row: dict[str, Any]) -> str:
    said = code("status", row["status"])
    if row["reason"]:
        said += f": {code('reason', row['reason'])}"
    return f"{said} → {day(row['until'])}" if row["until"] else said


def _drivers(evidence: dict[str, Any], key: str) -> None:
    """What raised and what lowered the score, where the model says so."""
    drivers: dict[str, float] = evidence.get("drivers") or {}
    if not drivers:
        return
    ordered = sorted(drivers.items(), key=lambda one: (-abs(one[1]), one[0]))
    rows = pl.DataFrame(
        [(f"{code('driver', name)} {value:+.2f}", float(value)) for name, value in ordered],
        schema={"driver": pl.String, "value": pl.Float64}, orient="row",
    )  # fmt: skip
    st.markdown(f"**{t('opportunities.drivers')}**", help=t("opportunities.drivers_help"))
    bars(
        rows, label="driver", value="value", key=f"drivers-{key}", value_title=t("opportunities.log_odds"), form="+.2f"
    )


def _rests_on(access: Access, row: dict[str, Any], evidence: dict[str, Any]) -> None:
    """The path from the subject to what supports the offer."""
    subject: Key = (row["subject_label"], row["subject_id"])
    ties = [((a, b), kind, (c, d)) for a, b, kind, c, d in evidence["relationships"]]
    keys = dict.fromkeys(
        [subject, *((label, key) for label, key in evidence["nodes"]), *(e for a, _, b in ties for e in (a, b))]
    )
    names = access.party_names(keys) | {("Product", key): name for key, name in access.products().items()}
    nodes = [_node(key, names.get(key) or key[1], marked=key == subject) for key in keys]
    kinds: dict[tuple[Key, Key], list[str]] = {}
    for start, kind, end in ties:
        kinds.setdefault((start, end), []).append(code("tie", kind))
    edges = [Edge("|".join(start), "|".join(end), " · ".join(words)) for (start, end), words in kinds.items()]
    if row["product_id"]:
        edges.append(Edge("|".join(subject), f"Product|{row['product_id']}", t("opportunities.offer"), dashes=True))
    if counted := _counted(row["kind"], evidence):
        nodes.append(Node("peers", counted, "#9aa3af", "hexagon", 18))
        edges.append(Edge("|".join(subject), "peers", t("opportunities.beside"), dashes=True, arrow=False))
        if row["product_id"] and not _banking(row["kind"], evidence):
            holds = code("tie", "HOLDS")
            edges.append(Edge("peers", f"Product|{row['product_id']}", holds, dashes=True, arrow=False))
    st.markdown(f"**{t('opportunities.rests_on')}**")
    picture(nodes, edges, key=f"evidence-{row['opportunity_id']}", height=280, width=480)
    _steps(access, row["opportunity_id"], nodes, edges)


def _counted(kind: str, evidence: dict[str, Any]) -> str | None:
    """How many of the colleagues, relatives or partners, where the evidence counts any."""
    family, counts = evidence["family"], evidence["counts"]
    holders, peers = number(counts["holders"]), number(counts["peers"])
    if not counts["peers"] or family in _EVERYBODY:
        return None
    if kind == "company_prospect" and family != "staff":  # only clients were counted
        return t("opportunities.clients", holders=holders)
    words = "banking" if _banking(kind, evidence) else "holding"
    group = family == "owners" and kind in _OF_COMPANIES
    return t(f"opportunities.{words}", holders=holders, peers=peers, who=t("who_group" if group else f"who_{family}"))


def _banking(kind: str, evidence: dict[str, Any]) -> bool:
    """Whether those counted bank here; else they hold what is offered."""
    return kind in _NEW_HERE or evidence["family"] == "staff"


def _steps(access: Access, key: str, nodes: list[Node], edges: list[Edge]) -> None:
    """The same ties as a table."""
    names = {node.id: node.note.partition("\n")[0] or node.label for node in nodes}
    ends = ("from", "tie", "to")
    rows = pl.DataFrame([(names[e.start], e.label, names[e.end]) for e in edges], schema=list(ends), orient="row")
    columns = named("explore", dict.fromkeys(ends, "text"))
    table(rows, columns, key=f"steps-{key}")
    downloads(access, f"guanxi-evidence-{key}", rows, headings(columns))


def _node(key: Key, name: str, *, marked: bool) -> Node:
    colours: dict[str, str] = dict(
        zip(("Customer", "Company", "Employee", "Counterparty", "Product"), PALETTE, strict=False)
    )
    shown = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
    shape = SHAPES.get(key[0], "star" if key[0] == "Product" else "dot")
    return Node(
        "|".join(key), shown, colours.get(key[0], PALETTE[-1]), shape, 18 if marked else 12, f"{name}\n{key[1]}"
    )


def _links(row: dict[str, Any]) -> None:
    with st.container(horizontal=True):
        if st.button(t("opportunities.in_network"), key="to-network"):
            go("explore", n=f"{row['subject_label']}|{row['subject_id']}")
        to_party((row["subject_label"], row["subject_id"]))


def _history(access: Access, opportunity_id: str) -> None:
    said = access.history(opportunity_id)
    for one in said.reverse().iter_rows(named=True):
        words = t("decide.said", who=one["decided_by"], when=moment(one["decided_at"]), what=_state(one))
        st.caption(_plain(words + (f" · {t('decide.assigned', manager=one['assignee'])}" if one["assignee"] else "")))
