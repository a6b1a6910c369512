"""Who looks at what: the user's branches, masks and rights. Every read is within them, every write says who."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Self

import polars as pl

from graph.access import leads, parties
from graph.access.index import Index, index
from graph.access.network import Key
from graph.access.store_gate import StoreGate
from graph.access.user import Right, User
from graph.audit import record
from graph.home import Home
from graph.model import PARTIES
from graph.snapshot import latest_findings
from texts import UserError

Version = tuple[str, str]


class Scope:
    """What one user may see and do in one home.

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

    def unmasked(self, purpose: str) -> Self:
        """The same access with names in clear.

        Raises:
            UserError: the user has no right to it.
        """
        self.need("unmask")
        clear = type(self)(self.home, self.user, self.gate)
        clear.unmask = True
        self.note("unmask", "session", purpose=purpose)
        return clear

    # parties

    def sees(self, label: str, key: str) -> bool:
        """Whether there is such a party in the user's branches."""
        if label not in PARTIES:
            return False
        rows = self.index.parties().filter(pl.col("label") == label, pl.col("id") == key)
        return bool(self._in_scope(rows).select(pl.len()).collect().item())

    def seen(self, party: Key) -> Key:
        """The same party.

        Raises:
            UserError: there is none in the user's branches.
        """
        if not self.sees(*party):
            raise UserError("access.not_here")
        return party

    def visible(self, keys: Iterable[Key]) -> set[Key]:
        """Those in the user's branches; a party outside the bank belongs to none and is seen by all."""
        wanted = sorted(set(keys))
        if self.places is None:
            return set(wanted)
        rows = self.index.parties().filter(pl.col("id").is_in([key for _, key in wanted]))
        outside = pl.col("label") == "Counterparty"
        known = rows.filter(outside | pl.col("branch_id").is_in(sorted(self.places))).select("label", "id").collect()
        return set(known.rows()) & set(wanted)

    def party_names(self, keys: Iterable[Key]) -> dict[Key, str]:
        """Names, masked for persons, of those of these parties that the user sees."""
        return self._names(self.visible(keys))

    def _names(self, visible: set[Key]) -> dict[Key, str]:
        rows = pl.DataFrame(sorted(visible), schema={"label": pl.String, "id": pl.String}, orient="row")
        found = parties.names(self.index, rows, unmask=self.unmask)
        return {(label, key): name for label, key, name in found.iter_rows() if name is not None}

    def named(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows (label, id, …) about parties that the user sees, with `name`."""
        visible = self.visible(rows.select("label", "id").iter_rows())
        names = self._names(visible)
        known = pl.DataFrame(
            [(label, key, names.get((label, key), key)) for label, key in sorted(visible)],
            schema=dict.fromkeys(("label", "id", "name"), pl.String), orient="row",
        )  # fmt: skip
        return rows.join(known, on=["label", "id"], how="inner", maintain_order="left")

    def _in_scope(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        return rows if self.places is None else rows.filter(pl.col("branch_id").is_in(sorted(self.places)))

    # rights

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
