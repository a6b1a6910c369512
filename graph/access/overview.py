"""The bank one level at a time: what each unit below a branch has, its managers where nothing is below."""

from typing import Final, Literal

import polars as pl

from graph.access.totals import COUNTS

Level = Literal["branch", "manager", "own"]
"""A branch below, a manager, or what belongs to the branch itself and to nobody below."""
SUMS: Final = (*COUNTS, "opportunities", "new", "expected_value")


def units(branches: pl.DataFrame, managers: pl.DataFrame, counts: pl.DataFrame, at: str | None) -> pl.DataFrame:
    """`level`, `id`, `name` and `SUMS` of each unit right below the branch `at`.

    Args:
        branches: branch_id, name, parent_id, of those that the user sees.
        managers: manager_id, name.
        counts: branch_id, manager_id and `SUMS`.
        at: a branch; none for the top, which is a head office's own level where there is one head office only.
    """
    parents: dict[str, str | None] = dict(branches.select("branch_id", "parent_id").iter_rows())
    tops = [branch for branch, parent in parents.items() if parent not in parents]
    level = tops[0] if at is None and len(tops) == 1 else at
    placed = [(branch, place) for branch in parents if (place := _below(branch, level, parents)) is not None]
    if level is not None and all(place == level for _, place in placed):
        inside = counts.filter(pl.col("branch_id") == level).with_columns(id="manager_id")
        kind, names = "manager", managers.select(id="manager_id", name="name")
    else:
        known = pl.DataFrame(placed, schema={"branch_id": pl.String, "id": pl.String}, orient="row")
        inside = counts.join(known, on="branch_id", how="left" if at is None else "inner")
        kind, names = "branch", branches.select(id="branch_id", name="name")
    own = pl.col("id").is_null() | (pl.col("id") == pl.lit(level, pl.String)).fill_null(value=False)
    grouped = inside.group_by("id").agg(pl.col(SUMS).sum()).join(names, on="id", how="left")
    named = grouped.with_columns(level=pl.when(own).then(pl.lit("own")).otherwise(pl.lit(kind)))
    return named.select("level", "id", "name", *SUMS).sort("expected_value", "id", descending=[True, False])


def path(branches: pl.DataFrame, at: str | None) -> list[tuple[str, str]]:
    """(branch_id, name) from the top down to `at`."""
    known = {
        branch: (parent, name) for branch, name, parent in branches.select("branch_id", "name", "parent_id").rows()
    }
    found: list[tuple[str, str]] = []
    while at is not None and at in known and len(found) <= len(known):
        found.insert(0, (at, known[at][1]))
        at = known[at][0]
    return found


def _below(branch: str, at: str | None, parents: dict[str, str | None]) -> str | None:
    """The unit right below `at` that a branch is part of: `at` itself, or none where it is elsewhere."""
    if branch == at:
        return branch
    seen: set[str] = set()
    while branch not in seen:
        seen.add(branch)
        parent = parents.get(branch)
        if parent == at or (at is None and parent not in parents):
            return branch
        if parent is None or parent not in parents:
            return None
        branch = parent
    return None
