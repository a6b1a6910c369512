"""The one way to the data: every read is within the user's branches and masked, every write says who."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from graph.access import network, overview, parties
from graph.access.leads import Filter
from graph.access.network import Key, Neighbourhood
from graph.access.opportunities import Opportunities
from graph.masks import masked_properties
from texts import UserError


class Access(Opportunities):
    """What one user may see of one home; cheap to make, so make one per run of a page."""

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
        self.seen((label, key))
        found = parties.attributes(self.snapshot, label, key, unmask=self.unmask)
        if found is None:
            raise UserError("access.not_here")
        return found

    # the network

    def neighbours(self, label: str, key: str, *, chosen: Sequence[str], opened: Iterable[str] = ()) -> Neighbourhood:
        """What stands next to a party: neighbours of other branches are left out, properties are masked.

        Raises:
            UserError: there is no such party in the user's branches, or the store cannot be had.
        """
        self.seen((label, key))
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
        self.seen(one)
        self.seen(other)
        with self.gate.store() as store:
            found = network.shortest(store, one, other, chosen=chosen)
        seen = self._seen(found)
        return seen if len(seen.nodes) == len(found.nodes) else Neighbourhood({}, ())

    def _seen(self, found: Neighbourhood) -> Neighbourhood:
        visible = self.visible(found.nodes)
        nodes = {key: self._masked(key[0], said) for key, said in found.nodes.items() if key in visible}
        for key, of_company in self._employers([key for label, key in nodes if label == "Employee"]).items():
            nodes["Employee", key] = of_company | nodes["Employee", key]
        ties = tuple(tie for tie in found.ties if tie.start in visible and tie.end in visible)
        return replace(found, nodes=nodes, ties=ties)

    def _employers(self, staff: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Branch and industry of the company that each of these employees works at."""
        if not staff:
            return {}
        rows = self.index.parties().filter(pl.col("label") == "Employee", pl.col("id").is_in(staff))
        known = rows.select("id", "branch_id", "industry").collect()
        return {
            row.pop("id"): {name: value for name, value in row.items() if value} for row in known.iter_rows(named=True)
        }

    def _masked(self, label: str, said: dict[str, Any]) -> dict[str, Any]:
        return said if self.unmask else masked_properties(label, said)
