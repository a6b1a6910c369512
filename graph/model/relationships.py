"""The relationship types of the graph: between which labels, with which properties."""

from typing import Final

from graph.model.form import PARTIES, Relationship, prop

_SEQUENCE = prop("sequence", "integer", note="1, 2, … by date among those with the same ends")
_DETECTED = prop("detected", "boolean", note="true: found by guanxi, not given by the source")
_LINKED = (
    prop("probability", "float"),
    prop("method", note="decision, source, id_number, phone_and_name or linkage"),
    prop("evidence", note="JSON: log2 of the prior odds and of what each comparison adds"),
    prop("decided_by", note="who confirmed it"),
    _DETECTED,
)

TYPES: Final = (
    Relationship(
        "WORKS_AT",
        "is on the staff of",
        ("Employee",),
        ("Company",),
        (prop("hired_on", "date"), prop("left_on", "date")),
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
        (_SEQUENCE, prop("opened_on", "date"), prop("closed_on", "date"), prop("balance", "float", "C2", "yuan")),
        ("sequence",),
    ),
    Relationship(
        "PAID",
        "all payments from one party to another",
        PARTIES,
        PARTIES,
        (
            prop("count", "integer"),
            prop("amount", "float", "C2", "yuan"),
            prop("first_on", "date"),
            prop("last_on", "date"),
            prop("purpose", note="the most frequent one"),
            prop("months", "integer[]", note="YYYYMM, ascending"),
            prop("amounts", "float[]", "C2", "yuan", "beside months"),
            prop("counts", "integer[]", note="beside months"),
        ),
    ),
    Relationship(
        "PAYS_SALARY",
        "a payroll found in payments",
        ("Company", "Counterparty"),
        ("Customer", "Employee", "Counterparty"),
        (
            prop("months", "integer", note="in which it was paid"),
            prop("monthly_amount", "float", "C2", "yuan", "median"),
            prop("confidence", "float"),
            prop("tier", note="of confidence: high, medium or low"),
            prop("usual_day", "integer", note="of the month"),
            prop("first_on", "date"),
            prop("last_on", "date"),
            prop("next_on", "date", note="the next payday expected"),
            prop("stopped", "boolean", note="next_on passed without pay"),
            _DETECTED,
        ),
    ),
    Relationship(
        "OWNS",
        "is a shareholder of",
        PARTIES,
        PARTIES,
        (prop("share", "float", note="0..1"), prop("since", "date")),
    ),
    Relationship(
        "OFFICER_OF",
        "is a legal representative or director of",
        PARTIES,
        PARTIES,
        (prop("role"), prop("since", "date")),
        ("role",),
    ),
    Relationship("GUARANTEES", "is a guarantor of", PARTIES, PARTIES, (prop("since", "date"),)),
    Relationship("SUPPLIES", "is a supplier of", PARTIES, PARTIES, (prop("since", "date"),)),
    Relationship(
        "RELATED_TO",
        "spouse, parent, sibling, joint account or referrer; those without direction start at the smaller key",
        PARTIES,
        PARTIES,
        (prop("kind"), prop("since", "date")),
        ("kind",),
    ),
    Relationship(
        "CONTROLS",
        "has over half of the votes of, alone, with family or through companies it controls",
        PARTIES,
        PARTIES,
        (prop("share", "float", note="of the votes that count together, 0..1"), prop("jointly", "boolean"), _DETECTED),
    ),
    Relationship(
        "OWNS_EFFECTIVELY",
        "has a share of 5 % or more, directly or through others, in",
        PARTIES,
        PARTIES,
        (prop("share", "float", note="0..1"), _DETECTED),
    ),
    Relationship(
        "BENEFICIAL_OWNER_CANDIDATE",
        "is a natural person with an effective share of 25 % or more in; to be verified, never settled",
        PARTIES,
        PARTIES,
        (prop("share", "float", note="0..1"), _DETECTED),
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
            prop("contacted_on", "date"),
            prop("arm"),
            prop("channel"),
            prop("outcome"),
            prop("outcome_on", "date"),
            prop("cost", "float", unit="yuan"),
        ),
        ("sequence",),
    ),
    Relationship("FOR", "is about", ("Opportunity",), PARTIES),
    Relationship("OFFERS", "names the product", ("Opportunity",), ("Product",)),
    Relationship(
        "SUPPORTED_BY", "rests on", ("Opportunity",), (*PARTIES, "Product"), (prop("family", note="of the evidence"),)
    ),
)
