"""A few rows that break the rules of the contract, so that checks have something to find.

They are added after the good rows, which they leave untouched; what they spoil is a copy, so no other row comes to
depend on a bad one.
"""

import polars as pl

_ROWS_PER_BAD_ROW = 150
_MOST_PER_RULE = 40

# A spoilt copy has a key of its own, so that it breaks one rule only.
_KEYS = {
    "companies": "company_id",
    "customers": "customer_id",
    "employees": "employee_id",
    "counterparties": "counterparty_id",
}


def _text(value: str | None) -> pl.Expr:
    return pl.lit(value, dtype=pl.String)


_SPOILT: dict[str, tuple[dict[str, pl.Expr], ...]] = {
    "companies": (
        {"registered_capital": _text("约五百万元")},
        {},  # the same key once more
        {"company_id": _text(None)},
        {"size": _text("巨型")},
        {"branch_id": _text("BR99999")},
    ),
    "customers": (
        {},
        {"customer_id": _text(None)},
        {"gender": _text("U")},
        {"branch_id": _text("BR99999")},
        {"segment": _text("vip")},
    ),
    "employees": (
        {},
        {"company_id": _text("K9999999")},
        {"company_id": _text(None)},
        {"customer_id": _text("C99999999")},
    ),
    "counterparties": ({}, {"kind": _text("trust")}),
    "holdings": (
        {"holder_id": _text("C99999999")},
        {"product_id": _text("R99")},
        {"holder_id": _text(None)},
        {"holder_type": _text("household")},
    ),
    "payments": (
        {"payee_id": _text("X99999999")},
        {"paid_on": pl.lit(None, dtype=pl.Date)},
        {"amount": pl.lit(None, dtype=pl.Float64)},
        {"payer_type": _text("bank")},
    ),
    "relations": (
        {"kind": _text("shareholder"), "share": pl.lit(1.3)},
        {"kind": _text("friend")},
        {"to_id": _text("K9999999")},
    ),
    "contacts": ({"arm": _text("maybe")}, {"customer_id": _text("C99999999")}),
    "refusals": ({"channel": _text("fax")},),
}


def bad_rows(table: str, good: pl.DataFrame) -> pl.DataFrame:
    """Under one bad row in a hundred of `good`, spread over the rules; none where the table is too small for that."""
    rules = len(_SPOILT.get(table, ()))
    count = min(len(good) // _ROWS_PER_BAD_ROW, _MOST_PER_RULE * rules)
    parts = [_spoil(table, rule, good[:count].gather_every(rules, rule)) for rule in range(min(rules, count))]
    return pl.concat([good.clear(), *parts])


def _spoil(table: str, rule: int, rows: pl.DataFrame) -> pl.DataFrame:
    changes = dict(_SPOILT[table][rule])
    key = _KEYS.get(table)
    if key and changes and key not in changes:
        changes[key] = pl.col(key) + f"-{rule}"
    return rows.with_columns(**changes)
