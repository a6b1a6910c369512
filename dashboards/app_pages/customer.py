"""Customer 客户: one person: what they are, whom they are tied to, opportunities, holdings, money and contacts."""

from datetime import date

import polars as pl
import streamlit as st

from dashboards.components.charts import timeline
from dashboards.components.formats import number, percent, share
from dashboards.components.frame import empty, frame
from dashboards.components.part import part
from dashboards.components.party import attributes, chosen_party, money_tab, offers, section, to_network
from dashboards.components.session import code, go, t
from dashboards.components.table import downloads, headings, named, table
from graph.access import Access, profile
from graph.access.network import Key

SHOWN = (
    "gender", "birth_date", "id_number", "phone", "city", "address", "occupation", "employer_name", "monthly_income",
    "segment", "aum", "risk_tolerance", "risk_assessed_on", "since", "branch_id", "manager_id", "household_size",
)  # fmt: skip


def show() -> None:
    """Draw the page."""
    access = frame("customer")
    key = chosen_party(access, "customer", "Customer")
    if not key:
        return
    party: Key = ("Customer", key)
    said = access.party(*party)
    left, right = st.columns([1, 2], gap="medium")
    with left:
        st.subheader(str(said.get("name") or key).replace("*", r"\*"), anchor=False)
        attributes(access, said, SHOWN)
        _consent(said)
        to_network(party)
    with right:
        offers(access, party)
        _family(access, party)
    _section(party, str(said.get("name") or key))


@part
def _section(access: Access, party: Key, name: str) -> None:
    match section("customer", ("holdings", "money", "contacts")):
        case "money":
            money_tab(access, party, name)
        case "contacts":
            _contacts(access, party[1])
        case _:
            _holdings(access, party)


def _family(access: Access, party: Key) -> None:
    st.subheader(t("customer.relatives"), anchor=False)
    _work(access, party[1])
    _relatives(access, party)


def _consent(said: dict[str, object]) -> None:
    consent = {True: "yes", False: "no"}.get(said.get("marketing_consent"), "unknown")  # pyright: ignore[reportCallIssue, reportArgumentType]
    st.caption(t(f"customer.consent_{consent}"))
    if said.get("do_not_contact"):
        st.warning(t("customer.do_not_contact"))
    if refused := said.get("refused_channels"):
        names = ", ".join(code("channel", str(one)) for one in refused)  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
        st.caption(t("customer.refused", channels=names))


def _holdings(access: Access, party: Key) -> None:
    rows = profile.holdings(access, party)
    if rows.is_empty():
        empty("customer.no_holdings")
        return
    categories = pl.Series([code("category", name) for name in rows["category"]], dtype=pl.String)
    shown = rows.with_columns(category=categories)
    spans = shown.select(
        group="category", begins="opened_on", ends="closed_on", name=pl.coalesce("product", "product_id")
    )
    left, right = st.columns(2, gap="medium")
    with left:
        timeline(spans, until=date.fromisoformat(access.findings.manifest["as_of"]), key=f"holdings-{party[1]}")
    columns = named(
        "customer",
        {"product": "text", "category": "text", "opened_on": "date", "closed_on": "date", "balance": "yuan"},
    )
    with right:
        table(shown, columns, key=f"holdings-table-{party[1]}")
        downloads(access, f"guanxi-holdings-{party[1]}", shown, headings(columns))


def _work(access: Access, key: str) -> None:
    jobs = profile.employments(access, key)
    if jobs.is_empty():
        return
    shown = jobs.with_columns(share=pl.col("here") / pl.col("colleagues"), job="title")
    columns = named(
        "customer",
        {
            "company": "text", "job": "text", "hired_on": "date", "left_on": "date", "colleagues": "number",
            "here": "number", "share": "progress",
        },
    )  # fmt: skip
    if picked := table(shown, columns, key=f"jobs-{key}", select="single-row"):
        go("company", id=str(jobs["company_id"][picked[0]]))
    downloads(access, f"guanxi-jobs-{key}", shown, headings(columns))


def _kin(kind: str, *, outgoing: bool) -> str:
    """What the other is to this customer: a parent's other end is a child."""
    directed = f"{kind}_{'out' if outgoing else 'in'}"
    return code("kin", directed) if kind in ("parent", "referrer") else code("relation", kind)


def _relatives(access: Access, party: Key) -> None:
    rows = profile.relatives(access, party)
    if rows.is_empty():
        st.caption(t("customer.no_relatives"))
        return
    kinds = [_kin(row["kind"], outgoing=row["outgoing"]) for row in rows.iter_rows(named=True)]
    shown = rows.with_columns(kind=pl.Series(kinds, dtype=pl.String))
    columns = named("customer", {"kind": "text", "name": "text", "id": "text", "since": "date"})
    picked = table(shown, columns, key=f"relatives-{party[1]}", select="single-row")
    if picked and rows["label"][picked[0]] == "Customer":
        go("customer", id=str(rows["id"][picked[0]]))
    downloads(access, f"guanxi-relatives-{party[1]}", shown, headings(columns))


def _contacts(access: Access, key: str) -> None:
    rows = profile.contacts(access, key)
    if rows.is_empty():
        empty("customer.no_contacts")
        return
    words = {
        name: pl.Series([code(name, value) if value else None for value in rows[name]], dtype=pl.String)
        for name in ("arm", "channel", "outcome")
    }
    shown = rows.with_columns(**words)
    st.caption(t("customer.contacted", number=number(len(rows)), rate=percent(_accepted(rows))))
    columns = named(
        "customer",
        {
            "contacted_on": "date", "campaign": "text", "arm": "text", "channel": "text", "outcome": "text",
            "outcome_on": "date",
        },
    )  # fmt: skip
    table(shown, columns, key=f"contacts-{key}")
    downloads(access, f"guanxi-contacts-{key}", shown, headings(columns))


def _accepted(rows: pl.DataFrame) -> float | None:
    return share(float((rows["outcome"] == "accepted").sum()), len(rows))


show()
