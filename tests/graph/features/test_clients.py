"""Companies beside a client, and its like, counted as brute force over companies counts them."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import narwhals as nw
import polars as pl
from helpers.snapshots import TODAY, snapshot
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.features.bank import Bank
from graph.features.client_pairs import ClientTables

COMPANIES, PRODUCTS = 6, 3
Edges = set[tuple[int, int]]
company = st.integers(0, COMPANIES - 1)
edges = st.sets(st.tuples(company, company).filter(lambda pair: pair[0] != pair[1]), max_size=8)
holds = st.sets(st.tuples(company, st.integers(0, PRODUCTS - 1)))
owned = st.sets(st.tuples(st.integers(0, 2), company), max_size=6)
clients = st.sets(company, min_size=1)
industries = st.lists(st.integers(0, 1), min_size=COMPANIES, max_size=COMPANIES)


def _tie(kind: str, label: str, one: str, other: int) -> dict[str, Any]:
    return {"from_type": label, "from_id": one, "to_type": "company", "to_id": f"K{other}", "kind": kind}


def bank(folder: Path, supply: Edges, pay: Edges, hold: Edges, own: Edges, who: set[int], trade: list[int]) -> Bank:
    made = snapshot(
        folder,
        customers=[{"customer_id": f"C{i}"} for i in range(3)],
        products=[
            {"product_id": f"B{p}", "name": "某", "category": "loan", "line": "corporate"} for p in range(PRODUCTS)
        ],
        companies=[
            {"company_id": f"K{k}", "name": "某", "industry": f"行业{trade[k]}",
             "client_since": TODAY if k in who else None}
            for k in range(COMPANIES)
        ],
        holdings=[{"holder_type": "company", "holder_id": f"K{k}", "product_id": f"B{p}"} for k, p in hold],
        relations=[_tie("supplier", "company", f"K{a}", b) for a, b in supply]
        + [_tie("director", "customer", f"C{c}", k) for c, k in own],
        payments=[
            {"paid_on": TODAY, "amount": 1.0, "payer_type": "company", "payer_id": f"K{a}",
             "payee_type": "company", "payee_id": f"K{b}"}
            for a, b in pay
        ],
    )  # fmt: skip
    return Bank.read(made, TODAY)


@settings(max_examples=15, deadline=None)
@given(edges, edges, holds, owned, clients, industries)
def test_companies_beside_it_equal_brute_force(
    supply: Edges, pay: Edges, hold: Edges, own: Edges, who: set[int], trade: list[int]
) -> None:
    with TemporaryDirectory() as folder:
        seen = bank(Path(folder), supply, pay, hold, own, who, trade)
    beside = {
        "suppliers": lambda k: {a for a, b in supply if b == k},
        "buyers": lambda k: {b for a, b in supply if a == k},
        "partners": lambda k: {b for a, b in pay if a == k} | {a for a, b in pay if b == k},
        "owners": lambda k: {b for c, b in own for d, a in own if c == d and a == k},
        "trade": lambda k: {other for other in range(COMPANIES) if trade[other] == trade[k]},
    }
    for row in _free_rows(seen).iter_rows(named=True):
        k, product = int(row["id"][1:]), row["product"]
        for family, of in beside.items():
            near = (of(k) & who) - {k}
            assert (row[family], row[f"{family}_hold"]) == (len(near), sum((other, product) in hold for other in near))


def _free_rows(seen: Bank) -> pl.DataFrame:
    """Every client beside every product that it does not hold."""
    tables = ClientTables.of(seen, TODAY)
    products = seen.products.select("product")
    rows = tables.subjects.join(products, how="cross").join(tables.held, on=["entity", "product"], how="anti")
    ids = seen.parties.select("entity", "id").collect().to_native()
    return tables.features(rows.with_columns(nw.lit(value=False).alias("label"))).join(ids, on="entity", how="left")


def test_pay_from_elsewhere_is_told_from_pay_here(tmp_path: Path) -> None:
    def paid(payer_type: str, payer: str, payee: str) -> dict[str, Any]:
        ends = {"payer_type": payer_type, "payer_id": payer, "payee_type": "employee", "payee_id": payee}
        return {**ends, "paid_on": TODAY, "amount": 8000.0, "count": 3}

    made = snapshot(
        tmp_path,
        companies=[{"company_id": "K1", "name": "某", "client_since": TODAY}],
        employees=[{"employee_id": f"E{i}", "company_id": "K1"} for i in range(4)],
        counterparties=[{"counterparty_id": "X1", "name": "他行代发", "kind": "company"}],
        payments=[paid("company", "K1", "E0"), paid("counterparty", "X1", "E1"), paid("counterparty", "X1", "E2"),
                  paid("employee", "E3", "E0")],
    )  # fmt: skip
    row = ClientTables.of(Bank.read(made, TODAY), TODAY).clients.collect().to_native().row(0, named=True)
    assert (row["staff"], row["paid_here"], row["paid_elsewhere"]) == (4, 1, 2)
    assert row["outflow"] == 8000.0
