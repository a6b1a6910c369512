"""What the graph model is written in: properties, labels, relationship types."""

from dataclasses import dataclass
from typing import Final, Literal

Type = Literal["string", "integer", "float", "boolean", "date", "string[]", "integer[]", "float[]", "date[]"]
Sensitivity = Literal["C1", "C2", "C3"]


@dataclass(frozen=True)
class Property:
    """One property of a node or relationship."""

    name: str
    type: Type = "string"
    sensitivity: Sensitivity = "C1"
    unit: str = ""
    note: str = ""
    computed: bool = False
    """Worked out by a load from the rest of the graph (`graph.facts.annotate`), never taken from a source."""


@dataclass(frozen=True)
class Node:
    """A label; `properties[0]` is its key, unique in the graph."""

    label: str
    note: str
    properties: tuple[Property, ...]

    @property
    def key(self) -> str:
        """The name of the key property."""
        return self.properties[0].name


@dataclass(frozen=True)
class Relationship:
    """A relationship type; `key` names the properties that tell two with the same ends apart."""

    type: str
    note: str
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    properties: tuple[Property, ...] = ()
    key: tuple[str, ...] = ()


def prop(
    name: str, type: Type = "string", sensitivity: Sensitivity = "C1", unit: str = "", note: str = ""  # noqa: A002
) -> Property:  # fmt: skip
    """A property that a source gives, or `find` writes."""
    return Property(name, type, sensitivity, unit, note)


def computed(
    name: str, type: Type = "string", sensitivity: Sensitivity = "C1", unit: str = "", note: str = ""  # noqa: A002
) -> Property:  # fmt: skip
    """A property that a load works out."""
    return Property(name, type, sensitivity, unit, note, computed=True)


PARTIES: Final = ("Customer", "Company", "Employee", "Counterparty")
"""The labels of persons and organisations."""
