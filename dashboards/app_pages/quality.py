"""Data quality 数据质量: what the last load read, what it rejected, and how that changed over the loads."""

from datetime import datetime

import altair as alt
import polars as pl
import streamlit as st

from dashboards.components.charts import shown
from dashboards.components.formats import moment, number, percent, share
from dashboards.components.frame import empty, frame
from dashboards.components.part import part
from dashboards.components.session import code, lang, t
from dashboards.components.table import Form, downloads, headings, named, table
from graph.access import Access
from graph.access import quality as loads
from texts import say

WORST = 12


def show() -> None:
    """Draw the page."""
    access = frame("quality")
    tables = loads.tables(access)
    _figures(access, tables)
    _loads(tables)


@part
def _loads(access: Access, tables: pl.DataFrame) -> None:
    """The tables of the load, and more about the chosen one."""
    left, right = st.columns([2, 1], gap="medium")
    with left:
        chosen = _tables(access, tables)
    with right:
        _trend(access, chosen)
    columns, rejects, sources = st.tabs([t("quality.columns"), t("quality.rejects"), t("quality.sources")])
    with columns:
        _columns(access, chosen)
    with rejects:
        _rejects(access, chosen)
    with sources:
        _sources(access)


def _figures(access: Access, tables: pl.DataFrame) -> None:
    rows, rejected = (int(tables[name].sum()) for name in ("rows", "rejected"))
    manifest = access.snapshot.manifest
    figures = (
        ("rows", number(rows)),
        ("rejected", number(rejected)),
        ("rate", percent(share(rejected, rows), 2)),
        ("tables", number(len(tables))),
        ("loaded", moment(datetime.fromisoformat(manifest["created_at"]))),
    )
    for column, (name, value) in zip(st.columns(len(figures)), figures, strict=True):
        column.metric(t(f"quality.{name}"), value)
    for key, values in manifest["notes"]:
        st.caption(say(str(key), lang(), **values))


def _tables(access: Access, tables: pl.DataFrame) -> str:
    worded = tables.with_columns(
        name=pl.Series([code("table", name) for name in tables["table"]], dtype=pl.String),
        rules=pl.Series([_rules(broken) for broken in tables["rules"].to_list()], dtype=pl.String),
    )
    columns = named(
        "quality", {"name": "text", "rows": "number", "rejected": "number", "rate": "percent", "rules": "widest"}
    )
    picked = table(worded, columns, key="quality-tables", select="single-row")
    downloads(access, "guanxi-quality", worded, headings(columns))
    worst = tables.sort("rejected", "table", descending=[True, False])["table"][0]
    return str(tables["table"][picked[0]]) if picked else str(worst)


def _rules(broken: list[str]) -> str:
    parts = [one.partition(":") for one in broken]
    return ", ".join(f"{code('rule', rule)} {number(int(times))}" for rule, _, times in parts)


def _trend(access: Access, chosen: str) -> None:
    rows = loads.trend(access).filter(table=chosen)
    st.subheader(t("quality.trend", table=code("table", chosen)), anchor=False)
    if len(rows) < 2:  # noqa: PLR2004 - one load is no trend
        empty("quality.one_load")
    else:
        for name in ("rows", "rejected"):
            _line(rows, name, chosen)
    columns = named(
        "quality", {"version": "text", "loaded": "text", "rows": "number", "rejected": "number", "rate": "percent"}
    )
    loaded = pl.Series([moment(datetime.fromisoformat(each)) for each in rows["loaded"]], dtype=pl.String)
    worded = rows.with_columns(loaded=loaded)
    table(worded, columns, key=f"trend-{chosen}")
    downloads(access, f"guanxi-trend-{chosen}", worded, headings(columns))


def _line(rows: pl.DataFrame, name: str, chosen: str) -> None:
    """One count over the loads."""
    title = t(f"quality.{name}")
    points = rows.select("version", value=name)
    chart = alt.Chart(alt.Data(values=points.to_dicts())).mark_line(point=True).encode(
        x=alt.X("version:O", title=t("quality.version"), axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("value:Q", title=title, axis=alt.Axis(tickCount=3, format=",.0f")),
        tooltip=[
            alt.Tooltip("version:O", title=t("quality.version")), alt.Tooltip("value:Q", title=title, format=",.0f"),
        ],
    )  # fmt: skip
    shown(chart.properties(height=140), f"trend-{name}-{chosen}")


def _columns(access: Access, chosen: str) -> None:
    found = loads.columns(access, chosen)
    rows = found.with_columns(type=pl.Series([code("type", name) for name in found["type"]], dtype=pl.String))
    st.caption(t("quality.of_table", table=code("table", chosen)))
    columns = named(
        "quality",
        {"column": "text", "type": "text", "share": "progress", "distinct": "number", "low": "text", "high": "text"},
    )
    table(rows, columns, key=f"columns-{chosen}")
    downloads(access, f"guanxi-columns-{chosen}", rows, headings(columns))


def _rejects(access: Access, chosen: str) -> None:
    st.caption(t("quality.of_table", table=code("table", chosen)))
    if access.user.branches is not None:
        empty("quality.not_in_scope")
        return
    rows = loads.rejects(access, chosen)
    if rows.is_empty():
        empty("quality.no_rejects")
        return
    rules = rows.group_by("rule").len("number").sort("number", descending=True).head(WORST)
    st.caption(" · ".join(f"{code('rule', rule)} {number(count)}" for rule, count in rules.iter_rows()))
    forms: dict[str, Form] = {name: "number" if name == "line" else "text" for name in rows.columns[1:]}
    columns = named("quality", forms)
    words = {rule: code("rule", rule) for rule in rows["rule"].unique()}
    rows = rows.with_columns(pl.col("rule").replace(words))
    table(rows.head(500), columns, key=f"rejects-{chosen}-{access.unmask}")
    downloads(access, f"guanxi-rejects-{chosen}", rows, headings(columns))


def _sources(access: Access) -> None:
    manifest = access.snapshot.manifest
    named_mode = code("mode", manifest["mode"])
    st.caption(t("quality.lineage", mode=named_mode, version=manifest["version"], id=manifest["id"]))
    rows = loads.sources(access)
    columns = named("quality", {"file": "text", "bytes": "number", "encoding": "text", "sha256": "text"})
    table(rows, columns, key="sources")
    downloads(access, "guanxi-sources", rows, headings(columns))


show()
