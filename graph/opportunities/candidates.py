"""Who could be offered what: (subject, product) rows, and the gates before them."""

from collections import Counter

import narwhals as nw

from graph import gates
from graph.features.bank import kept
from graph.opportunities.task import Task
from graph.people import Frame


def with_marks(subjects: Frame, task: Task, *, preferred: str | None) -> Frame:
    """`subjects` (entity, …) with what the gates read of a person, and the channels left to them."""
    marked = subjects.join(gates.person_marks(task.bank, task.as_of), on="entity", how="left")
    flags = [nw.col(name).fill_null(value=False) for name in ("do_not_contact", "withdrawn", "minor", "elder")]
    refusals = [nw.col(f"refuses_{name}").fill_null(value=False) for name in ("all", *gates.CHANNELS)]
    return marked.with_columns(*flags, *refusals).with_columns(*gates.channels(preferred=preferred))


def gated_people(subjects: Frame, task: Task) -> Frame:
    """`subjects` (party, entity, …) with what the gates read of the person, the consent and the risk assessment.

    Consent and assessment are those of the customer's record; a staff record has neither.
    """
    consents = nw.col("marketing_consent").fill_null(value=False).alias("consents")
    records = task.bank.customers.select("party", "risk_tolerance", "risk_assessed_on", "preferred_channel", consents)
    marked = with_marks(subjects.join(records, on="party", how="left"), task, preferred="preferred_channel")
    # a staff record has no consent to give: null stays unknown, and closes nothing
    refused = nw.lit(task.consent_known) & (nw.col("withdrawn") | (~nw.col("consents")).fill_null(value=False))
    expired = nw.col("risk_assessed_on") < gates.years_before(task.as_of, 1)
    return marked.with_columns(
        refused.alias("no_consent"), expired.fill_null(value=False).alias("assessment_expired")
    ).drop("consents")


def ungated(subjects: Frame, channel: str) -> Frame:
    """Organisations, which no person's gate holds back: only what is held already is not offered."""
    names = ("do_not_contact", "refuses_all", "no_consent", "minor", "graded", "assessment_expired", "above_tolerance")
    return subjects.with_columns(*(nw.lit(value=False).alias(name) for name in names), nw.lit(channel).alias("channel"))


def offers(subjects: Frame, products: Frame, held: Frame) -> Frame:
    """Every (subject, product) whose prerequisite the person holds; `held` says whether they hold it already.

    `subjects` has `entity`; `products` has `product` and `prerequisite`; `held` is unique (entity, product).
    """
    # first what these subjects hold: joins go faster by few rows than by all
    held = kept(held.join(subjects.select("entity").unique(), on="entity", how="semi"))
    free = subjects.join(products.filter(nw.col("prerequisite").is_null()).drop("prerequisite"), how="cross")
    entitled = held.rename({"product": "prerequisite"}).join(
        products.filter(~nw.col("prerequisite").is_null()), on="prerequisite", how="inner"
    )
    bound = subjects.join(entitled.drop("prerequisite"), on="entity", how="inner")
    marked = held.with_columns(nw.lit(value=True).alias("held"))
    rows = nw.concat([free, bound.select(free.collect_schema().names())])
    return rows.join(marked, on=["entity", "product"], how="left").with_columns(nw.col("held").fill_null(value=False))


def passed(rows: Frame, funnel: Counter[str]) -> Frame:
    """The rows that no gate holds back; `funnel` counts the others by reason, and all as `candidates`."""
    judged = kept(rows.with_columns(gates.first_closed()))
    counted = judged.group_by("gate").agg(nw.len().alias("rows")).collect()
    for gate, number in zip(counted.get_column("gate").to_list(), counted.get_column("rows").to_list(), strict=True):
        funnel["candidates"] += number
        if gate is not None:
            funnel[gates.REASONS[gate]] += number
    return judged.filter(nw.col("gate").is_null())
