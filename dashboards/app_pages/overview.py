"""Overview 总览: what there is, what is worth doing today, down from head office to a manager."""

from typing import Final

import polars as pl
import streamlit as st

from dashboards.components.charts import bars
from dashboards.components.formats import number, percent, share, yuan
from dashboards.components.frame import empty, frame
from dashboards.components.part import part
from dashboards.components.session import code, go, t
from dashboards.components.table import Form, downloads, headings, named, table
from graph.access import Access, Filter
from graph.access.overview import path

COLUMNS: Final[dict[str, Form]] = {
    "unit": "text", "customers": "number", "clients": "number", "staff_here": "percent", "opportunities": "number",
    "new": "number", "expected_value": "yuan",
}  # fmt: skip


def show() -> None:
    """Draw the page."""
    access = frame("overview")
    branches = access.branches()
    at = st.query_params.get("branch")
    at = at if at in branches["branch_id"].to_list() else None
    units = access.units(at)
    if units.is_empty():
        empty("overview.empty")
        return
    _figures(units)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _drill(units, branches, at)
    with right:
        _kinds(access, at)
        _quality(access)


def _figures(units: pl.DataFrame) -> None:
    sums = {
        name: float(value or 0)
        for name, value in units.select(pl.col(pl.Int64, pl.Float64).sum()).row(0, named=True).items()
    }
    shown = (
        ("customers", number(sums["customers"])),
        ("clients", number(sums["clients"])),
        ("staff_here", percent(share(sums["staff_here"], sums["staff"]))),
        ("payrolls_here", percent(share(sums["payrolls_here"], sums["employers"]))),
        ("opportunities", number(sums["opportunities"])),
        ("new", number(sums["new"])),
        ("expected_value", yuan(sums["expected_value"])),
    )
    for column, (name, value) in zip(st.columns(len(shown)), shown, strict=True):
        column.metric(t(f"overview.{name}"), value, help=t(f"overview.{name}_help"))


@part
def _drill(access: Access, units: pl.DataFrame, branches: pl.DataFrame, at: str | None) -> None:
    """Expected value by unit; a click goes one level down, the path above leads back."""
    with st.container(horizontal=True, gap="small"):
        steps = [("", t("overview.whole_bank")), *path(branches, at)]
        for place, (branch, name) in enumerate(steps):
            last = place == len(steps) - 1
            if st.button(name, key=f"to-{branch}", type="tertiary", disabled=last) and not last:
                go("overview", **({"branch": branch} if branch else {}))
    shown = units.with_columns(name=pl.coalesce("name", "id", pl.lit(t("overview.own"))))
    chosen = bars(
        shown.head(15), label="name", value="expected_value", key=f"units-{at}", clickable=True,
        value_title=t("table.yuan", heading=t("overview.expected_value")),
    )  # fmt: skip
    if chosen is not None:
        _open(units.row(chosen, named=True))
    columns = named("units", COLUMNS)
    coverage = pl.when(pl.col("staff") > 0).then(pl.col("staff_here") / pl.col("staff"))
    rows = shown.with_columns(unit="name", staff_here=coverage)
    if picked := table(rows, columns, key=f"units-table-{at}", select="single-row"):
        _open(units.row(picked[0], named=True))
    downloads(access, "guanxi-units", rows, headings(columns))


def _open(unit: dict[str, str | None]) -> None:
    if unit["level"] == "branch":
        go("overview", branch=str(unit["id"]))
    if unit["level"] == "manager":
        go("opportunities", f=Filter(managers=(str(unit["id"]),)).text())


def _kinds(access: Access, at: str | None) -> None:
    st.subheader(t("overview.by_kind"), anchor=False)
    chosen = Filter(branches=(at,) if at else ())
    found = access.opportunity_groups(chosen, ["kind"])
    if found.is_empty():
        empty("overview.no_opportunities")
        return
    kinds = pl.Series([code("kind", kind) for kind in found["kind"]], dtype=pl.String)
    rows = found.with_columns(kind=kinds, opportunities="number")
    columns = named("overview", {"kind": "text", "opportunities": "number", "expected_value": "yuan"})
    if picked := table(rows, columns, key=f"kinds-{at}", select="single-row"):
        kind = str(found["kind"][picked[0]])
        go("opportunities", f=Filter(kinds=(kind,), branches=chosen.branches).text())
    downloads(access, "guanxi-kinds", rows, headings(columns))


def _quality(access: Access) -> None:
    st.subheader(t("overview.quality"), anchor=False)
    tables = access.snapshot.manifest["tables"]
    read, rejected = (sum(int(one[name]) for one in tables.values()) for name in ("rows", "rejected"))
    said = t(
        "overview.rejected_rows", rejected=number(rejected), rows=number(read), rate=percent(share(rejected, read), 2)
    )
    st.caption(said)
    worst = sorted(tables.items(), key=lambda one: -int(one[1]["rejected"]))[:5]
    rows = pl.DataFrame(
        [(code("table", name), int(one["rows"]), int(one["rejected"])) for name, one in worst],
        schema={"table": pl.String, "rows": pl.Int64, "rejected": pl.Int64}, orient="row",
    )  # fmt: skip
    columns = named("overview", {"table": "text", "rows": "number", "rejected": "number"})
    table(rows, columns, key="quality")


show()
