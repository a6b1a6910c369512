"""What is paid is brought to what staff lists say."""

import polars as pl

from loaders.identity.records import Records
from loaders.identity.wages import as_listed, pay_ratios

LINKS = pl.DataFrame({"left": range(100, 112), "right": range(12)})


def records(*, payers: list[str]) -> Records:
    """Twelve people on the lists of their payers, A paying four fifths of what is listed and the others nine tenths."""
    paid = [8000.0 if payer == "A" else 9000.0 for payer in payers]
    customers = pl.DataFrame({"unique_id": range(12), "payer": payers, "paid": paid})
    employees = pl.DataFrame({"unique_id": range(100, 112), "company": payers, "salary": [10_000.0] * 12})
    return Records(customers, employees, pl.DataFrame())


def gross(known: Records, payer: str, paid: float) -> float:
    return as_listed(pl.DataFrame({"payer": [payer], "paid": [paid]}), pay_ratios(known, LINKS))["gross"].item()


def test_a_payer_has_a_ratio_of_its_own() -> None:
    assert round(gross(records(payers=["A"] * 4 + ["B"] * 8), "A", 4000.0)) == 5000


def test_a_payer_of_few_known_people_has_that_of_all() -> None:
    assert round(gross(records(payers=["A"] * 2 + ["B"] * 10), "A", 4500.0)) == 5000
