"""cross_sell: offer this retail product next.

    (customer)─HOLDS→(prerequisite)      a row per customer and retail product not yet held by the person
    (customer)═(employee)─WORKS_AT→(company)←WORKS_AT─(colleagues)─HOLDS→(product)
    (customer)─RELATED_TO / PAID─(neighbours)─HOLDS→(product)

How likely it is taken is learned in `graph.opportunities.retail_model`.
"""

from collections import Counter
from typing import Final

import narwhals as nw
import polars as pl

from graph import gates
from graph.features.pairs import PairTables
from graph.opportunities import retail_model
from graph.opportunities.candidates import gated_people, offers, passed
from graph.opportunities.drivers import Drivers, explained
from graph.opportunities.evidence import with_evidence
from graph.opportunities.retail_model import RetailModel
from graph.opportunities.task import SCORED, Found, Task, joined
from graph.opportunities.undated_model import UndatedModel
from graph.people import Frame

KIND: Final = retail_model.KIND
ROWS_AT_ONCE: Final = 400_000
"""Rows scored at a time: bounds memory, changes nothing else."""


def find(task: Task) -> Found:
    """Score every retail product that a customer may be offered."""
    retail = task.bank.products.filter(nw.col("line") == "retail").collect().lazy()
    task.progress.step("find.learning", kind=KIND)
    tables = task.person_tables()
    model = retail_model.learned(task)
    subjects = _subjects(task)
    funnel: Counter[str] = Counter()
    parts, drivers, contribute = list[pl.DataFrame](), list[Drivers](), model.contribute()
    task.progress.step("find.scoring", len(subjects), kind=KIND)
    size = max(1, ROWS_AT_ONCE // max(1, int(retail.select(nw.len()).collect().item())))
    for start in range(0, len(subjects), size):
        part = nw.from_native(subjects[start : start + size].lazy())
        rows = passed(_rows(part, retail, tables), funnel)
        table, scored = _scored(rows, task, tables, model)
        parts.append(scored)
        drivers.append(explained(contribute, table, scored, task.levers))
        task.progress.advance(min(size, len(subjects) - start))
    candidates = funnel.pop("candidates", 0)
    described = model.described(KIND)
    return Found(joined(parts), candidates, dict(funnel), described, model.model, Drivers.joined(drivers))


def _subjects(task: Task) -> pl.DataFrame:
    return gated_people(task.bank.customers.select("party", "entity"), task).collect().to_native().sort("party")


def _rows(part: Frame, retail: Frame, tables: PairTables) -> Frame:
    products = retail.select("product", "prerequisite", "risk_level")
    return offers(part, products, tables.held).with_columns(*gates.suitability())


def _scored(
    rows: Frame, task: Task, tables: PairTables, model: RetailModel | UndatedModel
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with their features, and as scored."""
    keys = rows.select("party", "entity", "product", "channel").with_columns(
        nw.lit(0).alias("own"), nw.lit(value=True).alias("banks")
    )
    table = tables.features(keys, tables.held)
    values = task.bank.products.select("product", "annual_value").collect().to_native()
    scored = with_evidence(table, tables.items).with_columns(probability=model.probability(table))
    scored = scored.join(values, on="product", how="left", maintain_order="left")
    scored = scored.rename({"party": "subject"})
    return table, scored.select([pl.col(name).cast(dtype) for name, dtype in SCORED.items()])
