"""The graph model beside the box for free Cypher: what there is, in the session's language."""

from collections.abc import Sequence

import polars as pl
import streamlit as st

from dashboards.components.session import code, t
from dashboards.components.table import named, table
from graph.model import NODES, RELATIONSHIPS, Property


def model_tables() -> None:
    """Nodes with their properties, relationships with their ends."""
    st.markdown(f"**{t('model.nodes')}**")
    nodes = [(f":{one.label}", code("label", one.label), _names(one.properties)) for one in NODES.values()]
    _shown("model-nodes", ("pattern", "name", "properties"), nodes)
    st.markdown(f"**{t('model.relationships')}**")
    ties = [
        (f":{one.type}", code("tie", one.type), " | ".join(one.starts), " | ".join(one.ends), _names(one.properties))
        for one in RELATIONSHIPS.values()
    ]
    _shown("model-ties", ("pattern", "name", "from", "to", "properties"), ties)


def _names(properties: Sequence[Property]) -> str:
    return ", ".join(one.name for one in properties)


def _shown(key: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    found = pl.DataFrame(rows, schema=list(columns), orient="row")
    table(found, named("model", dict.fromkeys(columns, "text")), key=key)
