"""Who is paid as owners are, on a bank whose owners are known but for a few."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from helpers.payouts import UNTOLD, paying_bank
from helpers.snapshots import TODAY

from graph.features.bank import Bank
from graph.features.payouts import Payouts


def likely(made: Bank, payouts: Payouts, day: date) -> dict[str, float]:
    ids = made.parties.select("entity", "id").collect().to_native()
    found = payouts.likely(made, day).collect().to_native().join(ids, on="entity")
    return dict(found.select("id", "likely").iter_rows())


def test_who_is_paid_like_the_known_owners_is_likely_one(tmp_path: Path) -> None:
    made = Bank.read(paying_bank(tmp_path), TODAY)
    payouts = Payouts.learn(made, TODAY, 0)
    assert payouts is not None
    found = likely(made, payouts, TODAY)
    assert found.keys() == {f"O{place}" for place in UNTOLD}
    assert all(0.5 <= chance < 1 for chance in found.values())


def test_on_an_earlier_day_only_what_was_paid_by_then_tells(tmp_path: Path) -> None:
    made = Bank.read(paying_bank(tmp_path), TODAY)
    payouts = Payouts.learn(made, TODAY, 0)
    assert payouts is not None
    day = TODAY - timedelta(days=300)
    assert likely(made.at(day), payouts, day) == {}


@pytest.mark.parametrize("told", [0, 40], ids=["no owner is known", "few are known"])
def test_nothing_is_learned_from_few(tmp_path: Path, told: int) -> None:
    assert Payouts.learn(Bank.read(paying_bank(tmp_path, told), TODAY), TODAY, 0) is None
