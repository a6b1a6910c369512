"""Opportunities as the dashboard asks for them: filter, order and page in the query, names and reasons for one page."""

import json
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Any, Final

import polars as pl

from graph.access.index import Index, best_first
from graph.decisions import STATUSES, Decided, Status, on
from graph.opportunities.rendered import below
from graph.snapshot import Snapshot
from texts import UserError

ORDERS: Final = ("priority", "expected_value", "probability", "annual_value", "rank")
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
    """A snapshot with the relationships between a few parties only, in texts and dates; each type is read once."""

    def __init__(self, snapshot: Snapshot, ids: list[str]) -> None:
        super().__init__(snapshot.path)
        object.__setattr__(self, "ids", ids)
        object.__setattr__(self, "known", {})

    def relationships(self, type: str) -> pl.LazyFrame:  # noqa: A002
        """Those with both ends among the parties."""
        ids: list[str] = self.__dict__["ids"]
        known: dict[str, pl.DataFrame] = self.__dict__["known"]
        if type not in known:
            rows = super().relationships(type).filter(pl.col("from_id").is_in(ids), pl.col("to_id").is_in(ids))
            known[type] = rows.select(pl.col(pl.String, pl.Date)).collect()
        return known[type].lazy()


@dataclass(frozen=True)
class Page:
    """Rows of one page, and of how many in all."""

    rows: pl.DataFrame
    total: int
    expected_value: float
    """of all, in yuan"""


@dataclass(frozen=True)
class Desk:
    """The opportunities that somebody may see, as of what was decided; equal ones show the same."""

    index: Index
    snapshot: Snapshot
    scope: tuple[str, ...] | None
    """branches that the user sees, with all below; none for every branch"""
    decided: Decided
    today: date


def filtered(desk: Desk, chosen: Filter) -> pl.LazyFrame:
    """The rows that a filter names, within the branches of the desk, best first."""
    conditions = [*_chosen(chosen), *_places(desk.snapshot, chosen.branches, desk.scope), *_by_status(desk, chosen)]
    if chosen.subject is None:
        return desk.index.leads().filter(*conditions)
    return desk.index.leads_at(desk.index.rows_of_subject(*chosen.subject)).lazy().filter(*conditions)


@lru_cache(maxsize=64)
def groups(desk: Desk, chosen: Filter, by: tuple[str, ...]) -> pl.DataFrame:
    """`number`, `new` and `expected_value` of the opportunities that a filter names, by columns such as `kind`."""
    sums = {"number": pl.len(), "new": pl.col("is_new").sum(), "expected_value": pl.col("expected_value").sum()}
    grouped = filtered(desk, chosen).group_by(by).agg(**sums)
    return grouped.sort("expected_value", *by, descending=[True, *[False] * len(by)]).collect()


@lru_cache(maxsize=64)
def choices(index: Index, places: frozenset[str] | None, column: str) -> list[str]:
    """The values of one column among the opportunities of these branches."""
    rows = index.leads() if places is None else index.leads().filter(pl.col("branch_id").is_in(sorted(places)))
    return sorted(rows.select(column).drop_nulls().unique().collect().to_series().to_list())


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
    return found


def _places(snapshot: Snapshot, branches: tuple[str, ...], scope: tuple[str, ...] | None) -> list[pl.Expr]:
    places = [with_below(snapshot, named) for named in (branches or None, scope) if named is not None]
    return [pl.col("branch_id").is_in(sorted(each)) for each in places]


def with_below(snapshot: Snapshot, branches: tuple[str, ...]) -> set[str]:
    """These branches and all that is below them."""
    return {place for branch in branches for place in below(snapshot, branch)}


def _by_status(desk: Desk, chosen: Filter) -> list[pl.Expr]:
    now = on(_decided_rows(desk.index, desk.decided), desk.today)
    if chosen.assignee is not None:
        return [pl.col("lead").is_in(now.filter(status=chosen.status, assignee=chosen.assignee)["lead"].implode())]
    if chosen.status == "open":
        closed = now.filter(pl.col("status") != "open")["lead"]
        return [~pl.col("lead").is_in(closed.implode())] if len(closed) else []
    return [pl.col("lead").is_in(now.filter(status=chosen.status)["lead"].implode())]


@lru_cache(maxsize=4)
def _decided_rows(index: Index, decided: Decided) -> pl.DataFrame:
    """`lead` and what was decided, of the leads that were decided on: numbers are compared faster than ids."""
    said = decided.rows().select("opportunity_id", "status", "reason", "until", "assignee")
    return index.leads().select("lead", "opportunity_id").join(said.lazy(), on="opportunity_id").collect()


def page(rows: pl.LazyFrame, by: str, first: int, size: int) -> tuple[list[int], int, float]:
    """The numbers of the rows of one page in the order `by`, how many there are in all, and their expected value.

    Only what is compared is read of all: the rest is read for the rows of the page.

    Raises:
        UserError: an order that there is none.
    """
    _check_order(by)
    narrow = rows.select("lead", *dict.fromkeys((by, "expected_value"))).collect()
    shown = _sorted(narrow.lazy(), by).slice(first, size).select("lead").collect().to_series().to_list()
    return shown, len(narrow), float(narrow["expected_value"].sum() or 0.0)


def ordered(rows: pl.LazyFrame, by: str) -> pl.LazyFrame:
    """Best first by one of `ORDERS`, ties in the order of the index.

    Raises:
        UserError: an order that there is none.
    """
    _check_order(by)
    return _sorted(rows, by)


def _check_order(by: str) -> None:
    if by not in ORDERS:
        raise UserError("access.bad_filter")


def _sorted(rows: pl.LazyFrame, by: str) -> pl.LazyFrame:
    if by == best_first()[0]:
        return rows  # as they are in the index
    return rows.sort(by, "lead", descending=[by != "rank", False], nulls_last=True)
