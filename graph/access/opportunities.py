"""Opportunities within a user's branches: lists, one of them, what people decide about them, saved filters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, Final

import polars as pl

from graph import decisions, segments
from graph.access import leads, parties
from graph.access.leads import Filter, Page
from graph.access.network import Key
from graph.access.scope import Scope
from graph.decisions import Decision
from graph.opportunities.rendered import COLUMNS, written_out
from texts import UserError

PAGE: Final = 50


@dataclass(frozen=True)
class _Asked:
    """A page of a list; of the same desk, mask and filter it is the same page, whoever asks."""

    desk: leads.Desk
    unmask: bool
    chosen: Filter
    by: str
    first: int
    size: int
    access: "Opportunities" = field(compare=False)


@lru_cache(maxsize=64)
def _page(asked: _Asked) -> Page:
    return asked.access.made_page(asked.chosen, asked.by, asked.first, asked.size)


class Opportunities(Scope):
    """What `Access` does with opportunities."""

    def opportunities(self, chosen: Filter, *, by: str = "priority", page: int = 0, size: int = PAGE) -> Page:
        """One page of the opportunities that a filter names, with names, reasons and what was decided.

        Who looks at one row after the other of a page has it made once.
        """
        if size > PAGE:
            return self.made_page(chosen, by, page * size, size)
        return _page(_Asked(self._desk, self.unmask, chosen, by, page * size, size, self))

    def made_page(self, chosen: Filter, by: str, first: int, size: int) -> Page:
        """The same, made anew."""
        rows, total, value = leads.page(self._leads(chosen), by, first, size)
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

    def opportunity_rows(self, chosen: Filter, *, by: str = "priority") -> pl.DataFrame:
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
        """One row; read once in a run of a page.

        Raises:
            UserError: there is none in the user's branches.
        """
        if opportunity_id not in self._looked_up:
            rows = self.index.leads_at(self.index.rows_of_id(opportunity_id))
            self._looked_up[opportunity_id] = self._in_scope(rows.lazy()).collect()
        if (found := self._looked_up[opportunity_id]).is_empty():
            raise UserError("access.not_here")
        return found

    @cached_property
    def _looked_up(self) -> dict[str, pl.DataFrame]:
        return {}

    def _written_out(self, rows: pl.DataFrame, *, evidence: bool = False) -> pl.DataFrame:
        """With subject and product names, reasons, evidence, and what was decided."""
        subjects = rows.select(label="subject_type", id="subject_id").unique()
        known = parties.names(self.index, subjects, unmask=True).rename({"label": "subject_type", "id": "subject_id"})
        named = self._supported(rows.join(known, on=["subject_type", "subject_id"], how="left", maintain_order="left"))
        ends = pl.concat([rows[name] for name in leads.ENDS]).drop_nulls().unique().to_list() if evidence else []
        around = leads.Narrowed(self.snapshot, ends) if 0 < len(ends) <= leads.FEW else self.snapshot
        shown = written_out(named, self.findings, around, unmask=self.unmask, evidence=evidence)
        held = decisions.on(decisions.decisions(self.home), date.today()).drop(*decisions.KEY)  # noqa: DTZ011
        joined = shown.join(held, on="opportunity_id", how="left", maintain_order="left")
        return joined.with_columns(pl.col("status").fill_null("open"))

    def _supported(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows without keys of companies, relatives and staff in branches that the user does not see.

        Reasons then speak of a company without its name, and evidence ends at the subject.
        """
        if self.places is None:
            return rows
        for label, key in (("via_label", "via_id"), ("link_label", "link_id")):
            seen = sorted(self.visible(rows.select(label, key).drop_nulls().iter_rows()))
            known = pl.DataFrame(seen, schema={label: pl.String, key: pl.String}, orient="row")
            marked = known.with_columns(seen=pl.lit(value=True))
            joined = rows.join(marked, on=[label, key], how="left", maintain_order="left")
            rows = joined.with_columns(pl.when("seen").then(key).alias(key)).drop("seen")
        return rows

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
