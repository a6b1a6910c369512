"""Who is likely of one family, on a bank whose couples are known but for a few."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from helpers.families import UNTOLD, family_bank
from helpers.snapshots import TODAY

from graph.features.bank import Bank
from graph.features.relatives import Relatives

COUPLES = {(f"A{place}", f"B{place}") for place in UNTOLD}


def likely(made: Bank, relatives: Relatives, day: date) -> dict[tuple[str, str], float]:
    ids = dict(made.parties.select("entity", "id").collect().to_native().iter_rows())
    found = relatives.likely(made, day).collect().to_native()
    return {(ids[one], ids[other]): chance for one, other, chance in found.iter_rows()}


def test_who_lives_and_pays_like_the_known_couples_is_likely_one(tmp_path: Path) -> None:
    made = Bank.read(family_bank(tmp_path), TODAY)
    relatives = Relatives.learn(made, 0)
    assert relatives is not None
    found = likely(made, relatives, TODAY)
    assert found.keys() == COUPLES | {(other, one) for one, other in COUPLES}
    assert all(chance >= 0.5 for chance in found.values())


def test_the_chance_to_have_been_told_is_set_against_the_share_that_was(tmp_path: Path) -> None:
    relatives = Relatives.learn(Bank.read(family_bank(tmp_path), TODAY), 0)
    assert relatives is not None
    assert 0.85 < relatives.told < 1


def test_on_an_earlier_day_only_what_was_paid_by_then_tells(tmp_path: Path) -> None:
    made = Bank.read(family_bank(tmp_path), TODAY)
    relatives = Relatives.learn(made, 0)
    assert relatives is not None
    day = TODAY - timedelta(days=300)
    found = likely(made.at(day), relatives, day)
    assert found.keys() <= COUPLES | {(other, one) for one, other in COUPLES}


@pytest.mark.parametrize("told", [0, 40], ids=["no couple is known", "few are known"])
def test_nothing_is_learned_from_few(tmp_path: Path, told: int) -> None:
    assert Relatives.learn(Bank.read(family_bank(tmp_path, told), TODAY), 0) is None
