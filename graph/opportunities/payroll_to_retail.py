"""payroll_to_retail: on a client's staff, not yet a retail customer: open.

    (employee)─WORKS_AT→(client)←WORKS_AT─(colleagues)═(customers)      a row per staff record

Learned from staff who became customers.
"""

from collections import Counter
from datetime import date, timedelta
from typing import Final

import narwhals as nw
import polars as pl

from graph.features import staff
from graph.features.bank import Bank
from graph.opportunities import subject_model
from graph.opportunities.candidates import passed, with_marks
from graph.opportunities.drivers import contributions, explained
from graph.opportunities.subject_model import Past, Prior
from graph.opportunities.task import FAMILIES, SCORED, Found, Task
from graph.people import Frame

KIND: Final = "payroll_to_retail"
YEARLY: Final = 0.1
"""The prior share of staff who open an account in a year."""


def find(task: Task) -> Found:
    """Score everyone on a client's staff who is no customer under any record."""
    task.progress.step("find.learning", kind=KIND)

    def examples(bank: Bank, day: date) -> pl.DataFrame:
        table = staff.features(staff.subjects(bank), bank, day, task.relatives())
        return table.join(_arriving(task, day), on="entity", how="left", maintain_order="left").with_columns(
            pl.col("label").fill_null(value=False)
        )

    today = staff.features(staff.subjects(task.bank), task.bank, task.as_of, task.relatives())
    past = Past(staff.spells(task.bank), today, "retail")
    model = subject_model.learn(
        task, examples, staff.FEATURES, staff.CATEGORICAL, _prior(task.horizon), rising=staff.RISING, past=past
    )
    task.progress.step("find.scoring", kind=KIND)
    funnel: Counter[str] = Counter()
    free = passed(_marked(staff.subjects(task.bank), task), funnel).select("party", "channel")
    table = today.join(free.collect().to_native(), on="party", how="inner", maintain_order="left")
    candidates = funnel.pop("candidates", 0)
    scored = _scored(table, model, task)
    drivers = explained(contributions(model.model), table, scored, task.levers)
    described = model.described(KIND)
    return Found(scored, candidates, dict(funnel), described, model.model, drivers)


def _prior(horizon: int) -> Prior:
    note = f"{YEARLY:g} of staff a year, times one half plus the share of colleagues who bank here"
    return Prior(note, lambda table: YEARLY * horizon / 365 * (0.5 + table["banking_share"].to_numpy()))


def _arriving(task: Task, day: date) -> pl.DataFrame:
    """(entity, label) of those who became customers within the horizon after `day`."""
    until = day + timedelta(days=task.horizon)
    came = task.bank.customers.filter((nw.col("came_on") > day) & (nw.col("came_on") <= until))
    return came.select("entity").unique().with_columns(nw.lit(value=True).alias("label")).collect().to_native()


def _marked(rows: Frame, task: Task) -> Frame:
    """With the columns that the gates read; what opens is of the lowest grade, so suitability never closes."""
    no = nw.lit(value=False)
    marked = with_marks(rows, task, preferred=None)
    return marked.with_columns(
        nw.col("personal_channel").alias("channel"), no.alias("no_consent"), no.alias("held"), no.alias("graded"),
        no.alias("assessment_expired"), no.alias("above_tolerance"),
    )  # fmt: skip


def opening_product(bank: Bank) -> int | None:
    """The product that customers most often open first: a deposit or card without prerequisite, ungraded or R1."""
    grade = nw.col("risk_level").fill_null(1)
    simple = nw.col("category").is_in(["deposit", "card"]) & nw.col("prerequisite").is_null() & (grade <= 1)
    opening = bank.products.filter((nw.col("line") == "retail") & simple).select("product")
    people = bank.holdings.join(bank.banking(), on="entity", how="semi").join(opening, on="product", how="semi")
    counts = people.group_by("product").agg(nw.col("entity").n_unique().alias("people")).collect().to_native()
    return counts.sort("people", "product", descending=[True, False])["product"].first()


def _scored(table: pl.DataFrame, model: subject_model.SubjectModel, task: Task) -> pl.DataFrame:
    spoken = (
        pl.when(pl.col("colleagues_banking") > 0)
        .then(FAMILIES.index("colleagues"))
        .otherwise(FAMILIES.index("profile"))
    )
    scored = table.with_columns(
        subject="party", product=pl.lit(opening_product(task.bank)), probability=model.probability(table),
        annual_value="colleague_value", family=spoken, peers="colleagues", holders="colleagues_banking", via="company",
        link="party", because=pl.lit(None),
    )  # fmt: skip
    return scored.select([pl.col(name).cast(dtype) for name, dtype in SCORED.items()])
