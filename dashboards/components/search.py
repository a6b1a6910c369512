"""The search box: by name, key, credit code, pinyin or its first letters."""

from collections.abc import Collection

import polars as pl
import streamlit as st

from dashboards.components.session import code, t
from dashboards.components.table import named, table
from graph.access import Access
from graph.access.network import Key


def search_box(access: Access, key: str, *, labels: Collection[str] | None = None, prompt: str = "") -> Key | None:
    """A box, and below it what was found; the party that the user chose in this run.

    Args:
        access: where to look.
        key: names the box in the page.
        labels: only parties of these labels.
        prompt: what the empty box says.
    """
    at = f"{key}-{st.session_state.get(f'{key}-round', 0)}"
    typed = st.text_input(
        t("search.label"), key=at, placeholder=prompt or t("search.prompt"), label_visibility="collapsed"
    )
    if not typed.strip():
        return None
    found = access.search(typed)
    if labels is not None:
        found = found.filter(pl.col("label").is_in(list(labels)))
    if found.is_empty():
        st.caption(t("search.nothing", text=typed))
        return None
    branches = dict(access.branches().select("branch_id", "name").iter_rows())
    shown = found.with_columns(
        kind=pl.Series([code("label", label) for label in found["label"]], dtype=pl.String),
        branch=pl.col("branch_id").replace_strict(branches, default=pl.col("branch_id"), return_dtype=pl.String),
        note=pl.coalesce("industry", "segment", "city"),
    )
    columns = named("search", dict.fromkeys(("kind", "name", "id", "branch", "note"), "text"))
    picked = table(
        shown, columns, key=f"{at}-found-{typed}", select="single-row", height=min(30 * (len(shown) + 1) + 10, 250)
    )
    if not picked:
        return None
    st.session_state[f"{key}-round"] = st.session_state.get(f"{key}-round", 0) + 1  # an empty box for the next search
    return str(found["label"][picked[0]]), str(found["id"][picked[0]])
