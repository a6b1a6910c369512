"""Exact-key identity resolution."""

from typing import Any

from helpers.tables import Rows, reader

from loaders.identity import resolve

NUMBER = "110101199003078515"


def links(customers: Rows, employees: Rows) -> dict[str, tuple[str, str]]:
    read = reader(customers=customers, employees=employees)
    found = resolve(read("customers"), read("employees")).is_customer.collect()
    return {row["employee_id"]: (row["customer_id"], row["method"]) for row in found.iter_rows(named=True)}


def employee(key: str, **more: Any) -> dict[str, Any]:
    return {"employee_id": key, "company_id": "K1", **more}


def test_what_the_source_says_stands() -> None:
    customers = [{"customer_id": "C1"}, {"customer_id": "C2", "id_number": NUMBER}]
    assert links(customers, [employee("E1", customer_id="C1", id_number=NUMBER)]) == {"E1": ("C1", "source")}


def test_the_whole_id_number_links_whatever_its_writing() -> None:
    customers = [{"customer_id": "C1", "id_number": "11010119900307851x"}]
    assert links(customers, [employee("E1", id_number=" 11010119900307851X")]) == {"E1": ("C1", "id_number")}


def test_a_masked_number_is_no_key() -> None:
    masked = "110101********8515"
    assert links([{"customer_id": "C1", "id_number": masked}], [employee("E1", id_number=masked)]) == {}


def test_a_filler_shared_by_many_is_no_key() -> None:
    customers = [{"customer_id": f"C{n}", "id_number": "111111111111111111"} for n in range(9)]
    assert links(customers, [employee("E1", id_number="111111111111111111")]) == {}


def test_phone_and_name_link_where_both_are_unique() -> None:
    customers = [{"customer_id": "C1", "name": "王芳", "phone": "138 0000 1111"}]
    assert links(customers, [employee("E1", name="王芳", phone="13800001111")]) == {"E1": ("C1", "phone_and_name")}


def test_phone_and_name_of_two_customers_link_nobody() -> None:
    customers = [{"customer_id": key, "name": "王芳", "phone": "13800001111"} for key in ("C1", "C2")]
    assert links(customers, [employee("E1", name="王芳", phone="13800001111")]) == {}


def test_two_different_id_numbers_never_merge() -> None:
    customers = [{"customer_id": "C1", "name": "王芳", "phone": "13800001111", "id_number": NUMBER}]
    other = employee("E1", name="王芳", phone="13800001111", id_number="110101199003078523")
    assert links(customers, [other]) == {}


def test_duplicates_point_at_the_smallest_key() -> None:
    read = reader(customers=[{"customer_id": key, "id_number": NUMBER} for key in ("C3", "C1", "C2")])
    same = resolve(read("customers"), read("employees")).same_as.sort("from_id").collect()
    assert same.select("from_id", "to_id").rows() == [("C2", "C1"), ("C3", "C1")]


def test_the_order_of_rows_changes_nothing() -> None:
    customers = [{"customer_id": f"C{n}", "id_number": NUMBER} for n in range(3)]
    staff = [employee("E1", id_number=NUMBER)]
    assert links(customers, staff) == links(customers[::-1], staff)
