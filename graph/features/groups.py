"""What evidence each feature speaks of: what explanations are grouped by, and what a back-test can leave out.

A feature of any kind is listed here once, by name; columns that a bank's source carries beyond the contract describe
the person.
"""

from collections.abc import Collection
from typing import Final

from graph.features.pairs import CATEGORIES

_PEERS: Final = ("hold", "recent", "lift")
FEATURES: Final[dict[str, tuple[str, ...]]] = {
    "colleagues": (
        "colleagues", "colleagues_banking", "banking_share", "banking_lift", "colleague_value", "title_share",
        "arrived_quarter", "arrived_half", "arrived_year", "arrived_share", "staff", "staff_banking", "staff_share",
        "staff_lift",
        "wage_share", "titles_share",
        *(f"colleagues_{name}" for name in _PEERS),
        *(f"{circle}_{name}" for circle in ("position", "band") for name in ("peers", "recent", "lift")),
    ),
    "household": (
        "household", "joint", "relatives", "relatives_banking", "likely", "likely_valued", "likely_banking",
        "valued", "valued_direct", "served_most", "served_mean", "gap", "valued_hold", "valued_lift",
        *(f"{family}_{name}" for family in ("household", "joint", "likely") for name in _PEERS),
        *(f"{kind}_{name}" for kind in ("spouse", "parent", "child", "sibling", "joint_account")
          for name in ("hold", "valued")),
    ),
    "money_flows": (
        "partners", *(f"partners_{name}" for name in _PEERS), "pay", "pay_months", "pay_rise",
        "paid_by_employer", "inflow", "inflow_rise", "largest_inflow", "outflow", "paid_here", "closeness",
        "clients_paid", "clients_paying", "paid_to", "paid_by", "months", "since_payment", "parties", "client_share",
        "paid_elsewhere", "paid_elsewhere_share", "received", "company_inflow",
        *(f"{flow}{name}" for flow in ("inflow", "outflow") for name in ("", "_growth", "_change")),
        "near", "near_share", "customers_here", "paid", "paid_share", "friends_banking",
        "friends_at_work",
    ),
    "business_ties": (
        "owners", "related", "suppliers", "buyers", "owner", "legal_representative", "director",
        "executive", "share", "companies", "beside", "beside_hold", "beside_lift",
        *(f"{family}_{name}" for family in ("owners", "suppliers", "buyers") for name in _PEERS),
        *(f"{like}_{name}" for like in ("trade", "scale", "place", "kin") for name in ("lift", "recent_lift")),
    ),
    "own_holdings": (
        "together_mean", "together_best", "next_mean", "next_best", "held_number", "since_opening", "opened_year",
        *(f"holds_{category}" for category in CATEGORIES),
        "opened_half", "last_product", "fresh_mean", "fresh_best", "ladder",
    ),
    "person": (
        "age", "female", "income", "segment", "risk_tolerance", "tenure", "wage", "wage_ratio",
        "contacts", "answers", "refusals", "product_answer",
    ),
    "company": (
        "size", "industry", "registered_capital", "client_days", "payroll_here", "industry_share", "city_share",
        "company_staff", "company_size", "company_industry", "company_capital", "company_days", "staff_wage",
        "industry_rate", "joined_share",
    ),
    "product": ("product", "category", "log_value", "grade", "base", "opening", "growth"),
}  # fmt: skip
"""Features by group."""
GROUPS: Final = tuple(FEATURES)
GRAPH: Final = frozenset({"colleagues", "household", "money_flows", "business_ties"})
"""Groups that come from what others do: the subject's place in the graph."""
CARRIED: Final = "person"
_GROUP: Final = {name: group for group, names in FEATURES.items() for name in names}


def declared() -> Collection[str]:
    """Every feature that has a group of its own."""
    return _GROUP.keys()


def group_of(feature: str) -> str:
    """The group of a feature; `holds_` and a product's key is a holding."""
    return _GROUP.get(feature, "own_holdings" if feature.startswith("holds_") else CARRIED)


def without(features: tuple[str, ...], groups: Collection[str]) -> tuple[str, ...]:
    """The features that are of none of these groups."""
    return tuple(name for name in features if group_of(name) not in groups)
