"""The strongest evidence of a (subject, product) row: whose example speaks loudest, in numbers a text can name."""

from typing import Final

import polars as pl

from graph.features.items import Items
from graph.features.pairs import FAMILIES as PEERS
from graph.opportunities.task import FAMILIES

LEAST_LIFT: Final = 0.2
"""Log lift from which peers are a reason; without such peers products held beside it speak, else its popularity."""


def with_evidence(table: pl.DataFrame, items: Items, families: tuple[str, ...] = PEERS) -> pl.DataFrame:
    """`table` of features with `family`, `peers`, `holders`, `via`, `link` and `because`.

    Of each family the table has how many there are, hold the product (`_hold`), and the lift of that (`_lift`).
    """
    lifts = [pl.when(pl.col(f"{name}_hold") > 0).then(pl.col(f"{name}_lift")).otherwise(-1.0) for name in families]
    strongest = pl.max_horizontal(lifts)
    place = pl.when(strongest < LEAST_LIFT).then(_fallback())
    for name, lift in zip(families, lifts, strict=True):
        place = place.when(lift == strongest).then(FAMILIES.index(name))
    because, product = table["because"].to_numpy(), table["product"].to_numpy()
    count, of = items.holder_count, _of_family(families)
    return (
        table.with_columns(
            family=place.cast(pl.UInt8), similar=count[because], similar_hold=items.both[because, product],
            profile=pl.lit(items.people), profile_hold=count[product],
        )
        .with_columns(
            peers=_chosen(of, ""),
            holders=_chosen(of, "_hold"),
            via=_via(of, table.columns),
            link=_link(of, table.columns),
            because=pl.when(of["similar"]).then(pl.col("because")),
        )
    )  # fmt: skip


def _fallback() -> pl.Expr:
    similar = pl.col("together_best") >= LEAST_LIFT
    return pl.when(similar).then(FAMILIES.index("similar")).otherwise(FAMILIES.index("profile"))


def _of_family(families: tuple[str, ...]) -> dict[str, pl.Expr]:
    return {name: pl.col("family") == FAMILIES.index(name) for name in (*families, "similar", "profile")}


def _chosen(of: dict[str, pl.Expr], suffix: str) -> pl.Expr:
    """The column of the row's own family."""
    return pl.coalesce([pl.when(mark).then(pl.col(f"{name}{suffix}")) for name, mark in of.items()])


def _link(of: dict[str, pl.Expr], columns: list[str]) -> pl.Expr:
    """The staff record at that company, or who stands behind both companies."""
    through = {"colleagues": "staff_party", "owners": "owners_holder"}
    known = [pl.when(of[name]).then(pl.col(key)) for name, key in through.items() if name in of and key in columns]
    return pl.coalesce([*known, pl.lit(None)])


def _via(of: dict[str, pl.Expr], columns: list[str]) -> pl.Expr:
    """The company where they are colleagues, or the neighbour with the smallest key among those who hold it."""
    through = {name: "company" if name == "colleagues" else f"{name}_hold_via" for name in of}
    known = [pl.when(of[name]).then(pl.col(column)) for name, column in through.items() if column in columns]
    return pl.coalesce([*known, pl.lit(None)])
