"""`docs/graph-model.md` and `cypher/schema/constraints.cypher`, made from the declaration in `graph.model`.

`python -m graph.model_page` writes both; a test fails where a file and the declaration differ.
"""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from graph.model import (
    COMPUTED_RELATIONSHIPS,
    DETECTED_NODES,
    DETECTED_RELATIONSHIPS,
    NODES,
    PARTIES,
    RELATIONSHIPS,
    Node,
    Property,
)
from graph.model import Relationship as RelationshipType
from graph.store.schema import INDEXES
from graph.store.state import STATE_LABEL
from graph.store.statements import index, unique_constraint

ROOT = Path(__file__).resolve().parents[1]

_INTRODUCTION = """\
# The graph model

Made from `graph/model/` by `python -m graph.model_page`; do not edit.

The class follows JR/T 0171: C2 identifies a person or shows their money, C1 is the rest; C3 is never loaded.
Columns of the source that the contract does not name are carried along as node properties.
A property marked computed, and a relationship computed by the load, follow from the rest of the graph: see
`docs/graph-facts.md`.
"""


def page() -> str:
    """The page in Markdown."""
    parts = [_INTRODUCTION, _diagram(), "## Nodes\n", *map(_node, NODES.values())]
    parts += ["## Relationships\n", *map(_relationship, RELATIONSHIPS.values())]
    return "\n".join(parts)


def constraints() -> str:
    """The statements that a store's administrator may run before the first load; guanxi runs the same ones."""
    keys = [unique_constraint(label, node.key) for label, node in NODES.items()]
    keys.append(unique_constraint(STATE_LABEL, "layer"))
    indexes = [index(label, name) for label, names in INDEXES.items() for name in names]
    return "// made by python -m graph.model_page\n" + "".join(f"{text};\n" for text in [*keys, *indexes])


def _diagram() -> str:
    """Who is tied to whom; a tie of any party to any other is drawn between the group of parties."""
    ties: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, relationship in RELATIONSHIPS.items():
        for start in _grouped(relationship.starts):
            for end in _grouped(relationship.ends):
                ties[start, end].append(name)
    lines = ["```mermaid", "flowchart LR", "  subgraph parties"]
    lines += [f"    {label}" for label in PARTIES]
    lines += ["  end", *(f'  {start} -- "{", ".join(names)}" --> {end}' for (start, end), names in ties.items())]
    return "\n".join([*lines, "```", ""])


def _grouped(labels: tuple[str, ...]) -> list[str]:
    if not set(PARTIES) <= set(labels):
        return list(labels)
    return ["parties", *(label for label in labels if label not in PARTIES)]


def _node(node: Node) -> str:
    found = " Written by `guanxi find`." if node.label in DETECTED_NODES else ""
    head = f"### {node.label}\n\n{_sentence(node.note)} Key: `{node.key}`.{found}\n\n"
    return head + _properties(node.properties)


def _relationship(relationship: RelationshipType) -> str:
    starts, ends = (" or ".join(labels) for labels in (relationship.starts, relationship.ends))
    head = f"### {relationship.type}\n\n{starts} → {ends}: {relationship.note}."
    if relationship.key:
        head += f" Told apart by {', '.join(f'`{name}`' for name in relationship.key)}."
    if relationship.type in DETECTED_RELATIONSHIPS:
        head += " Written by `guanxi find`."
    if relationship.type in COMPUTED_RELATIONSHIPS:
        head += " Computed by the load."
    return f"{head}\n\n{_properties(relationship.properties)}" if relationship.properties else f"{head}\n"


def _properties(properties: Iterable[Property]) -> str:
    rows = ["| property | type | class | unit | note |", "| --- | --- | --- | --- | --- |"]
    rows += [
        f"| `{prop.name}` | {prop.type} | {prop.sensitivity} | {prop.unit} | {_note(prop)} |" for prop in properties
    ]
    return "\n".join(rows) + "\n"


def _note(prop: Property) -> str:
    return "; ".join(filter(None, ("computed" if prop.computed else "", prop.note)))


def _sentence(note: str) -> str:
    return f"{note[0].upper()}{note[1:]}."


if __name__ == "__main__":
    (ROOT / "docs" / "graph-model.md").write_text(page(), encoding="utf-8")
    (ROOT / "cypher" / "schema" / "constraints.cypher").write_text(constraints(), encoding="utf-8")
