"""Which payments are a salary."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from helpers.snapshots import TODAY, found, snapshot
from helpers.tables import Rows
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.facts.payroll import payroll, salaries
from graph.features.bank import Bank
from graph.opportunities.graph_tables import write_graph_tables
from graph.snapshot import Snapshot

PRODUCTS: Rows = [{"product_id": "P1", "name": "活期", "category": "deposit", "line": "retail"}]
STAFF = [f"C{n:02}" for n in range(1, 9)]
WAGES = dict(zip(STAFF, (8123.45, 9310.0, 7777.7, 12840.12, 6655.4, 10291.03, 8890.6, 15020.9), strict=True))


def pay(on: date, payee: str, amount: float, payer: str = "K1", **cells: Any) -> dict[str, Any]:
    kinds = {"K": "company", "X": "counterparty", "C": "customer", "Y": "counterparty", "E": "employee"}
    ends = {"payer_type": kinds[payer[0]], "payer_id": payer, "payee_type": kinds[payee[0]], "payee_id": payee}
    return {"paid_on": on, **ends, "amount": amount, **cells}


def months(number: int = 6, day: int = 10, last: int = 6) -> list[date]:
    """The same day of the months that end with June 2026 (or another)."""
    places = [2026 * 12 + last - 1 - back for back in range(number)]
    return [date(place // 12, place % 12 + 1, day) for place in reversed(places)]


def payday(on: date, payees: list[str] = STAFF, payer: str = "K1", **cells: Any) -> Rows:
    """A payer's staff on one day; pay wanders by a percent or so."""
    return [
        pay(on, one, round(WAGES[one] * (1 + (on.month + i) % 3 / 100), 2), payer, **cells)
        for i, one in enumerate(payees)
    ]


def paid(number: int = 6, payees: list[str] = STAFF, payer: str = "K1", **cells: Any) -> Rows:
    return [row for on in months(number) for row in payday(on, payees, payer, **cells)]


def bank(folder: Path, payments: Rows, **tables: Rows) -> Snapshot:
    rows: dict[str, Rows] = {
        "products": PRODUCTS, "payments": payments,
        "customers": [{"customer_id": one, "birth_date": date(1990, 1, 1)} for one in STAFF],
        "companies": [{"company_id": "K1", "name": "远山科技"}, {"company_id": "K2", "name": "长河贸易"}],
        "counterparties": [
            {"counterparty_id": "X1", "name": "某地收付中心", "kind": "company"},
            {"counterparty_id": "X2", "name": "市社会保险基金管理局", "kind": "company"},
            {"counterparty_id": "X3", "name": "王芳", "kind": "person"},
            {"counterparty_id": "Y1", "name": "赵敏", "kind": "person"},
        ],
        "holdings": [{"holder_type": "customer", "holder_id": "C01", "product_id": "P1"}],
    }  # fmt: skip
    return snapshot(folder, **rows | tables)


def detected(folder: Path, payments: Rows, day: date = TODAY, **tables: Rows) -> dict[tuple[str, str], dict[str, Any]]:
    """The salaries by payer and payee."""
    read = Bank.read(bank(folder, payments, **tables), day)
    names = read.parties.to_native().collect().sort("label", "id").unique("entity", keep="first", maintain_order=True)
    key = dict(names.select("entity", "id").iter_rows())
    return {(key[row["payer"]], key[row["payee"]]): row for row in payroll(read, day).iter_rows(named=True)}


def pairs(payer: str, payees: list[str] = STAFF) -> set[tuple[str, str]]:
    return {(payer, payee) for payee in payees}


@pytest.mark.parametrize("purpose", ["代发工资", "6月薪资", "Payroll June", "SALARY", "0921", None])
def test_staff_paid_together_month_by_month(tmp_path: Path, purpose: str | None) -> None:
    assert set(detected(tmp_path, paid(purpose=purpose))) == pairs("K1")


def test_one_payee_with_a_word_of_pay(tmp_path: Path) -> None:
    assert set(detected(tmp_path, paid(payees=["C01"], purpose="工资"))) == pairs("K1", ["C01"])


def test_a_word_that_misleads(tmp_path: Path) -> None:
    payments = [*paid(payees=STAFF[:7], purpose="工资"), *paid(payees=["C08"], purpose="货款")]
    assert set(detected(tmp_path, payments)) == pairs("K1")


def test_an_employer_outside_and_a_payee_outside(tmp_path: Path) -> None:
    assert set(detected(tmp_path, paid(payees=[*STAFF[:5]], payer="X1", purpose="工资"))) == pairs("X1", STAFF[:5])
    outside = [pay(on, "Y1", 5123.4, purpose="工资") for on in months()]
    assert ("K1", "Y1") in detected(tmp_path / "2", [*paid(purpose="工资"), *outside])


@pytest.mark.parametrize("purpose", ["养老金", "代发工资", None])
def test_a_pension_bureau_is_no_employer_by_its_name(tmp_path: Path, purpose: str | None) -> None:
    assert detected(tmp_path, paid(payer="X2", purpose=purpose)) == {}


def test_nor_by_the_age_of_those_it_pays(tmp_path: Path) -> None:
    old = [{"customer_id": one, "birth_date": date(1955, 1, 1)} for one in STAFF]
    assert detected(tmp_path, paid(payer="X1", purpose="代发工资"), customers=old) == {}


def test_rent_suppliers_and_refunds_of_an_employer(tmp_path: Path) -> None:
    others = [
        *(pay(on, "Y1", 6000.0, purpose="房租") for on in months(day=3)),
        *(pay(on + timedelta(days=7 * i % 17), "C08", 1000.0 * 3**i, purpose="货款") for i, on in enumerate(months(5))),
        pay(date(2026, 5, 21), "C07", 320.5, purpose="退款"),
    ]
    assert set(detected(tmp_path, [*paid(payees=STAFF[:6], purpose="工资"), *others])) == pairs("K1", STAFF[:6])


def test_an_allowance_to_people_whose_wage_comes_from_elsewhere_is_none(tmp_path: Path) -> None:
    allowance = [pay(on, one, 620.0, payer="X1") for on in months(day=20) for one in STAFF]
    assert set(detected(tmp_path, [*paid(), *allowance])) == pairs("K1")


def test_money_between_people_is_none(tmp_path: Path) -> None:
    assert detected(tmp_path, [pay(on, "C01", 3000.0, "X3", purpose="生活费") for on in months()]) == {}


def test_a_second_payment_in_a_month_and_a_bonus_change_nothing(tmp_path: Path) -> None:
    more = [row for on in months(2, day=24) for row in payday(on, purpose="绩效工资")]
    bonus = [pay(date(2026, 2, 18), one, 3 * WAGES[one], purpose="年终奖") for one in STAFF]
    plain = detected(tmp_path / "plain", paid(purpose="工资"))
    with_more = detected(tmp_path / "more", [*paid(purpose="工资"), *more, *bonus])
    assert set(with_more) == set(plain)
    for key, row in with_more.items():
        assert row["months"] == 6
        assert abs(row["monthly_fen"] / plain[key]["monthly_fen"] - 1) < 0.03


def test_a_joiner_is_carried_by_the_batch(tmp_path: Path) -> None:
    found = detected(tmp_path, [*paid(payees=STAFF[:7]), pay(date(2026, 6, 10), "C08", 9120.3)])
    assert set(found) == pairs("K1")
    assert found["K1", "C08"]["months"] == 1


def test_a_leaver_is_found_and_alarmed(tmp_path: Path) -> None:
    leaves = [row for row in paid(purpose="工资") if row["payee_id"] != "C03" or row["paid_on"].month < 5]
    found = detected(tmp_path, leaves)
    assert set(found) == pairs("K1")
    assert {key for key, row in found.items() if row["stopped"]} == {("K1", "C03")}
    left = found["K1", "C03"]
    assert (left["last_on"], left["next_on"]) == (date(2026, 4, 10), date(2026, 5, 8))


def test_who_changes_employers_has_had_two_salaries(tmp_path: Path) -> None:
    moved = {date(2026, month, 10) for month in (4, 5, 6)}
    old = [row for row in paid(purpose="工资") if row["payee_id"] != "C03" or row["paid_on"] not in moved]
    new = [row for row in paid(payees=STAFF[2:], payer="X1") if row["payee_id"] != "C03" or row["paid_on"] in moved]
    assert {("K1", "C03"), ("X1", "C03")} <= set(detected(tmp_path, [*old, *new]))


def test_a_missing_month_is_no_end(tmp_path: Path) -> None:
    gap = [row for row in paid(purpose="工资") if row["payee_id"] != "C03" or row["paid_on"].month != 4]
    found = detected(tmp_path, gap)
    assert (found["K1", "C03"]["months"], found["K1", "C03"]["stopped"]) == (5, False)


def test_the_next_payday_is_the_working_day_before_a_weekend(tmp_path: Path) -> None:
    found = detected(tmp_path, paid(purpose="工资"))["K1", "C01"]
    assert (found["usual_day"], found["next_on"]) == (10, date(2026, 7, 10))  # a Friday
    early = detected(tmp_path / "2", [row for on in months(day=11) for row in payday(on, purpose="工资")])["K1", "C01"]
    assert early["next_on"] == date(2026, 7, 10)  # the 11th is a Saturday


def test_pay_that_came_early_is_not_expected_again_at_once(tmp_path: Path) -> None:
    on = [date(2026, 2, 2), date(2026, 3, 2), date(2026, 4, 1), date(2026, 4, 30), date(2026, 6, 1)]
    found = detected(tmp_path, [row for one in on for row in payday(one, purpose="工资")])["K1", "C01"]
    assert (found["next_on"], found["stopped"]) == (date(2026, 7, 2), False)


def test_sums_per_month(tmp_path: Path) -> None:
    assert set(detected(tmp_path, paid(purpose="工资", count=2))) == pairs("K1")


def test_the_staff_list_and_the_declared_employer_speak(tmp_path: Path) -> None:
    payments = paid(3, payees=["C01"])
    silent = detected(tmp_path / "1", payments).get(("K1", "C01"), {"confidence": 0.0})["confidence"]
    listed = [{"employee_id": "E1", "company_id": "K1", "customer_id": "C01"}]
    named = [{"customer_id": one, "employer_name": "远山科技"} for one in STAFF]
    assert detected(tmp_path / "2", payments, employees=listed)["K1", "C01"]["confidence"] > silent
    assert detected(tmp_path / "3", payments, customers=named)["K1", "C01"]["confidence"] > silent


def test_records_of_one_person_are_one_payee(tmp_path: Path) -> None:
    staff = [{"employee_id": "E1", "company_id": "K1", "customer_id": "C01"}]
    payments = paid(purpose="工资")
    for row in payments:
        if row["payee_id"] == "C01" and row["paid_on"].month < 4:
            row |= {"payee_type": "employee", "payee_id": "E1"}
    found = detected(tmp_path, payments, employees=staff)
    assert found["K1", "C01"]["months"] == 6


def test_no_payments(tmp_path: Path) -> None:
    assert detected(tmp_path, []) == {}


def test_recent_salaries_for_features(tmp_path: Path) -> None:
    ended = [row for row in paid(24, purpose="工资") if row["payee_id"] != "C03" or row["paid_on"].year == 2024]
    read = Bank.read(bank(tmp_path, ended), TODAY)
    assert len(payroll(read, TODAY)) == 8
    assert len(salaries(read, TODAY).collect().to_native()) == 7


def test_it_is_a_fact_and_a_relationship(tmp_path: Path) -> None:
    made = bank(tmp_path, paid(purpose="工资"))
    findings = found(made)
    assert findings.manifest["facts"]["pays_salary"] == 8
    write_graph_tables(findings, made, findings.path)
    row = findings.relationships("PAYS_SALARY").collect().row(0, named=True)
    assert (row["from_label"], row["from_id"], row["to_label"], row["to_id"]) == ("Company", "K1", "Customer", "C01")
    assert (row["months"], row["tier"], row["usual_day"], row["detected"]) == (6, "high", 10, True)
    assert (row["first_on"], row["last_on"]) == (date(2026, 1, 10), date(2026, 6, 10))


def _busy() -> Rows:
    """Two employers of whom one says nothing, a bureau, rent, refunds."""
    return [
        *paid(5, payees=STAFF[:5], purpose="工资"), *paid(4, payees=STAFF[4:], payer="K2"),
        *paid(5, payees=STAFF[2:], payer="X2", purpose="养老金"),
        *(pay(on, "Y1", 6000.0, purpose="房租") for on in months(day=3)),
        *(pay(on, "C02", 88.8, "X1", purpose="退款") for on in months(4, day=17)),
    ]  # fmt: skip


@settings(max_examples=4, deadline=None)
@given(st.randoms(use_true_random=False))
def test_names_and_order_of_rows_change_nothing(tmp_path_factory: pytest.TempPathFactory, random: Any) -> None:
    folder, payments = tmp_path_factory.mktemp("bank"), _busy()
    plain = detected(folder / "1", payments)
    new = dict(zip(STAFF, random.sample(STAFF, len(STAFF)), strict=True)) | {"K1": "K2", "K2": "K1"}
    renamed = [{**row, **{end: new.get(row[end], row[end]) for end in ("payer_id", "payee_id")}} for row in payments]
    random.shuffle(renamed)
    companies = [{"company_id": "K2", "name": "远山科技"}, {"company_id": "K1", "name": "长河贸易"}]
    again = detected(folder / "2", renamed, companies=companies)
    told = {(new.get(payer, payer), new[payee]): row for (payer, payee), row in plain.items()}
    assert {key: _shown(row) for key, row in again.items()} == {key: _shown(row) for key, row in told.items()}


@settings(max_examples=4, deadline=None)
@given(day=st.dates(date(2026, 2, 1), date(2026, 6, 30)), amount=st.floats(1, 1e6))
def test_nothing_after_the_day_matters(tmp_path_factory: pytest.TempPathFactory, day: date, amount: float) -> None:
    folder, payments = tmp_path_factory.mktemp("bank"), _busy()
    known = [row for row in payments if row["paid_on"] <= day]
    later = [{**row, "amount": round(amount, 2), "purpose": "退款"} for row in payments if row["paid_on"] > day]
    seen = {key: _shown(row) for key, row in detected(folder / "1", known, day).items()}
    assert {key: _shown(row) for key, row in detected(folder / "2", [*known, *later], day).items()} == seen
    whole = Bank.read(bank(folder / "3", payments), TODAY)
    assert payroll(whole, day).drop("payer", "payee").equals(payroll(whole.at(day), day).drop("payer", "payee"))


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("payer", "payee")}
