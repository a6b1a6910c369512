"""What the pages of one party have in common: which one, its properties, opportunities and money."""

from datetime import date
from html import escape
from typing import Final

import polars as pl
import streamlit as st

from dashboards.components.charts import IN, OUT, columns_by_month
from dashboards.components.formats import day, percent, yuan
from dashboards.components.frame import empty
from dashboards.components.sankey import sankey
from dashboards.components.search import search_box
from dashboards.components.session import code, go, lang, t
from dashboards.components.table import downloads, headings, named, table
from graph.access import Access, Filter, profile
from graph.access.network import Key

MONEY: Final = ("monthly_income", "aum", "registered_capital", "median_wage")
SHARES: Final = ("staff_coverage", "payroll_coverage", "wage_growth")


def chosen_party(access: Access, page: str, label: str) -> str | None:
    """The key in the link; a search above it opens another one."""
    found = search_box(access, f"{page}-search", labels=(label,), prompt=t(f"{page}.search"))
    asked = st.query_params.get("id")
    if found and found[1] != asked:
        go(page, id=found[1], **_part())
    if not asked:
        empty(f"{page}.empty")
    return asked


def _part() -> dict[str, str]:
    part = st.query_params.get("part")
    return {"part": part} if part else {}


def section(page: str, names: tuple[str, ...]) -> str:
    """Which part of the page is shown below, as the link says; only that one is worked out."""
    key, asked = f"{page}-part", st.query_params.get("part", names[0])
    if key not in st.session_state or st.session_state.get(f"{key}-written") != asked:  # a link, or the way back
        st.session_state[key] = asked if asked in names else names[0]
    chosen = str(
        st.segmented_control(
            t(f"{page}.part"), names, key=key, label_visibility="collapsed", required=True,
            format_func=lambda name: t(f"{page}.{name}"),
        )
    )  # fmt: skip
    st.session_state[f"{key}-written"] = chosen
    if chosen != asked:
        st.query_params["part"] = chosen
    return chosen


def offers(access: Access, party: Key) -> None:
    """The open opportunities of a party; a click opens one."""
    rows = access.opportunities(Filter(subject=party), size=20).rows
    st.subheader(t("opportunities.title"), anchor=False)
    if rows.is_empty():
        st.caption(t("offers.none"))
        return
    shown = rows.with_columns(
        offer=pl.Series(
            [row["product"] or code("kind", row["kind"]) for row in rows.iter_rows(named=True)], dtype=pl.String
        ),
        reason=pl.col(f"reason_{lang()}"),
    )
    columns = named("offers", {"offer": "text", "probability": "percent", "expected_value": "yuan", "reason": "text"})
    if picked := table(shown, columns, key=f"offers-{party[1]}", select="single-row"):
        go("opportunities", id=str(rows["opportunity_id"][picked[0]]))
    downloads(access, f"guanxi-offers-{party[1]}", shown, headings(columns))


def to_network(party: Key) -> None:
    """A button that opens the party in the network."""
    if st.button(t("opportunities.in_network"), key=f"network-{party[1]}"):
        go("explore", n="|".join(party))


def attributes(access: Access, said: dict[str, object], shown: tuple[str, ...]) -> None:
    """The properties that are known, one a line; a branch and a manager by name."""
    known = said | {
        name: _with_name(rows, name, said.get(name))
        for name, rows in (("branch_id", access.branches()), ("manager_id", access.managers()))
    }
    rows = [(t(f"property.{name}"), written(name, known[name])) for name in shown if known.get(name) is not None]
    cells = "".join(
        f'<tr><td style="padding-right:1rem">{escape(name)}</td><td>{escape(value)}</td></tr>' for name, value in rows
    )
    st.html(f'<table style="font-size:0.88rem;border-spacing:0 2px"><tbody>{cells}</tbody></table>')


def _with_name(rows: pl.DataFrame, column: str, key: object) -> object:
    name = rows.filter(pl.col(column) == pl.lit(key, pl.String))["name"].first()
    return key if name is None else f"{name} {key}"


def written(name: str, value: object) -> str:
    """A property's value in the form of the session's language."""
    if name in MONEY and isinstance(value, int | float):
        return yuan(float(value))
    if name in SHARES and isinstance(value, int | float):
        return percent(float(value))
    if isinstance(value, date):
        return day(value)
    return f"C{value}" if name == "risk_tolerance" else code(name, str(value))


def money_tab(access: Access, party: Key, name: str) -> None:
    """Partners as bands, months as columns, and the table behind them."""
    rows = profile.flows(access, party)
    if rows.is_empty():
        empty("flows.none")
        return
    bands, by_month = st.columns([3, 2], gap="medium")
    with bands:
        sankey(rows, name)
    series = {"money_in": (t("flows.money_in"), IN), "money_out": (t("flows.money_out"), OUT)}
    with by_month:
        columns_by_month(profile.months(access, party), series, key=f"months-{party[1]}", height=280)
    total = float(rows["amount"].sum())
    ways = pl.when("outgoing").then(pl.lit(t("flows.money_out"))).otherwise(pl.lit(t("flows.money_in")))
    shown = rows.with_columns(
        way=ways, name=pl.col("name").fill_null(t("flows.others")), share=pl.col("amount") / (total or 1.0)
    )
    columns = named(
        "flows",
        {
            "way": "text", "name": "text", "id": "text", "amount": "yuan", "share": "percent", "count": "number",
            "first_on": "date", "last_on": "date", "purpose": "text",
        },
    )  # fmt: skip
    table(shown, columns, key=f"flows-{party[1]}")
    downloads(access, f"guanxi-flows-{party[1]}", shown, headings(columns))
