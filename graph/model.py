"""The graph model, declared once: labels, relationship types, keys, properties, units, sensitivity.

Constraints, import headers, the whitelist of names and `docs/graph-model.md` are all made from this page.
Sensitivity follows JR/T 0171: C3 is never loaded; C2 identifies a person or shows their money; C1 is the rest.
"""

import re
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


def _p(name: str, type: Type = "string", sensitivity: Sensitivity = "C1", unit: str = "", note: str = "") -> Property:  # noqa: A002
    return Property(name, type, sensitivity, unit, note)


def _c(name: str, type: Type = "string", sensitivity: Sensitivity = "C1", unit: str = "", note: str = "") -> Property:  # noqa: A002
    return Property(name, type, sensitivity, unit, note, computed=True)


PARTIES: Final = ("Customer", "Company", "Employee", "Counterparty")
_SEQUENCE = _p("sequence", "integer", note="1, 2, … by date among those with the same ends")
_DETECTED = _p("detected", "boolean", note="true: found by guanxi, not given by the source")
_LINKED = (
    _p("probability", "float"),
    _p("method", note="decision, source, id_number, phone_and_name or linkage"),
    _p("evidence", note="JSON: log2 of the prior odds and of what each comparison adds"),
    _p("decided_by", note="who confirmed it"),
    _DETECTED,
)

_HOUSEHOLD = (
    _c("household_id", sensitivity="C2", note="of the smallest key in it, as Label:key; empty for who is alone"),
    _c("household_size", "integer", unit="persons"),
)
_PLACE = (
    _c("guarantee_ring", sensitivity="C2", note="smallest Label:key of those who guarantee each other in a ring"),
    _c("community", note="Label:key of the best-connected member of its community (Louvain)"),
    _c("influence", "float", note="PageRank from the bank's clients over all ties; 1 is the average"),
    _c("fund_rank", "float", note="PageRank along a year's payments; 1 is the average"),
)
_EMPLOYER = (
    _c("group_id", note="smallest Label:key of the companies under one control"),
    _c("group_size", "integer", unit="companies"),
    _c("controller", sensitivity="C2", note="who controls it and is controlled by nobody, as Label:key"),
    _c("supply_core", "integer", note="largest k of a k-core of supply that it is in"),
    _c("suppliers", "integer"),
    _c("buyers", "integer"),
    _c("staff", "integer", unit="persons", note="on the staff list on the newest day of the data"),
    _c("staff_identified", "integer", unit="persons", note="of the staff: a customer record is theirs"),
    _c("staff_banking", "integer", unit="persons", note="of the staff: hold a contract here"),
    _c("staff_coverage", "float", note="staff_banking / staff"),
    _c("payroll_coverage", "float", note="share of staff whose salary comes to an account here"),
    _c("median_wage", "float", unit="yuan", note="a month; of five persons or more"),
    _c("wage_growth", "float", note="last half-year against the one before, 0.1 is 10 %; of five persons or more"),
    _c("payroll_bank", note="inside or outside: where its payroll seems to run"),
)

_NODES: Final = (
    Node(
        "Customer",
        "a person who banks here",
        (
            _p("customer_id"),
            _p("name", sensitivity="C2"),
            _p("id_number", sensitivity="C2"),
            _p("phone", sensitivity="C2"),
            _p("gender"),
            _p("birth_date", "date", "C2"),
            _p("city"),
            _p("address", sensitivity="C2"),
            _p("occupation"),
            _p("employer_name"),
            _p("monthly_income", "float", "C2", "yuan"),
            _p("segment"),
            _p("aum", "float", "C2", "yuan", "assets under management"),
            _p("risk_tolerance", "integer", note="C1..C5 as 1..5"),
            _p("risk_assessed_on", "date"),
            _p("branch_id"),
            _p("manager_id"),
            _p("since", "date"),
            _p("preferred_channel"),
            _p("marketing_consent", "boolean"),
            _p("do_not_contact", "boolean"),
            _p("refused_channels", "string[]", note="never again by these means"),
            _p("refused_on", "date[]", note="beside refused_channels"),
            *_HOUSEHOLD,
            *_PLACE,
        ),
    ),
    Node(
        "Company",
        "an organisation; a client where client_since is known",
        (
            _p("company_id"),
            _p("name"),
            _p("credit_code", note="unified social credit code, 18 characters"),
            _p("industry"),
            _p("size"),
            _p("registered_capital", "float", unit="yuan"),
            _p("city"),
            _p("branch_id"),
            _p("manager_id"),
            _p("client_since", "date"),
            *_PLACE,
            *_EMPLOYER,
        ),
    ),
    Node(
        "Employee",
        "a person's place on a company's staff",
        (
            _p("employee_id"),
            _p("company_id"),
            _p("name", sensitivity="C2"),
            _p("id_number", sensitivity="C2"),
            _p("phone", sensitivity="C2"),
            _p("title"),
            _p("monthly_salary", "float", "C2", "yuan"),
            _p("hired_on", "date"),
            _p("left_on", "date"),
            _p("customer_id", note="as the source gives it"),
            *_HOUSEHOLD,
            *_PLACE,
        ),
    ),
    Node(
        "Product",
        "what the bank sells",
        (
            _p("product_id"),
            _p("name"),
            _p("category"),
            _p("line"),
            _p("risk_level", "integer", note="R1..R5 as 1..5"),
            _p("annual_value", "float", unit="yuan", note="expected yearly margin per holder"),
            _p("prerequisite_id"),
        ),
    ),
    Node(
        "Branch",
        "head office, branch or sub-branch",
        (
            _p("branch_id"),
            _p("name"),
            _p("level"),
            _p("parent_id"),
            _p("city"),
        ),
    ),
    Node(
        "Manager",
        "a relationship manager",
        (
            _p("manager_id"),
            _p("name"),
            _p("branch_id"),
            _p("line"),
            _p("capacity", "integer", unit="contacts a month"),
        ),
    ),
    Node(
        "Counterparty",
        "a party outside the bank, known from payments",
        (
            _p("counterparty_id"),
            _p("name", sensitivity="C2"),
            _p("kind"),
            _p("bank"),
            *_PLACE,
        ),
    ),
    Node(
        "Campaign",
        "a marketing campaign",
        (
            _p("campaign_id"),
            _p("name"),
            _p("product_id"),
            _p("starts_on", "date"),
            _p("ends_on", "date"),
            _p("offer"),
            _p("script"),
        ),
    ),
    Node(
        "Opportunity",
        "whom to offer what, and why",
        (
            _p("opportunity_id"),
            _p("kind"),
            _p("rank", "integer", note="1 is best, over the kind"),
            _p("probability", "float", note="of taking it within the horizon, calibrated"),
            _p("annual_value", "float", unit="yuan"),
            _p("expected_value", "float", unit="yuan"),
            _p("branch_id"),
            _p("manager_id"),
            _p("channel"),
            _p("reason_zh"),
            _p("reason_en"),
            _p("evidence", note="JSON"),
            _p("as_of", "date"),
            _p("model_version"),
        ),
    ),
)

_RELATIONSHIPS: Final = (
    Relationship(
        "WORKS_AT", "is on the staff of", ("Employee",), ("Company",), (_p("hired_on", "date"), _p("left_on", "date"))
    ),
    Relationship(
        "IS_CUSTOMER",
        "is the same person as",
        ("Employee",),
        ("Customer",),
        _LINKED,
    ),
    Relationship(
        "SAME_AS",
        "two records of one person or organisation; among customers, or employees, points at the smallest key",
        ("Customer", "Employee", "Counterparty"),
        ("Customer", "Employee", "Company"),
        _LINKED,
    ),
    Relationship(
        "HOLDS",
        "one contract",
        ("Customer", "Company"),
        ("Product",),
        (_SEQUENCE, _p("opened_on", "date"), _p("closed_on", "date"), _p("balance", "float", "C2", "yuan")),
        ("sequence",),
    ),
    Relationship(
        "PAID",
        "all payments from one party to another",
        PARTIES,
        PARTIES,
        (
            _p("count", "integer"),
            _p("amount", "float", "C2", "yuan"),
            _p("first_on", "date"),
            _p("last_on", "date"),
            _p("purpose", note="the most frequent one"),
            _p("months", "integer[]", note="YYYYMM, ascending"),
            _p("amounts", "float[]", "C2", "yuan", "beside months"),
            _p("counts", "integer[]", note="beside months"),
        ),
    ),
    Relationship(
        "PAYS_SALARY",
        "a payroll found in payments",
        ("Company", "Counterparty"),
        ("Customer", "Employee", "Counterparty"),
        (
            _p("months", "integer", note="in which it was paid"),
            _p("monthly_amount", "float", "C2", "yuan", "median"),
            _p("confidence", "float"),
            _p("tier", note="of confidence: high, medium or low"),
            _p("usual_day", "integer", note="of the month"),
            _p("first_on", "date"),
            _p("last_on", "date"),
            _p("next_on", "date", note="the next payday expected"),
            _p("stopped", "boolean", note="next_on passed without pay"),
            _DETECTED,
        ),
    ),
    Relationship(
        "OWNS",
        "is a shareholder of",
        PARTIES,
        PARTIES,
        (_p("share", "float", note="0..1"), _p("since", "date")),
    ),
    Relationship(
        "OFFICER_OF",
        "is a legal representative or director of",
        PARTIES,
        PARTIES,
        (_p("role"), _p("since", "date")),
        ("role",),
    ),
    Relationship("GUARANTEES", "is a guarantor of", PARTIES, PARTIES, (_p("since", "date"),)),
    Relationship("SUPPLIES", "is a supplier of", PARTIES, PARTIES, (_p("since", "date"),)),
    Relationship(
        "RELATED_TO",
        "spouse, parent, sibling, joint account or referrer; those without direction start at the smaller key",
        PARTIES,
        PARTIES,
        (_p("kind"), _p("since", "date")),
        ("kind",),
    ),
    Relationship(
        "CONTROLS",
        "has over half of the votes of, alone, with family or through companies it controls",
        PARTIES,
        PARTIES,
        (_p("share", "float", note="of the votes that count together, 0..1"), _p("jointly", "boolean"), _DETECTED),
    ),
    Relationship(
        "OWNS_EFFECTIVELY",
        "has a share of 5 % or more, directly or through others, in",
        PARTIES,
        PARTIES,
        (_p("share", "float", note="0..1"), _DETECTED),
    ),
    Relationship(
        "BENEFICIAL_OWNER_CANDIDATE",
        "is a natural person with an effective share of 25 % or more in; to be verified, never settled",
        PARTIES,
        PARTIES,
        (_p("share", "float", note="0..1"), _DETECTED),
    ),
    Relationship("AT_BRANCH", "belongs to", ("Customer", "Company", "Manager"), ("Branch",)),
    Relationship("PART_OF", "is below", ("Branch",), ("Branch",)),
    Relationship("MANAGED_BY", "is looked after by", ("Customer", "Company"), ("Manager",)),
    Relationship("REQUIRES", "only where that is held", ("Product",), ("Product",)),
    Relationship("PROMOTES", "offers", ("Campaign",), ("Product",)),
    Relationship(
        "CONTACTED",
        "was reached by, or held out from",
        ("Customer",),
        ("Campaign",),
        (
            _SEQUENCE,
            _p("contacted_on", "date"),
            _p("arm"),
            _p("channel"),
            _p("outcome"),
            _p("outcome_on", "date"),
            _p("cost", "float", unit="yuan"),
        ),
        ("sequence",),
    ),
    Relationship("FOR", "is about", ("Opportunity",), PARTIES),
    Relationship("OFFERS", "names the product", ("Opportunity",), ("Product",)),
    Relationship(
        "SUPPORTED_BY", "rests on", ("Opportunity",), (*PARTIES, "Product"), (_p("family", note="of the evidence"),)
    ),
)

NODES: Final = {node.label: node for node in _NODES}
RELATIONSHIPS: Final = {relationship.type: relationship for relationship in _RELATIONSHIPS}
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
