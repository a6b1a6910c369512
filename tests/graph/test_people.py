from datetime import date
from pathlib import Path

from helpers.snapshots import TODAY, snapshot
from helpers.tables import Rows
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.people import parties, smallest_of_component
from graph.snapshot import Snapshot


def entities(made: Snapshot, as_of: date = TODAY) -> dict[str, str]:
    table = parties(made, as_of).select("id", "party", "entity").collect().to_native()
    names = dict(table.select("party", "id").iter_rows())
    return {key: names[entity] for key, entity in table.select("id", "entity").iter_rows()}


COMPANY: Rows = [{"company_id": "K1", "name": "远山科技"}]


def test_a_chain_of_records_is_one_person(tmp_path: Path) -> None:
    same = {"name": "张伟", "id_number": "11010119900307123X"}
    made = snapshot(
        tmp_path,
        customers=[{"customer_id": "C1", **same}, {"customer_id": "C2", **same}, {"customer_id": "C3"}],
        companies=COMPANY,
        employees=[
            {"employee_id": "E1", "company_id": "K1", "customer_id": "C2"},
            {"employee_id": "E2", "company_id": "K1"},
        ],
    )
    assert entities(made) == {"K1": "K1", "C1": "C1", "C2": "C1", "C3": "C3", "E1": "C1", "E2": "E2"}


def test_a_company_and_its_account_elsewhere_are_one(tmp_path: Path) -> None:
    companies = [
        {"company_id": "K1", "name": "杭州远山科技有限公司", "city": "杭州"},
        {"company_id": "K2", "name": "宁波近水商贸有限公司"},
    ]
    row = {"counterparty_id": "A1", "name": "远山科技（杭州）公司", "kind": "company"}
    made = snapshot(tmp_path, customers=[{"customer_id": "C1"}], companies=companies, counterparties=[row])
    assert entities(made) == {"C1": "C1", "K1": "K1", "K2": "K2", "A1": "K1"}


def test_records_that_came_later_join_nobody(tmp_path: Path) -> None:
    made = snapshot(
        tmp_path,
        customers=[{"customer_id": "C1", "since": date(2026, 7, 1)}],
        companies=COMPANY,
        employees=[{"employee_id": "E1", "company_id": "K1", "customer_id": "C1"}],
    )
    assert entities(made) == {"K1": "K1", "E1": "E1"}
    assert entities(made, date(2026, 7, 1))["E1"] == "C1"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12))
def test_components_equal_repeated_merging(links: list[tuple[int, int]]) -> None:
    import numpy as np

    group = list(range(10))
    for _ in range(10):
        for a, b in links:
            group = [min(group[a], group[b]) if g in (group[a], group[b]) else g for g in group]
    ends = np.array(links, np.int64).reshape(-1, 2)
    assert smallest_of_component(10, ends[:, 0], ends[:, 1]).tolist() == group
