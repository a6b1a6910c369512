"""The one way to the data: every read is within the user's branches and masked, every write says who."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any, Final

import polars as pl

from graph import decisions, segments
from graph.access import leads, network, overview, parties
from graph.access.index import Index, index
from graph.access.leads import Filter, Page
from graph.access.network import Key, Neighbourhood
from graph.access.store_gate import StoreGate
from graph.access.user import Right, User
from graph.audit import record
from graph.decisions import Decision
from graph.home import Home
from graph.model import PARTIES
from graph.opportunities.rendered import COLUMNS, written_out
from graph.snapshot import latest_findings
from texts import UserError

PAGE: Final = 50
Version = tuple[str, str]


class Access:
    """What one user may see of one home; cheap to make, so make one per run of a page.

    Args:
        home: whose data it is.
        user: rights and branch scope.
        gate: the store.

    Raises:
        UserError: nothing was found yet, or what was found was removed meanwhile.
    """

    def __init__(self, home: Home, user: User, gate: StoreGate) -> None:
        self.home = home
        self.user = user
        self.gate = gate
        self.findings, self.snapshot = latest_findings(home)
        self.unmask = False

    @property
    def version(self) -> Version:
        """Names what is looked at: what was cached for another one is stale."""
        return self.findings.version, self.snapshot.version

    @cached_property
    def index(self) -> Index:
        """The tables made for these findings."""
        return index(self.home, self.findings, self.snapshot)

    @cached_property
    def places(self) -> frozenset[str] | None:
        """The branches whose customers the user sees; none for every one, and those without a branch."""
        scope = self.user.branches
        return None if scope is None else frozenset(leads.with_below(self.snapshot, scope))

    def unmasked(self, purpose: str) -> "Access":
        """The same access with names in clear.

        Raises:
            UserError: the user has no right to it.
        """
        self.need("unmask")
        clear = Access(self.home, self.user, self.gate)
        clear.unmask = True
        self.note("unmask", "session", purpose=purpose)
        return clear

    # opportunities

    def opportunities(self, chosen: Filter, *, by: str = "expected_value", page: int = 0, size: int = PAGE) -> Page:
        """One page of the opportunities that a filter names, with names, reasons and what was decided."""
        rows, total, value = leads.page(self._leads(chosen), by, page * size, size)
        return Page(self._written_out(self.index.leads_at(rows)), total, value)

    def opportunity(self, opportunity_id: str) -> dict[str, Any]:
        """One opportunity by id.

        Raises:
            UserError: there is none in the user's branches.
        """
        return self._written_out(self._lead(opportunity_id), evidence=True).row(0, named=True)

    def opportunity_ids(self, chosen: Filter) -> list[str]:
        """The ids of all that a filter names, for a decision on all of them.

        Raises:
            UserError: they are too many at once.
        """
        found = self._leads(chosen).select("opportunity_id").head(leads.MOST + 1).collect().to_series().to_list()
        if len(found) > leads.MOST:
            raise UserError("access.too_many", most=f"{leads.MOST:,}")
        return found

    def opportunity_rows(self, chosen: Filter, *, by: str = "expected_value") -> pl.DataFrame:
        """The best `MOST_EXPORTED` that a filter names, in the columns of an export and what was decided."""
        rows = leads.ordered(self._leads(chosen), by).head(leads.MOST_EXPORTED).collect()
        return self._written_out(rows, evidence=True).select(*COLUMNS, "status", "reason", "until", "assignee")

    def opportunity_groups(self, chosen: Filter, by: Sequence[str]) -> pl.DataFrame:
        """`number`, `new` and `expected_value` of the opportunities that a filter names, by columns such as `kind`."""
        return leads.groups(self._desk, chosen, tuple(by))

    def best_values(self, keys: Iterable[Key]) -> dict[Key, float]:
        """The best expected value among the opportunities of each of these parties that has any."""
        ids = sorted({key for _, key in keys})
        rows = self._in_scope(self.index.leads().filter(pl.col("subject_id").is_in(ids)))
        best = rows.group_by("subject_type", "subject_id").agg(pl.col("expected_value").max()).collect()
        return {(label, key): value or 0.0 for label, key, value in best.iter_rows()}

    def choices(self, column: str) -> list[str]:
        """The values of one column that any opportunity in the user's branches has, for a filter's menu."""
        return leads.choices(self.index, self.places, column)

    @property
    def _desk(self) -> leads.Desk:
        today = date.today()  # noqa: DTZ011 - the user's own day
        return leads.Desk(self.index, self.snapshot, self.user.branches, decisions.until_now(self.home), today)

    def _leads(self, chosen: Filter) -> pl.LazyFrame:
        return leads.filtered(self._desk, chosen)

    def _lead(self, opportunity_id: str) -> pl.DataFrame:
        """One row.

        Raises:
            UserError: there is none in the user's branches.
        """
        rows = self.index.leads_at(self.index.rows_of_id(opportunity_id))
        found = self._in_scope(rows.lazy()).collect()
        if found.is_empty():
            raise UserError("access.not_here")
        return found

    def _written_out(self, rows: pl.DataFrame, *, evidence: bool = False) -> pl.DataFrame:
        """With subject and product names, reasons, evidence, and what was decided."""
        subjects = rows.select(label="subject_type", id="subject_id").unique()
        known = parties.names(self.index, subjects, unmask=True).rename({"label": "subject_type", "id": "subject_id"})
        named = rows.join(known, on=["subject_type", "subject_id"], how="left", maintain_order="left")
        ends = pl.concat([rows[name] for name in leads.ENDS]).drop_nulls().unique().to_list() if evidence else []
        around = leads.Narrowed(self.snapshot, ends) if 0 < len(ends) <= leads.FEW else self.snapshot
        shown = written_out(named, self.findings, around, unmask=self.unmask, evidence=evidence)
        held = decisions.decisions(self.home).drop(*decisions.KEY)
        joined = shown.join(held, on="opportunity_id", how="left", maintain_order="left")
        return joined.with_columns(pl.col("status").fill_null("open"))

    # decisions

    def decide(self, ids: Sequence[str], decision: Decision) -> pl.DataFrame:
        """Decide on these opportunities; those outside of the user's branches stay as they are.

        Returns:
            What held before, for `undo`.

        Raises:
            UserError: the user has no right to decide, or they are too many at once.
        """
        self.need("decide")
        if len(ids) > leads.MOST:
            raise UserError("access.too_many", most=f"{leads.MOST:,}")
        known = self._in_scope(self.index.leads().filter(pl.col("opportunity_id").is_in(list(ids)))).collect()
        before = decisions.decide(self.home, known, decision, self.user.name)
        self.note("decide", decision.status or "assign", rows=len(before))
        return before

    def undo(self, before: pl.DataFrame) -> None:
        """Let hold again what `decide` returned.

        Raises:
            UserError: the user has no right to decide.
        """
        self.need("decide")
        decisions.restore(self.home, before, self.user.name)
        self.note("undo", "decisions", rows=len(before))

    def history(self, opportunity_id: str) -> pl.DataFrame:
        """What was decided about one opportunity, by whom and when."""
        self._lead(opportunity_id)
        return decisions.history(self.home, opportunity_id)

    # segments

    def segments(self) -> dict[str, dict[str, Any]]:
        """Saved filters by name."""
        return segments.segments(self.home)

    def save_segment(self, name: str, chosen: Filter) -> None:
        """Keep a filter for all users under a name."""
        segments.save_segment(self.home, name, chosen.text(), self.user.name)

    def remove_segment(self, name: str) -> None:
        """Forget a saved filter."""
        segments.remove_segment(self.home, name)

    # the bank

    def totals(self) -> pl.DataFrame:
        """Counts by branch and manager, within the user's branches: see `graph.access.totals`."""
        rows = self.index.totals()
        return rows if self.places is None else rows.filter(pl.col("branch_id").is_in(sorted(self.places)))

    def units(self, at: str | None = None) -> pl.DataFrame:
        """What each unit right below a branch has, with its open opportunities: see `graph.access.overview.units`."""
        offers = self.opportunity_groups(Filter(), ["branch_id", "manager_id"]).rename({"number": "opportunities"})
        counts = offers.with_columns(pl.col("opportunities", "new").cast(pl.Int64))
        both = pl.concat([self.totals(), counts], how="diagonal")
        filled = both.with_columns(pl.col(overview.SUMS).fill_null(0))
        return overview.units(self.branches(), self.managers(), filled, at)

    def branches(self) -> pl.DataFrame:
        """`branch_id`, `name`, `level`, `parent_id` of the branches that the user sees."""
        rows = self.snapshot.nodes("Branch").select("branch_id", "name", "level", "parent_id").sort("branch_id")
        return (rows if self.places is None else rows.filter(pl.col("branch_id").is_in(sorted(self.places)))).collect()

    def managers(self) -> pl.DataFrame:
        """`manager_id`, `name`, `branch_id` of the managers of those branches."""
        rows = self.snapshot.nodes("Manager").select("manager_id", "name", "branch_id").sort("manager_id")
        return (rows if self.places is None else rows.filter(pl.col("branch_id").is_in(sorted(self.places)))).collect()

    def products(self) -> dict[str, str]:
        """Names of products by id."""
        rows = self.snapshot.nodes("Product").select("product_id", "name").sort("product_id").collect()
        return dict(rows.iter_rows())

    # parties

    def search(self, text: str, *, top: int = parties.MOST_FOUND) -> pl.DataFrame:
        """The parties that a text may mean, the closest first."""
        return parties.search(self.index, text, self.places, unmask=self.unmask, top=top)

    def party(self, label: str, key: str) -> dict[str, Any]:
        """Every known property of a party, masked.

        Raises:
            UserError: there is none in the user's branches.
        """
        if not self.sees(label, key):
            raise UserError("access.not_here")
        found = parties.attributes(self.snapshot, label, key, unmask=self.unmask)
        if found is None:
            raise UserError("access.not_here")
        return found

    def sees(self, label: str, key: str) -> bool:
        """Whether there is such a party in the user's branches."""
        if label not in PARTIES:
            return False
        rows = self.index.parties().filter(pl.col("label") == label, pl.col("id") == key)
        return bool(self._in_scope(rows).select(pl.len()).collect().item())

    def party_names(self, keys: Iterable[Key]) -> dict[Key, str]:
        """Names, masked for persons, of parties of any branch: for what evidence and money flows lead to."""
        rows = pl.DataFrame(sorted(set(keys)), schema={"label": pl.String, "id": pl.String}, orient="row")
        found = parties.names(self.index, rows, unmask=self.unmask)
        return {(label, key): name for label, key, name in found.iter_rows() if name is not None}

    # the network

    def neighbours(self, label: str, key: str, *, chosen: Sequence[str], opened: Iterable[str] = ()) -> Neighbourhood:
        """What stands next to a party: neighbours of other branches are left out, properties are masked.

        Raises:
            UserError: there is no such party in the user's branches, or the store cannot be had.
        """
        if not self.sees(label, key):
            raise UserError("access.not_here")
        with self.gate.store() as store:
            found = network.neighbours(store, (label, key), chosen=chosen, opened=opened)
        return self._seen(found)

    def ties_among(self, keys: Sequence[Key], *, chosen: Sequence[str]) -> tuple[network.Tie, ...]:
        """The ties between any two of these parties that the user sees."""
        with self.gate.store() as store:
            return network.ties_among(store, sorted(self.visible(keys)), chosen=chosen)

    def shortest(self, one: Key, other: Key, *, chosen: Sequence[str]) -> Neighbourhood:
        """A shortest connection between two parties, through parties that the user sees.

        Raises:
            UserError: one of them is not in the user's branches, or the store cannot be had.
        """
        if not (self.sees(*one) and self.sees(*other)):
            raise UserError("access.not_here")
        with self.gate.store() as store:
            found = network.shortest(store, one, other, chosen=chosen)
        seen = self._seen(found)
        return seen if len(seen.nodes) == len(found.nodes) else Neighbourhood({}, ())

    def _seen(self, found: Neighbourhood) -> Neighbourhood:
        visible = self.visible(found.nodes)
        nodes = {key: self._masked(key[0], said) for key, said in found.nodes.items() if key in visible}
        ties = tuple(tie for tie in found.ties if tie.start in visible and tie.end in visible)
        return replace(found, nodes=nodes, ties=ties)

    def _masked(self, label: str, said: dict[str, Any]) -> dict[str, Any]:
        if self.unmask:
            return said
        return {name: parties.masked_value(label, name, value) for name, value in said.items()}

    def visible(self, keys: Iterable[Key]) -> set[Key]:
        """Those in the user's branches; a party outside the bank belongs to none and is seen by all."""
        wanted = sorted(set(keys))
        if self.places is None:
            return set(wanted)
        rows = self.index.parties().filter(pl.col("id").is_in([key for _, key in wanted]))
        outside = pl.col("label") == "Counterparty"
        known = rows.filter(outside | pl.col("branch_id").is_in(sorted(self.places))).select("label", "id").collect()
        return set(known.rows()) & set(wanted)

    # for the views of one party, of queries and of loads beside this module

    def seen(self, party: Key) -> Key:
        """The same party.

        Raises:
            UserError: there is none in the user's branches.
        """
        if not self.sees(*party):
            raise UserError("access.not_here")
        return party

    def named(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows (label, id, …) about parties that the user sees, with `name`."""
        visible = self.visible(rows.select("label", "id").iter_rows())
        names = self.party_names(visible)
        known = pl.DataFrame(
            [(label, key, names.get((label, key), key)) for label, key in sorted(visible)],
            schema=dict.fromkeys(("label", "id", "name"), pl.String), orient="row",
        )  # fmt: skip
        return rows.join(known, on=["label", "id"], how="inner", maintain_order="left")

    # rights

    def _in_scope(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        return rows if self.places is None else rows.filter(pl.col("branch_id").is_in(sorted(self.places)))

    def need(self, right: Right) -> None:
        """Go on only with this right.

        Raises:
            UserError: the user does not have it.
        """
        if not self.user.may(right):
            raise UserError("access.no_right", right=right)

    def exported(self, subject: str, rows: int) -> None:
        """Write into the audit log that the user took rows away.

        Raises:
            UserError: the user has no right to export.
        """
        self.need("export")
        self.note("export", subject, rows=rows, unmasked=self.unmask)

    def note(self, event: str, subject: str, *, purpose: str = "", **result: Any) -> None:
        """Write into the audit log what the user did."""
        record(self.home, event, subject, purpose=purpose, user=self.user.name, **result)
