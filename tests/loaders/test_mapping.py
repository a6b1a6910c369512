"""The mapping file: a bank's own names and codes become the contract's."""

from pathlib import Path

import pytest
from helpers.bank import Check, good, write_csv, write_table

MAPPING = """
tables:
  customers:
    table: T_CUST_INFO
    columns: {customer_id: CUST_NO, name: CUST_NM, city: ADDR, address: ADDR}
    values: {gender: {1: M, "2": F}, marketing_consent: {同意: Y}}
  products: T_PROD
"""


@pytest.fixture
def banks_own(tmp_path: Path) -> Path:
    bank = good()
    rows = [
        {"CUST_NO": row["customer_id"], "CUST_NM": row["name"], "ADDR": "北京", "gender": number,
         "marketing_consent": "同意", "name": "客户"}
        for row, number in zip(bank.pop("customers"), ("1", " 2 "), strict=True)
    ]  # fmt: skip
    products = bank.pop("products")
    write_csv(tmp_path, bank)
    write_table(tmp_path / "T_CUST_INFO.csv", rows)
    write_table(tmp_path / "T_PROD.csv", products)
    return tmp_path


@pytest.mark.parametrize("beside", [True, False])
def test_names_and_codes_are_the_contracts(beside: bool, banks_own: Path, checked: Check) -> None:
    file = banks_own / ("mapping.yaml" if beside else "other.yaml")
    file.write_text(MAPPING, encoding="utf-8")
    result = checked(banks_own, None if beside else file)
    customers = result.table("customers").select(
        "customer_id", "name", "city", "address", "gender", "marketing_consent"
    )
    assert customers.collect().rows() == [
        ("C1", "张伟", "北京", "北京", "M", True),
        ("C2", "李娜", "北京", "北京", "F", True),
    ]
    assert result.table("customers").collect()["name_source"].to_list() == ["客户", "客户"]
    assert result.tables["products"].rows == 2
    assert {name: found.rejected for name, found in result.tables.items() if found.rejected} == {}


def test_a_mapped_table_that_is_not_there_is_said(tmp_path: Path, checked: Check) -> None:
    (tmp_path / "mapping.yaml").write_text("tables: {refusals: T_NO}", encoding="utf-8")
    write_csv(tmp_path, {name: rows for name, rows in good().items() if name != "refusals"})
    assert ("source.mapped_table_absent", {"table": "T_NO", "name": "refusals"}) in checked(tmp_path).notes
