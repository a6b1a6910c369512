"""Company 企业: staff and how far they bank here, payroll, owners, supply chain, money, product gaps, opportunities."""

from typing import Final

import polars as pl
import streamlit as st

from dashboards.components.charts import PALETTE, bars, columns_by_month
from dashboards.components.formats import number, percent, share
from dashboards.components.frame import empty, frame
from dashboards.components.graph_picture import SHAPES
from dashboards.components.network import Edge, Node, Tree, picture
from dashboards.components.part import part
from dashboards.components.party import attributes, chosen_party, money_tab, offers, section, to_network
from dashboards.components.session import code, go, t
from dashboards.components.table import downloads, filled, headings, named, table
from graph.access import Access, company
from graph.access.network import Key

SHOWN: Final = (
    "credit_code", "industry", "size", "registered_capital", "city", "client_since", "branch_id", "manager_id",
    "group_size", "median_wage", "wage_growth", "payroll_coverage", "payroll_bank", "supply_core",
)  # fmt: skip
TALL = 400
"""Of the payroll's columns, beside a table of a year; pixels."""
LOW, HIGH, ROOM = 400, 920, 30
"""Of a picture of ties: least and greatest height, and what each node adds to it; pixels."""
_COLOURS: Final = {"Customer": PALETTE[0], "Company": PALETTE[1], "Employee": PALETTE[2], "Counterparty": PALETTE[3]}


def show() -> None:
    """Draw the page."""
    access = frame("company")
    key = chosen_party(access, "company", "Company")
    if not key:
        return
    party: Key = ("Company", key)
    said = access.party(*party)
    left, right = st.columns([1, 2], gap="medium")
    with left:
        st.subheader(str(said.get("name") or key), anchor=False)
        attributes(access, said, SHOWN)
        to_network(party)
    with right:
        offers(access, party)
        _funnel(access, key)
    _section(key, str(said.get("name") or key))


@part
def _section(access: Access, key: str, name: str) -> None:
    match section("company", ("payroll", "owners", "supply", "money", "gaps")):
        case "owners":
            _owners(access, key)
        case "supply":
            _ties(access, company.supply(access, key), "supply", key)
        case "money":
            money_tab(access, ("Company", key), name)
        case "gaps":
            _gaps(access, key)
        case _:
            _payroll(access, key)


def _funnel(access: Access, key: str) -> None:
    st.subheader(t("company.funnel"), anchor=False)
    steps = company.funnel(access, key)
    if not steps["staff"]:
        st.caption(t("company.no_staff"))
        return
    rows = pl.DataFrame(
        [(t(f"company.step_{name}"), count, share(count, steps["staff"])) for name, count in steps.items()],
        schema={"step": pl.String, "number": pl.Int64, "of_staff": pl.Float64}, orient="row",
    )  # fmt: skip
    columns = named("company", {"step": "text", "number": "number", "of_staff": "percent"})
    left, right = st.columns([3, 2], gap="small")
    with left:
        bars(rows, label="step", value="number", key=f"funnel-{key}", value_title=t("company.persons"))
    with right:
        table(rows, columns, key=f"funnel-table-{key}")
    downloads(access, f"guanxi-staff-{key}", rows, headings(columns))


def _payroll(access: Access, key: str) -> None:
    rows = company.payroll_months(access, key)
    if rows.is_empty():
        empty("company.no_payroll")
        return
    left, right = st.columns([3, 2], gap="medium")
    with left:
        series = {"amount": (t("company.amount"), PALETTE[0])}
        columns_by_month(rows, series, key=f"payroll-{key}", height=TALL)
    columns = named("company", {"month": "text", "amount": "yuan", "payees": "number"})
    shown = rows.sort("month", descending=True).with_columns(pl.col("month").dt.strftime("%Y-%m"))
    with right:
        table(shown, columns, key=f"payroll-table-{key}")
        downloads(access, f"guanxi-payroll-{key}", shown, headings(columns))


def _owners(access: Access, key: str) -> None:
    found = company.candidates(access, key)
    if len(found):
        st.caption(t("company.candidates_note"))
        columns = named("company", {"name": "text", "id": "text", "share": "percent"})
        table(found, columns, key=f"candidates-{key}")
        downloads(access, f"guanxi-candidate-owners-{key}", found, headings(columns))
    _ties(access, company.ownership(access, key), "owners", key)


def _ties(access: Access, ties: pl.DataFrame, name: str, key: str) -> None:
    """A tree of ties as a picture, and as a table."""
    if ties.is_empty():
        empty(f"company.no_{name}")
        return
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    for row in ties.iter_rows(named=True):
        ends = [_node(row[f"{end}_label"], row[f"{end}_id"], row[f"{end}_name"], key) for end in ("from", "to")]
        nodes |= {node.id: node for node in ends}
        words = percent(row["share"]) if row["share"] is not None else ""
        edges.append(Edge(ends[0].id, ends[1].id, words))
    centre = f"Company|{key}"
    height = min(max(LOW, ROOM * len(nodes)), HIGH)
    picture(
        list(nodes.values()), edges, key=f"{name}-{key}", height=height, selected=centre, on_open=_open,
        tree=Tree(centre, across=name == "supply"),
    )  # fmt: skip
    kinds = {end: pl.Series([code("label", label) for label in ties[f"{end}_label"]]) for end in ("from", "to")}
    columns = named(
        "company",
        {
            "from": "text",
            "from_name": "text",
            "from_id": "text",
            "to_name": "text",
            "to_id": "text",
            "share": "percent",
        },
    )
    shown = ties.with_columns(**kinds)
    columns = filled(columns, shown, "share")
    table(shown, columns, key=f"{name}-table-{key}")
    downloads(access, f"guanxi-{name}-{key}", shown, headings(columns))


def _open(node: str) -> None:
    label, _, key = node.partition("|")
    if label in ("Company", "Customer"):
        go(label.lower(), id=key)


def _node(label: str, key: str, name: str, centre: str) -> Node:
    size = 18 if (label, key) == ("Company", centre) else 12
    return Node(f"{label}|{key}", name, _COLOURS[label], SHAPES[label], size, f"{code('label', label)} {name}\n{key}")


def _gaps(access: Access, key: str) -> None:
    own, staff = st.columns(2, gap="medium")
    with own:
        st.subheader(t("company.own_gaps"), anchor=False)
        rows = _categories(company.gaps(access, key))
        columns = named("company", {"product": "text", "category": "text", "annual_value": "yuan"})
        table(rows, columns, key=f"gaps-{key}")
        downloads(access, f"guanxi-gaps-{key}", rows, headings(columns))
    with staff:
        st.subheader(t("company.staff_gaps"), anchor=False)
        rows = _categories(company.staff_gaps(access, key).filter(pl.col("customers") > 0))
        if rows.is_empty():
            st.caption(t("company.no_staff_here"))
            return
        st.caption(t("company.of_customers", number=number(rows["customers"][0])))
        columns = named("company", {"product": "text", "category": "text", "holders": "number", "lacking": "number"})
        table(rows, columns, key=f"staff-gaps-{key}")
        downloads(access, f"guanxi-staff-gaps-{key}", rows, headings(columns))


def _categories(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(category=pl.Series([code("category", name) for name in rows["category"]], dtype=pl.String))


show()
