"""Accepted tables become graph tables."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from helpers.tables import Rows, day, reader

from graph.snapshot import Tables
from loaders.shape import shape
from texts.progress import Silent


def shaped(folder: Path, **tables: Rows) -> Tables:
    shape(reader(**tables), folder, Silent())
    return Tables(folder)


def rows(graph: Tables, kind: str, *columns: str) -> list[tuple[Any, ...]]:
    return graph.relationships(kind).select("from_id", "to_id", *columns).collect().rows()


def holding(product: str, opened: str | None = None, **more: Any) -> dict[str, Any]:
    opened_on = day(opened) if opened else None
    return {"holder_type": "customer", "holder_id": "C1", "product_id": product, "opened_on": opened_on, **more}


def payment(paid_on: str, amount: float, **more: Any) -> dict[str, Any]:
    ends = {"payer_type": "company", "payer_id": "K1", "payee_type": "customer", "payee_id": "C1"}
    return {"paid_on": day(paid_on), "amount": amount, **ends, **more}


def relation(kind: str, start: str, end: str, **more: Any) -> dict[str, Any]:
    return {"from_type": "customer", "from_id": start, "to_type": "customer", "to_id": end, "kind": kind, **more}


CUSTOMERS: Rows = [{"customer_id": "C1"}, {"customer_id": "C2"}]
COMPANIES: Rows = [{"company_id": "K1", "name": "甲"}]
PRODUCTS: Rows = [{"product_id": "P1", "name": "存款"}, {"product_id": "P2", "name": "信用卡", "prerequisite_id": "P1"}]


def test_several_holdings_of_one_product_are_several_contracts(tmp_path: Path) -> None:
    holdings = [holding("P1", "2025-02-01"), holding("P1", "2024-01-01"), holding("P1")]
    graph = shaped(tmp_path, customers=CUSTOMERS, products=PRODUCTS, holdings=holdings)
    assert rows(graph, "HOLDS", "sequence", "opened_on") == [
        ("C1", "P1", 1, None),
        ("C1", "P1", 2, day("2024-01-01")),
        ("C1", "P1", 3, day("2025-02-01")),
    ]


def test_payments_of_a_pair_become_one_relationship_with_its_months(tmp_path: Path) -> None:
    payments = [
        payment("2025-02-10", 0.2, purpose="工资"),
        payment("2025-01-10", 0.1, count=2, purpose="工资"),
        payment("2025-02-20", 5.0),
    ]
    graph = shaped(tmp_path, customers=CUSTOMERS, companies=COMPANIES, products=PRODUCTS, payments=payments)
    columns = ("count", "amount", "first_on", "last_on", "purpose", "months", "amounts", "counts")
    assert rows(graph, "PAID", *columns) == [
        ("K1", "C1", 4, 5.3, day("2025-01-10"), day("2025-02-20"), "工资", [202501, 202502], [0.1, 5.2], [2, 2])
    ]


@pytest.mark.parametrize(("kind", "expected"), [("spouse", ("C1", "C2")), ("parent", ("C2", "C1"))])
def test_only_relations_without_direction_are_turned(tmp_path: Path, kind: str, expected: tuple[str, str]) -> None:
    graph = shaped(tmp_path, customers=CUSTOMERS, products=PRODUCTS, relations=[relation(kind, "C2", "C1")])
    assert rows(graph, "RELATED_TO") == [expected]


def test_a_spouse_said_from_both_sides_is_one_relationship(tmp_path: Path) -> None:
    both = [relation("spouse", "C1", "C2"), relation("spouse", "C2", "C1")]
    graph = shaped(tmp_path, customers=CUSTOMERS, products=PRODUCTS, relations=both)
    assert rows(graph, "RELATED_TO", "kind") == [("C1", "C2", "spouse")]


def test_a_relation_said_with_and_without_a_date_always_was(tmp_path: Path) -> None:
    both = [relation("spouse", "C1", "C2", since=day("2026-07-01")), relation("spouse", "C1", "C2")]
    graph = shaped(tmp_path, customers=CUSTOMERS, products=PRODUCTS, relations=both)
    assert rows(graph, "RELATED_TO", "since") == [("C1", "C2", None)]


def test_a_shareholding_that_changed_has_its_first_day_and_its_newest_share(tmp_path: Path) -> None:
    changes = [(0.3, "2024-05-01"), (0.8, "2019-01-01"), (None, "2025-01-01")]
    told = [relation("shareholder", "C1", "C2", share=share, since=day(since)) for share, since in changes]
    assert rows(shaped(tmp_path, customers=CUSTOMERS, products=PRODUCTS, relations=told), "OWNS", "share", "since") == [
        ("C1", "C2", 0.3, day("2019-01-01"))
    ]


def test_refusals_stand_on_the_customer(tmp_path: Path) -> None:
    refusals: Rows = [
        {"customer_id": "C1", "channel": name, "refused_on": day("2025-01-01")} for name in ("sms", "call")
    ]
    graph = shaped(tmp_path, customers=CUSTOMERS, products=PRODUCTS, refusals=refusals)
    assert graph.nodes("Customer").select("customer_id", "refused_channels").collect().rows() == [
        ("C1", ["call", "sms"]),
        ("C2", None),
    ]


def test_a_reference_to_a_table_that_is_not_there_makes_no_relationship(tmp_path: Path) -> None:
    graph = shaped(tmp_path, customers=[{"customer_id": "C1", "branch_id": "B1"}], products=PRODUCTS)
    assert rows(graph, "AT_BRANCH") == []
    assert graph.nodes("Customer").select("branch_id").collect().item() == "B1"


def test_a_prerequisite_is_a_relationship_between_products(tmp_path: Path) -> None:
    assert rows(shaped(tmp_path, products=PRODUCTS), "REQUIRES") == [("P2", "P1")]


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    payments = [payment(f"2025-{month:02d}-10", 0.1 * month, purpose=f"货款{month % 3}") for month in range(1, 13)]
    graphs = []
    for name, order in (("one", payments), ("two", payments[::-1])):
        (tmp_path / name).mkdir()
        graphs.append(shaped(tmp_path / name, customers=CUSTOMERS, companies=COMPANIES, payments=order))
    one, two = (graph.relationships("PAID").collect() for graph in graphs)
    assert one.equals(two)
    assert one.schema["amounts"] == pl.List(pl.Float64)
