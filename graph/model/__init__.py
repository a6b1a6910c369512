"""The graph model, declared once: labels, relationship types, keys, properties, units, sensitivity.

`nodes` and `relationships` hold the declaration, `form` what it is written in. Constraints, import headers, the
whitelist of names and `docs/graph-model.md` are all made from it.
Sensitivity follows JR/T 0171: C3 is never loaded; C2 identifies a person or shows their money; C1 is the rest.
"""

import re
from typing import Final

from graph.model.form import PARTIES, Node, Property, Relationship, Sensitivity, Type
from graph.model.nodes import LABELS
from graph.model.relationships import TYPES

NODES: Final = {node.label: node for node in LABELS}
RELATIONSHIPS: Final = {relationship.type: relationship for relationship in TYPES}
DETECTED_NODES: Final = ("Opportunity",)
"""Written by `find`; every other label comes from a load."""
DETECTED_RELATIONSHIPS: Final = ("PAYS_SALARY", "FOR", "OFFERS", "SUPPORTED_BY")
"""Written by `find`; every other type comes from a load."""

COMPUTED_RELATIONSHIPS: Final = ("CONTROLS", "OWNS_EFFECTIVELY", "BENEFICIAL_OWNER_CANDIDATE")
"""Worked out by a load from the rest of the graph, as computed properties are."""

_IDENTIFIER = re.compile(r"[^\W\d]\w{0,63}")


def carried_name(column: str, label: str) -> str:
    """The property name for a column that the contract does not name: letters, digits and `_` only.

    A name that would hide a declared property, or start with a digit, gets `x_` before it; the result is
    safe between backticks. `carried_name("user`name", "Customer")` is `"user_name"`.
    """
    name = re.sub(r"\W+", "_", column.strip())[:60] or "column"
    declared = {prop.name for prop in NODES[label].properties}
    return name if name not in declared and _IDENTIFIER.fullmatch(name) else f"x_{name}"


def quoted(name: str) -> str:
    """A label, type or property name between backticks, for query text.

    Raises:
        ValueError: it is neither declared here nor of the form `carried_name` gives.
    """
    if not _IDENTIFIER.fullmatch(name):
        raise ValueError(f"not a name of the graph model: {name!r}")
    return f"`{name}`"


__all__ = [
    "COMPUTED_RELATIONSHIPS", "DETECTED_NODES", "DETECTED_RELATIONSHIPS", "NODES", "PARTIES", "RELATIONSHIPS",
    "Node", "Property", "Relationship", "Sensitivity", "Type", "carried_name", "quoted",
]  # fmt: skip
