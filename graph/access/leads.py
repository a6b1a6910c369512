"""Opportunities as the dashboard asks for them: filter, order and page in the query, names and reasons for one page."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

import polars as pl

from graph.access.index import best_first
from graph.decisions import STATUSES, Status
from graph.opportunities.rendered import below
from graph.snapshot import Snapshot
from texts import UserError

ORDERS: Final = ("expected_value", "probability", "annual_value", "rank")
"""What a list can be sorted by: the best first."""
MOST: Final = 10_000
"""Rows that one bulk decision may touch."""
ENDS: Final = ("subject_id", "product_id", "via_id", "link_id", "because_id")
"""The columns with what an opportunity's evidence may tie together."""
FEW: Final = 1_000
MOST_EXPORTED: Final = 100_000
"""Rows of one download, the best ones; `guanxi export` gives all."""


@dataclass(frozen=True)
class Filter:
    """Which opportunities: every condition that is given holds. Branches stand for all below them."""

    kinds: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    managers: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    min_value: float | None = None
    min_probability: float | None = None
    only_new: bool = False
    status: Status = "open"
    assignee: str | None = None
    subject: tuple[str, str] | None = None
    """(label, key): the opportunities of one party"""

    def text(self) -> str:
        """As JSON, for links and saved segments; what is not set is left out."""
        return json.dumps({name: value for name, value in asdict(self).items() if value}, ensure_ascii=False)

    @classmethod
    def of(cls, text: str) -> "Filter":
        """Read what `text` gave; what is not understood is left out, for a link may be old or made up.

        Raises:
            UserError: it is no JSON object.
        """
        try:
            said: dict[str, Any] = dict(json.loads(text).items())
            given: dict[str, Any] = {
                field.name: _read(field.name, said[field.name]) for field in fields(cls) if field.name in said
            }
        except (ValueError, TypeError, AttributeError) as fault:
            raise UserError("access.bad_filter") from fault
        return cls(**given)


def _read(name: str, value: Any) -> Any:
    match name:
        case "min_value" | "min_probability":
            return float(value)
        case "only_new":
            return bool(value)
        case "status":
            return value if value in STATUSES else "open"
        case "assignee":
            return str(value)
        case "subject":
            label, key = value
            return str(label), str(key)
        case _:
            return tuple(str(each) for each in value)


class Narrowed(Snapshot):
    """A snapshot with the relationships between a few parties only: these are found without reading all."""

    def __init__(self, snapshot: Snapshot, ids: list[str]) -> None:
        super().__init__(snapshot.path)
        object.__setattr__(self, "ids", ids)

    def relationships(self, type: str) -> pl.LazyFrame:  # noqa: A002
        """Those with both ends among the parties."""
        ids: list[str] = self.__dict__["ids"]
        return super().relationships(type).filter(pl.col("from_id").is_in(ids), pl.col("to_id").is_in(ids))


@dataclass(frozen=True)
class Page:
    """Rows of one page, and of how many in all."""

    rows: pl.DataFrame
    total: int
    expected_value: float
    """of all, in yuan"""


def filtered(
    leads: pl.LazyFrame, snapshot: Snapshot, chosen: Filter, scope: tuple[str, ...] | None, decided: pl.DataFrame
) -> pl.LazyFrame:
    """The rows of `leads` that a filter names, within the branches of `scope`.

    Args:
        leads: of the index.
        snapshot: knows which branch is below which.
        chosen: the filter.
        scope: branches that the user sees, with all below; none for every branch.
        decided: what holds today, from `graph.decisions`.
    """
    conditions = [*_chosen(chosen), *_places(snapshot, chosen.branches, scope), _by_status(chosen, decided)]
    return leads.filter(*conditions)


def _chosen(chosen: Filter) -> list[pl.Expr]:
    listed = {
        "kind": chosen.kinds, "product_id": chosen.products, "manager_id": chosen.managers,
        "industry": chosen.industries,
    }  # fmt: skip
    found = [pl.col(name).is_in(values) for name, values in listed.items() if values]
    if chosen.min_value is not None:
        found.append(pl.col("expected_value") >= chosen.min_value)
    if chosen.min_probability is not None:
        found.append(pl.col("probability") >= chosen.min_probability)
    if chosen.only_new:
        found.append(pl.col("is_new"))
    if chosen.subject is not None:
        label, key = chosen.subject
        found.append((pl.col("subject_type") == label) & (pl.col("subject_id") == key))
    return found


def _places(snapshot: Snapshot, branches: tuple[str, ...], scope: tuple[str, ...] | None) -> list[pl.Expr]:
    places = [with_below(snapshot, named) for named in (branches or None, scope) if named is not None]
    return [pl.col("branch_id").is_in(sorted(each)) for each in places]


def with_below(snapshot: Snapshot, branches: tuple[str, ...]) -> set[str]:
    """These branches and all that is below them."""
    return {place for branch in branches for place in below(snapshot, branch)}


def _by_status(chosen: Filter, decided: pl.DataFrame) -> pl.Expr:
    if chosen.assignee is not None:
        mine = decided.filter(status=chosen.status, assignee=chosen.assignee)["opportunity_id"]
        return pl.col("opportunity_id").is_in(mine.implode())
    if chosen.status == "open":
        return ~pl.col("opportunity_id").is_in(decided.filter(pl.col("status") != "open")["opportunity_id"].implode())
    return pl.col("opportunity_id").is_in(decided.filter(status=chosen.status)["opportunity_id"].implode())


def ordered(rows: pl.LazyFrame, by: str) -> pl.LazyFrame:
    """Best first by one of `ORDERS`, ties by key.

    Raises:
        UserError: an order that there is none.
    """
    if by not in ORDERS:
        raise UserError("access.bad_filter")
    if by == best_first()[0]:
        return rows  # as they are in the index
    keys = [by, *(name for name in best_first() if name != by), "opportunity_id"]
    down = [name in ("expected_value", "probability", "annual_value") for name in keys]
    return rows.sort(keys, descending=down, nulls_last=True)
