"""A delta merged into earlier tables."""

from helpers.tables import Rows, day, reader

from loaders.merge import merge

C1 = {"customer_id": "C1", "name": "旧"}
PAYMENT = {"paid_on": day("2025-01-01"), "payer_type": "customer", "payer_id": "C1", "amount": 5.0}


def merged(table: str, base: Rows, delta: Rows, times: int = 1) -> list[dict[str, object]]:
    frame = reader(**{table: base})(table)
    for _ in range(times):
        frame = merge(table, frame, reader(**{table: delta})(table))
    rows = frame.collect().to_dicts()
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def test_a_row_with_a_known_key_replaces_the_old_one() -> None:
    delta: Rows = [{"customer_id": "C1", "name": "新"}]
    assert merged("customers", [C1, {"customer_id": "C2"}], delta) == [{"customer_id": "C2"}, *delta]


def test_a_contract_is_known_by_holder_product_and_opening_day() -> None:
    old: Rows = [{"holder_type": "customer", "holder_id": "C1", "product_id": "P1", "balance": 1.0}]
    assert merged("holdings", old, [old[0] | {"balance": 2.0}]) == [old[0] | {"balance": 2.0}]


def test_a_payment_sent_again_counts_once() -> None:
    assert merged("payments", [PAYMENT], [PAYMENT], times=2) == [PAYMENT]


def test_two_equal_payments_in_one_delta_are_two() -> None:
    assert merged("payments", [PAYMENT], [PAYMENT, PAYMENT], times=2) == [PAYMENT, PAYMENT]
