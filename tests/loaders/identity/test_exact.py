"""Links by exact keys."""

from helpers.people import links, resolved

NUMBER = "110101199003078515"
OTHER = "110101199003078523"


def test_what_the_source_says_stands() -> None:
    customers = [{"customer_id": "C1"}, {"customer_id": "C2", "id_number": NUMBER}]
    assert links(customers, [{"employee_id": "E1", "customer_id": "C1", "id_number": NUMBER}]) == {
        "E1": ("C1", "source")
    }


def test_the_whole_id_number_links_whatever_its_writing() -> None:
    customers = [{"customer_id": "C1", "id_number": "11010519491231002x"}]
    assert links(customers, [{"employee_id": "E1", "id_number": " 110105 19491231 002Ｘ"}]) == {
        "E1": ("C1", "id_number")
    }


def test_a_number_of_15_digits_is_the_one_of_18() -> None:
    customers = [{"customer_id": "C1", "id_number": NUMBER}]
    assert links(customers, [{"employee_id": "E1", "id_number": "110101900307851"}]) == {"E1": ("C1", "id_number")}


def test_a_masked_number_is_no_key() -> None:
    masked = "110101********8515"
    customers = [{"customer_id": key, "id_number": masked} for key in ("C1", "C2")]
    assert links(customers, [{"employee_id": "E1", "id_number": masked}]) == {}


def test_a_filler_shared_by_many_is_no_key() -> None:
    customers = [{"customer_id": f"C{n}", "id_number": "123456789012345678"} for n in range(9)]
    assert links(customers, [{"employee_id": "E1", "id_number": "123456789012345678"}]) == {}


def test_one_digit_over_and_over_is_no_key() -> None:
    customers = [{"customer_id": "C1", "id_number": "111111111111111111"}]
    assert links(customers, [{"employee_id": "E1", "id_number": "111111111111111111"}]) == {}


def test_phone_and_name_link_where_both_are_unique() -> None:
    customers = [{"customer_id": "C1", "name": "王芳", "phone": "+86 138-0000-1111"}]
    assert links(customers, [{"employee_id": "E1", "name": "王 芳", "phone": "13800001111"}]) == {
        "E1": ("C1", "phone_and_name")
    }


def test_phone_and_name_of_two_customers_link_nobody() -> None:
    customers = [{"customer_id": key, "name": "王芳", "phone": "13800001111"} for key in ("C1", "C2")]
    assert links(customers, [{"employee_id": "E1", "name": "王芳", "phone": "13800001111"}]) == {}


def test_two_different_right_id_numbers_never_merge() -> None:
    customers = [{"customer_id": "C1", "name": "王芳", "phone": "13800001111", "id_number": NUMBER}]
    other = {"employee_id": "E1", "name": "王芳", "phone": "13800001111", "id_number": OTHER}
    assert links(customers, [other]) == {}


def test_duplicates_point_at_the_smallest_key() -> None:
    same = resolved([{"customer_id": key, "id_number": NUMBER} for key in ("C3", "C1", "C2")], []).same_as.collect()
    assert same.sort("from_id").select("from_id", "to_id").rows() == [("C2", "C1"), ("C3", "C1")]
