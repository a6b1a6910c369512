"""What the bank wants first: priority = propensity × context × value × levers.

    [priority.context]           # by kind: how much it matters in the bank's present situation; 1 where not named
    payroll_mandate = 1.5
    [priority.levers.product]    # shares that are added for a product …
    P07 = 0.2
    [priority.levers.category]   # … and for its category; together at most half more or half less
    wealth = 0.1

Propensity is the calibrated probability, value the product's annual value; both stay as they are. A factor orders what
passed the gates, and opens none. Source: the arbitration formula of customer decisioning (Pega, Next-Best-Action:
"P × C × V × L").
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

import polars as pl

from texts import UserError

BOUND: Final = 0.5
"""Levers together add or take away at most this share."""
MOST: Final = 10.0
"""The largest weight of a kind, and its inverse the least."""
_FORMS: Final = {"context": (1 / MOST, MOST), "levers.product": (-BOUND, BOUND), "levers.category": (-BOUND, BOUND)}


@dataclass(frozen=True)
class Priorities:
    """The bank's own weights; without any, opportunities come by expected value."""

    context: Mapping[str, float] = field(default_factory=dict[str, float])
    product: Mapping[str, float] = field(default_factory=dict[str, float])
    category: Mapping[str, float] = field(default_factory=dict[str, float])

    @classmethod
    def of(cls, settings: Mapping[str, Any], kinds: Collection[str]) -> "Priorities":
        """Read `[priority]` of `guanxi.toml`.

        Raises:
            UserError: a name that is not known, or a weight that is no number within its bounds.
        """
        said = _table(settings, "priority", ("context", "levers"))
        levers = _table(said, "levers", ("product", "category"))
        return cls(
            _weights(said, "context", "context", kinds),
            _weights(levers, "product", "levers.product"),
            _weights(levers, "category", "levers.category"),
        )

    def by_product(self, products: pl.DataFrame) -> pl.Series:
        """The factor of the levers for each row of `products` (product_id, category).

        Raises:
            UserError: a product or category that the bank does not have.
        """
        found = pl.zeros(len(products), pl.Float64, eager=True)
        for name, shares in (("product_id", self.product), ("category", self.category)):
            if unknown := sorted(set(shares) - set(products[name])):
                raise UserError("find.unknown_lever", names=", ".join(unknown), place=name.removesuffix("_id"))
            found += products[name].replace_strict(dict(shares), default=0.0, return_dtype=pl.Float64)
        return (1 + found.clip(-BOUND, BOUND)).alias("levers")

    def said(self) -> dict[str, Any]:
        """As `guanxi.toml` says it, for the findings' manifest."""
        return {
            "context": dict(self.context),
            "levers": {"product": dict(self.product), "category": dict(self.category)},
        }


def _table(settings: Mapping[str, Any], name: str, known: Collection[str]) -> dict[str, Any]:
    found = settings.get(name, {})
    if not isinstance(found, dict) or set(cast("dict[str, Any]", found)) - set(known):
        raise UserError("find.bad_priority", place=name, known=", ".join(known))
    return cast("dict[str, Any]", found)


def _weights(
    table: Mapping[str, Any], name: str, place: str, known: Collection[str] | None = None
) -> dict[str, float]:  # fmt: skip
    found = _table(table, name, known if known is not None else tuple(table.get(name, {})))
    low, high = _FORMS[place]
    for key, weight in found.items():
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not low <= weight <= high:
            raise UserError("find.bad_weight", place=f"priority.{place}.{key}", low=f"{low:g}", high=f"{high:g}")
    return {key: float(weight) for key, weight in found.items()}
