"""The unified data contract: tables, columns, types, keys, references, permitted values.

Checks, the mapping file, the shaping into graph tables and `pull` all read this one declaration.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

import polars as pl

Type = Literal["string", "integer", "number", "money", "date", "boolean", "enum", "grade"]
"""`money`: yuan, rounded to fen. `grade`: 1..5, also written with its letter (C3, R3)."""

RULES: Final = (
    "missing_key",
    "duplicate_key",
    "dangling_reference",
    "unreadable_value",
    "out_of_range",
    "unknown_value",
)


MOST_MONEY: Final = 1e13
"""Yuan. More is no amount of money but a mistake, and would not be exact to the fen in a Float64."""


@dataclass(frozen=True)
class Column:
    """One column: `table` is what it refers to; `type_column` names the table where that varies by row."""

    name: str
    type: Type = "string"
    required: bool = False
    table: str = ""
    type_column: str = ""
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Table:
    """One table; `label` is the graph label its rows become nodes of, if any."""

    name: str
    columns: tuple[Column, ...]
    key: str = ""
    required: bool = False
    label: str = ""
    by_name: dict[str, Column] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})


def _key(name: str) -> Column:
    return Column(name, required=True)


def _texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


def _date(name: str, *, required: bool = False) -> Column:
    return Column(name, "date", required=required)


def _money(name: str, *, required: bool = False) -> Column:
    return Column(name, "money", required=required, low=-MOST_MONEY, high=MOST_MONEY)


def _enum(name: str, *values: str, required: bool = False) -> Column:
    return Column(name, "enum", required=required, values=values)


def _to(table: str, name: str, *, required: bool = False) -> Column:
    return Column(name, table=table, required=required)


def _end(prefix: str, *types: str) -> tuple[Column, Column]:
    return (
        _enum(f"{prefix}_type", *types, required=True),
        Column(f"{prefix}_id", required=True, type_column=f"{prefix}_type"),
    )


PARTY_TABLES: Final = {
    "customer": "customers",
    "company": "companies",
    "employee": "employees",
    "counterparty": "counterparties",
}
_PARTIES = tuple(PARTY_TABLES)
CHANNELS: Final = ("app", "wechat", "wecom", "sms", "call", "branch")
CATEGORIES: Final = (
    "deposit",
    "card",
    "loan",
    "mortgage",
    "wealth",
    "fund",
    "insurance",
    "gold",
    "payment",
    "payroll",
    "cash_management",
    "trade_finance",
    "other",
)
RELATION_KINDS: Final = (
    "spouse",
    "parent",
    "sibling",
    "joint_account",
    "shareholder",
    "legal_representative",
    "director",
    "guarantor",
    "referrer",
    "supplier",
)

_TABLES: Final = (
    Table(
        "branches",
        (
            _key("branch_id"),
            Column("name", required=True),
            _enum("level", "head", "branch", "sub_branch", required=True),
            _to("branches", "parent_id"),
            Column("city"),
        ),
        key="branch_id",
        label="Branch",
    ),
    Table(
        "managers",
        (
            _key("manager_id"),
            Column("name", required=True),
            _to("branches", "branch_id", required=True),
            _enum("line", "retail", "corporate"),
            Column("capacity", "integer"),
        ),
        key="manager_id",
        label="Manager",
    ),
    Table(
        "products",
        (
            _key("product_id"),
            Column("name", required=True),
            _enum("category", *CATEGORIES, required=True),
            _enum("line", "retail", "corporate", required=True),
            Column("risk_level", "grade", low=1, high=5),
            _money("annual_value"),
            _to("products", "prerequisite_id"),
        ),
        key="product_id",
        required=True,
        label="Product",
    ),
    Table(
        "companies",
        (
            _key("company_id"),
            Column("name", required=True),
            *_texts("credit_code", "industry"),
            _enum("size", "micro", "small", "medium", "large"),
            _money("registered_capital"),
            Column("city"),
            _to("branches", "branch_id"),
            _to("managers", "manager_id"),
            _date("client_since"),
        ),
        key="company_id",
        label="Company",
    ),
    Table(
        "customers",
        (
            _key("customer_id"),
            *_texts("name", "id_number", "phone"),
            _enum("gender", "F", "M"),
            _date("birth_date"),
            *_texts("city", "address", "occupation", "employer_name"),
            _money("monthly_income"),
            _enum("segment", "mass", "affluent", "private"),
            _money("aum"),
            Column("risk_tolerance", "grade", low=1, high=5),
            _date("risk_assessed_on"),
            _to("branches", "branch_id"),
            _to("managers", "manager_id"),
            _date("since"),
            _enum("preferred_channel", *CHANNELS),
            Column("marketing_consent", "boolean"),
            Column("do_not_contact", "boolean"),
        ),
        key="customer_id",
        required=True,
        label="Customer",
    ),
    Table(
        "employees",
        (
            _key("employee_id"),
            _to("companies", "company_id", required=True),
            *_texts("name", "id_number", "phone", "title"),
            _money("monthly_salary"),
            _date("hired_on"),
            _date("left_on"),
            _to("customers", "customer_id"),
        ),
        key="employee_id",
        label="Employee",
    ),
    Table(
        "counterparties",
        (_key("counterparty_id"), Column("name"), _enum("kind", "person", "company"), Column("bank")),
        key="counterparty_id",
        label="Counterparty",
    ),
    Table(
        "campaigns",
        (
            _key("campaign_id"),
            Column("name", required=True),
            _to("products", "product_id"),
            _date("starts_on"),
            _date("ends_on"),
            *_texts("offer", "script"),
        ),
        key="campaign_id",
        label="Campaign",
    ),
    Table(
        "holdings",
        (
            *_end("holder", "customer", "company"),
            _to("products", "product_id", required=True),
            _date("opened_on"),
            _date("closed_on"),
            _money("balance"),
        ),
        required=True,
    ),
    Table(
        "payments",
        (
            _date("paid_on", required=True),
            *_end("payer", *_PARTIES),
            *_end("payee", *_PARTIES),
            _money("amount", required=True),
            Column("count", "integer"),
            *_texts("purpose", "channel"),
        ),
    ),
    Table(
        "relations",
        (
            *_end("from", *_PARTIES),
            *_end("to", *_PARTIES),
            _enum("kind", *RELATION_KINDS, required=True),
            Column("share", "number", low=0, high=1),
            _date("since"),
        ),
    ),
    Table(
        "contacts",
        (
            _to("campaigns", "campaign_id", required=True),
            _to("customers", "customer_id", required=True),
            _date("contacted_on", required=True),
            _enum("arm", "treated", "control", required=True),
            _enum("channel", *CHANNELS),
            _enum("outcome", "none", "opened", "clicked", "accepted", "refused", "complained"),
            _date("outcome_on"),
            _money("cost"),
        ),
    ),
    Table(
        "refusals",
        (
            _to("customers", "customer_id", required=True),
            _enum("channel", *CHANNELS, "all", required=True),
            _date("refused_on", required=True),
        ),
    ),
)

TABLES: Final = {table.name: table for table in _TABLES}
"""In an order in which every table comes after those it refers to."""

POLARS_TYPES: Final[dict[Type, pl.DataType]] = {
    "string": pl.String(),
    "enum": pl.String(),
    "integer": pl.Int64(),
    "grade": pl.Int64(),
    "number": pl.Float64(),
    "money": pl.Float64(),
    "date": pl.Date(),
    "boolean": pl.Boolean(),
}


def schema(table: str) -> dict[str, pl.DataType]:
    """The Polars types of an accepted table's contract columns."""
    return {column.name: POLARS_TYPES[column.type] for column in TABLES[table].columns}
