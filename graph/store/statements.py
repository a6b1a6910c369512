"""The Cypher that writes the graph: names come from `graph.model` only, values are parameters."""

from graph.model import NODES, RELATIONSHIPS, quoted


def write_nodes(label: str) -> str:
    """Write whole rows of one label; null removes a property, properties of others stay."""
    key = quoted(NODES[label].key)
    return f"UNWIND $rows AS row MERGE (n:{quoted(label)} {{{key}: row.{key}}}) SET n += row"


def write_relationships(start: str, type: str, end: str) -> str:  # noqa: A002
    """Write rows of `from_id`, `to_id`, `properties`."""
    return f"UNWIND $rows AS row {_ends(start, end)} MERGE (a)-[r:{_pattern(type)}]->(b) SET r += row.properties"


def delete_relationships(start: str, type: str, end: str) -> str:  # noqa: A002
    """Delete the relationships with the ends and key of rows as in `write_relationships`."""
    return f"UNWIND $rows AS row {_ends(start, end)} MATCH (a)-[r:{_pattern(type)}]->(b) DELETE r"


def retire_nodes(label: str) -> tuple[str, str, str]:
    """Three statements for one transaction: take our relationships off, keep what others use, delete the rest.

    Others use a node that has a label, a property (not among `$properties`) or a relationship that is not ours:
    it loses our label and `$properties`.
    """
    node = f"UNWIND $rows AS row MATCH (n:{quoted(label)} {{{quoted(NODES[label].key)}: row.id}})"
    ours = "|".join(map(quoted, RELATIONSHIPS))
    foreign = "size(labels(n)) > 1 OR any(name IN keys(n) WHERE NOT name IN $properties) OR EXISTS { (n)--() }"
    return (
        f"{node} MATCH (n)-[r:{ours}]-() DELETE r",
        f"{node} WITH n WHERE {foreign} REMOVE n:{quoted(label)} SET n += $nothing",
        f"{node} DELETE n",
    )


def schema_name(label: str, name: str) -> str:
    """What we call the constraint or index on a property."""
    return f"guanxi_{label}_{name}"


def unique_constraint(label: str, key: str) -> str:
    """The key of a label is unique; the constraint's index also serves every lookup by key."""
    title = quoted(schema_name(label, key))
    return f"CREATE CONSTRAINT {title} IF NOT EXISTS FOR (n:{quoted(label)}) REQUIRE n.{quoted(key)} IS UNIQUE"


def index(label: str, name: str) -> str:
    """A range index on one property."""
    title = quoted(schema_name(label, name))
    return f"CREATE INDEX {title} IF NOT EXISTS FOR (n:{quoted(label)}) ON (n.{quoted(name)})"


def drop_index(title: str) -> str:
    """The end of the index of that name."""
    return f"DROP INDEX {quoted(title)} IF EXISTS"


def _ends(start: str, end: str) -> str:
    first = f"MATCH (a:{quoted(start)} {{{quoted(NODES[start].key)}: row.from_id}})"
    return f"{first} MATCH (b:{quoted(end)} {{{quoted(NODES[end].key)}: row.to_id}})"


def _pattern(type: str) -> str:  # noqa: A002
    key = ", ".join(f"{quoted(name)}: row.properties.{quoted(name)}" for name in RELATIONSHIPS[type].key)
    return f"{quoted(type)} {{{key}}}" if key else quoted(type)
