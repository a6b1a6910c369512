"""The cards beside the models."""

import json
from pathlib import Path
from typing import Any

import lightgbm as lgb
import pytest
from helpers.random_bank import random_bank
from helpers.snapshots import TODAY, found, snapshot

from graph.opportunities.cards import drift
from graph.opportunities.find import find
from graph.snapshot import Snapshot, Tables
from texts.progress import Silent


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return snapshot(tmp_path_factory.mktemp("bank"), **random_bank(1))


@pytest.fixture(scope="module")
def findings(made: Snapshot) -> Tables:
    return found(made, kinds=["cross_sell", "company_prospect"])


def card(findings: Tables, kind: str = "cross_sell") -> dict[str, Any]:
    return json.loads((findings.path / "models" / f"{kind}.json").read_text("utf-8"))


def test_a_card_says_what_the_model_was_made_from_and_how_it_does(made: Snapshot, findings: Tables) -> None:
    one = card(findings)
    assert (one["snapshot"], one["as_of"], one["horizon"]) == (made.version, TODAY.isoformat(), 180)
    assert one["calibration"]["rows"] > 0
    assert one["model_version"] == findings.manifest["models"]["cross_sell"]["model_version"]
    assert sum(feature["gain"] for feature in one["features"].values()) == pytest.approx(1.0, abs=1e-3)
    assert {feature["group"] for feature in one["features"].values()} >= {"colleagues", "product", "person"}


def test_the_trees_beside_it_can_be_read(findings: Tables) -> None:
    booster = lgb.Booster(model_file=findings.path / "models" / "cross_sell.txt")
    assert booster.num_trees() == card(findings)["trees"]
    assert set(booster.feature_name()) == set(card(findings)["features"])


def test_a_prior_has_a_card_without_trees(findings: Tables) -> None:
    assert card(findings, "company_prospect")["mode"] == "prior"
    assert not (findings.path / "models" / "company_prospect.txt").exists()


def test_the_same_data_gives_the_same_model_and_no_drift(made: Snapshot, findings: Tables, tmp_path: Path) -> None:
    find(made, as_of=TODAY, kinds=["cross_sell"], progress=Silent(), out=tmp_path, previous=findings)
    name = Path("models") / "cross_sell.txt"
    assert (tmp_path / name).read_text("utf-8") == (findings.path / name).read_text("utf-8")
    again = card(Tables(tmp_path))["drift"]
    assert again["large"] == []
    assert again["probability"] == 0.0
    assert Tables(tmp_path).manifest["drift"]["cross_sell"] == again


def test_what_moved_is_named(findings: Tables) -> None:
    before = card(findings)
    now = json.loads(json.dumps(before))
    age = now["features"]["age"]["distribution"]
    age["quantiles"] = [value + 30 for value in age["quantiles"]]
    assert drift(before, now)["large"] == ["age"]
