"""Counts through hubs and pairs equal brute force over people, on random small graphs."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import narwhals as nw
import polars as pl
from helpers.snapshots import TODAY, snapshot
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.features import peers
from graph.features.bank import Bank
from graph.features.pairs import PairTables

PEOPLE, COMPANIES, PRODUCTS = 7, 3, 3
TITLES = ("职员", "主管")
Holds = set[tuple[int, int]]
Jobs = set[tuple[int, int]]
Ties = set[tuple[int, int]]

people = st.integers(0, PEOPLE - 1)
holds = st.sets(st.tuples(people, st.integers(0, PRODUCTS - 1)))
jobs = st.sets(st.tuples(people, st.integers(0, COMPANIES - 1)))
ties = st.sets(st.tuples(people, people).filter(lambda pair: pair[0] != pair[1]), max_size=8)


def _ends(start: str, end: str, payer: str, payee: str) -> dict[str, str]:
    return {f"{start}_type": "customer", f"{start}_id": payer, f"{end}_type": "customer", f"{end}_id": payee}


def bank(folder: Path, holding: Holds, job: Jobs, spouse: Ties, paid: Ties) -> Bank:
    made = snapshot(
        folder,
        customers=[{"customer_id": f"C{i}", "name": "某"} for i in range(PEOPLE)],
        products=[{"product_id": f"P{p}", "name": "某", "category": "fund", "line": "retail"} for p in range(PRODUCTS)],
        companies=[{"company_id": f"K{k}", "name": f"公司{k}"} for k in range(COMPANIES)],
        employees=[
            {"employee_id": f"E{i}{k}", "company_id": f"K{k}", "customer_id": f"C{i}", "title": TITLES[i % 2]}
            for i, k in job
        ],
        holdings=[{"holder_type": "customer", "holder_id": f"C{i}", "product_id": f"P{p}"} for i, p in holding],
        relations=[
            {"from_type": "customer", "from_id": f"C{a}", "to_type": "customer", "to_id": f"C{b}", "kind": "spouse"}
            for a, b in spouse
        ],
        payments=[
            {"paid_on": TODAY, "amount": 1.0, **_ends("payer", "payee", f"C{a}", f"C{b}")}
            for a, b in paid
        ],
    )  # fmt: skip
    return Bank.read(made, TODAY)


@settings(max_examples=25, deadline=None)
@given(holds, jobs, ties, ties)
def test_shares_of_peers_equal_brute_force(holding: Holds, job: Jobs, spouse: Ties, paid: Ties) -> None:
    with TemporaryDirectory() as folder:
        seen = bank(Path(folder), holding, job, spouse, paid)
    tables = PairTables.of(seen, TODAY)
    ids = dict(seen.parties.select("entity", "id").collect().to_native().sort("id").iter_rows())
    ids |= dict(seen.parties.select("party", "id").collect().to_native().iter_rows())
    employer = dict(tables.employers.select("entity", "company").collect().to_native().iter_rows())
    for row in _features(seen, tables).iter_rows(named=True):
        me, product = int(ids[row["entity"]][1:]), row["product"]
        company = ids.get(employer.get(row["entity"]))
        colleagues = {i for i, k in job if f"K{k}" == company} - {me}
        assert (row["colleagues"], row["colleagues_hold"]) == (len(colleagues), _holders(colleagues, product, holding))
        at = max((k for i, k in job if i == me), default=None)
        nearer = {i for i, k in job if k == at and i % 2 == me % 2} - {me}
        assert (row["position_peers"], row["position_hold"]) == (len(nearer), _holders(nearer, product, holding))
        for family, edges in (("household", spouse), ("partners", paid)):
            near = {b for a, b in edges if a == me} | {a for a, b in edges if b == me}
            assert (row[family], row[f"{family}_hold"]) == (len(near), _holders(near, product, holding))


def _holders(group: set[int], product: int, holding: Holds) -> int:
    return sum((person, product) in holding for person in group)


def _features(seen: Bank, tables: PairTables, products: int = PRODUCTS) -> pl.DataFrame:
    """Every customer beside every product, held or not: oneself never counts."""
    customers = seen.customers.select("party", "entity").collect().to_native()
    pairs = customers.join(pl.DataFrame({"product": range(products)}, schema={"product": pl.UInt16}), how="cross")
    own = tables.held.collect().to_native().with_columns(own=pl.lit(1))
    rows = pairs.join(own, on=["entity", "product"], how="left").with_columns(
        pl.col("own").fill_null(0), banks=pl.lit(value=True)
    )
    return tables.features(nw.from_native(rows.lazy()), tables.held)


def test_a_party_that_pays_many_is_a_hub_and_nobodys_acquaintance(tmp_path: Path) -> None:
    many = peers.MOST_PARTNERS + 1
    customers = [{"customer_id": f"C{i:03}"} for i in range(many + 2)]
    pays = [("C000", f"C{i:03}") for i in range(1, many + 1)] + [("C001", f"C{many + 1:03}")]
    payments = [
        {
            "paid_on": TODAY,
            "payer_type": "customer",
            "payer_id": a,
            "payee_type": "customer",
            "payee_id": b,
            "amount": 1.0,
        }
        for a, b in pays
    ]
    made = snapshot(tmp_path, customers=customers, payments=payments)
    pairs = peers.payment_pairs(Bank.read(made, TODAY), TODAY).collect().to_native()
    assert pairs.sort("entity").rows() == [(1, many + 1), (many + 1, 1)]


def test_payments_of_more_than_a_year_ago_tie_nobody(tmp_path: Path) -> None:
    old = {"paid_on": TODAY - timedelta(days=400), "payer_type": "customer", "payee_type": "customer", "amount": 1.0}
    made = snapshot(tmp_path, customers=[{"customer_id": "C1"}, {"customer_id": "C2"}],
                    payments=[{**old, "payer_id": "C1", "payee_id": "C2"}])  # fmt: skip
    assert peers.payment_pairs(Bank.read(made, TODAY), TODAY).collect().to_native().is_empty()


def test_a_declared_employer_lends_its_staff_as_colleagues(tmp_path: Path) -> None:
    made = snapshot(
        tmp_path,
        customers=[{"customer_id": "C1", "employer_name": "远山科技"}, {"customer_id": "C2"}],
        companies=[{"company_id": "K1", "name": "远山科技"}],
        employees=[
            {"employee_id": "E1", "company_id": "K1", "customer_id": "C2"},
            {"employee_id": "E2", "company_id": "K1"},
        ],
        products=[{"product_id": "P1", "name": "某", "category": "fund", "line": "retail"}],
        holdings=[{"holder_type": "customer", "holder_id": "C2", "product_id": "P1"}],
    )  # fmt: skip
    seen = Bank.read(made, TODAY)
    tables = PairTables.of(seen, TODAY)
    row = _features(seen, tables, 1).sort("party").row(0, named=True)
    assert (row["colleagues"], row["colleagues_banking"], row["colleagues_hold"]) == (2, 1, 1)
