"""company_prospect: not a client, close to clients.

    (organisation)─PAID / SUPPLIES─(client)      (organisation)←OWNS / OFFICER_OF─(anybody)─OWNS / OFFICER_OF→(client)

Learned from companies that became clients; organisations known from payments only are scored by the same model.
"""

from datetime import date, timedelta
from typing import Final

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph.features import companies
from graph.features.bank import Bank
from graph.features.groups import GROUPS
from graph.learning.rows import Floats, expit, logit
from graph.opportunities import subject_model
from graph.opportunities.drivers import Drivers, contributions, of_groups
from graph.opportunities.subject_model import Past, Prior
from graph.opportunities.task import FAMILIES, SCORED, Found, Task

KIND: Final = "company_prospect"
CHANNEL: Final = "call"
YEARLY: Final = 0.05
"""The prior share of prospects that become clients in a year."""
WEIGHTS: Final = {"partners": 0.6, "owners": 0.6, "suppliers": 0.5, "staff_banking": 0.2}
SPOKEN: Final = {
    "owners": ("owners", "owners", "owners_via"),
    "suppliers": ("suppliers", "suppliers", "suppliers_via"),
    "clients": ("partners", "partners", "partners_via"),
    "staff": ("staff", "staff_banking", "entity"),
}
"""Families of evidence: how many each speaks of, how many of them are clients, and through whom."""
TIES, MONEY = (GROUPS.index(name) for name in ("business_ties", "money_flows"))


def find(task: Task) -> Found:
    """Score every organisation that is no client."""
    task.progress.step("find.learning", kind=KIND)

    def examples(bank: Bank, day: date) -> pl.DataFrame:
        known = companies.features(
            bank.companies.filter(nw.col("client_since").is_null()).select("entity", "draw"), bank, day
        )
        return known.join(_joining(task, day), on="entity", how="left", maintain_order="left").with_columns(
            pl.col("label").fill_null(value=False)
        )

    table = companies.features(companies.subjects(task.bank), task.bank, task.as_of)
    listed = task.bank.companies.select("entity").collect().to_native()
    past = Past(companies.spells(task.bank), table.join(listed, on="entity", how="semi"), "corporate")
    model = subject_model.learn(
        task, examples, companies.FEATURES, companies.CATEGORICAL, _prior(task.horizon), rising=companies.RISING,
        past=past,
    )  # fmt: skip
    task.progress.step("find.scoring", kind=KIND)
    contribute = contributions(model.model)
    groups = contribute(table) if contribute else None
    scored = _scored(table.with_columns(order=_order(groups, len(table))), model, task.bank, task.as_of)
    # a subject has one row, so each is shown
    every, chances = np.ones(len(table), bool), scored["probability"]
    drivers = Drivers.none(len(table)) if groups is None else of_groups(every, groups, chances)
    return Found(scored, len(table), {}, model.described(KIND), model.model, drivers)


def _prior(horizon: int) -> Prior:
    note = f"log-odds of {YEARLY:g} a year, shifted by {WEIGHTS} per log(1 + count) less its mean over all prospects"

    def chance(table: pl.DataFrame) -> Floats:
        shift = np.zeros(len(table))
        for name, weight in WEIGHTS.items():
            count = np.log1p(table[name].to_numpy())
            shift += weight * (count - count.sum() / max(1, len(count)))
        return expit(logit(YEARLY * horizon / 365) + shift)

    return Prior(note, chance)


def _joining(task: Task, day: date) -> pl.DataFrame:
    """(entity, label) of companies that became clients within the horizon after `day`."""
    until = day + timedelta(days=task.horizon)
    came = task.bank.companies.filter((nw.col("client_since") > day) & (nw.col("client_since") <= until))
    return came.select("entity", nw.lit(value=True).alias("label")).collect().to_native()


def _order(groups: NDArray[np.float32] | None, rows: int) -> pl.Series:
    """Whether owners are spoken of before money: by what adds more to the score; under the prior they are."""
    return pl.Series(np.ones(rows, bool) if groups is None else groups[:, TIES] >= groups[:, MONEY])


def _spoken() -> pl.Expr:
    """The family of evidence that a row speaks of: what drives its score most, of what there is."""
    there = {name: pl.col(count) > 0 for name, (_, count, _) in SPOKEN.items()}
    place = {name: pl.lit(FAMILIES.index(name)) for name in (*SPOKEN, "profile")}
    return (
        pl.when(there["owners"] & pl.col("order")).then(place["owners"])
        .when(there["clients"] & ~pl.col("order")).then(place["clients"])
        .when(there["suppliers"]).then(place["suppliers"])
        .when(there["clients"]).then(place["clients"])
        .when(there["staff"]).then(place["staff"])
        .when(there["owners"]).then(place["owners"])
        .otherwise(place["profile"])
    )  # fmt: skip


def _scored(table: pl.DataFrame, model: subject_model.SubjectModel, bank: Bank, day: date) -> pl.DataFrame:
    of = {name: pl.col("family") == FAMILIES.index(name) for name in SPOKEN}
    peers, holders, via = (
        pl.coalesce(pl.when(of[name]).then(columns[place]) for name, columns in SPOKEN.items()) for place in range(3)
    )
    values, mean = _values(bank, day)
    valued = table.join(values, on="size", how="left", maintain_order="left").with_columns(family=_spoken())
    scored = valued.with_columns(
        subject="entity", product=pl.lit(None), probability=model.probability(table), channel=pl.lit(CHANNEL),
        annual_value=pl.col("annual_value").fill_null(pl.lit(mean)), peers=peers, holders=holders, via=via,
        link=pl.when(of["owners"]).then("owners_holder"), because=pl.lit(None),
    )  # fmt: skip
    return scored.select([pl.col(name).cast(dtype) for name, dtype in SCORED.items()])


def _values(bank: Bank, day: date) -> tuple[pl.DataFrame, float | None]:
    """Yearly margin in yuan of a client of each size (its code), drawn to the mean of all clients; and that mean."""
    fen = (nw.col("annual_value").fill_null(0.0) * 100).round().cast(nw.Int64)
    values = bank.products.filter(nw.col("line") == "corporate").select("product", fen.alias("fen"))
    each = bank.held().join(values, on="product", how="inner").group_by("entity").agg(nw.col("fen").sum())
    clients = (
        companies.clients(bank).join(each, on="entity", how="left").join(companies.profile(bank, day), on="entity")
    )
    table = clients.select("size", nw.col("fen").fill_null(0)).collect().to_native()
    mean = table["fen"].sum() / len(table) / 100 if len(table) else None
    grouped = table.drop_nulls("size").group_by("size").agg(pl.col("fen").sum(), pl.len().alias("number"))
    shrunk = (pl.col("fen") / 100 + companies.WEIGHT * (mean or 0.0)) / (pl.col("number") + companies.WEIGHT)
    return grouped.select("size", annual_value=shrunk.round(2)), None if mean is None else round(mean, 2)
