"""`guanxi evaluate` on small sources."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from demo import make_bank

if TYPE_CHECKING:
    from conftest import Run


@pytest.fixture(scope="session")
def larger_bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bank with enough history to learn from."""
    folder = tmp_path_factory.mktemp("larger")
    make_bank(folder, customers=3000, seed=2)
    return folder


def test_a_time_split_beats_plain_popularity(guanxi: "Run", larger_bank: Path, tmp_path: Path) -> None:
    ended = guanxi("evaluate", larger_bank, "--kind", "cross_sell", "--json")
    models = json.loads(ended.out)["kinds"]["cross_sell"]
    assert models["guanxi"]["auc"]["value"] > models["popularity"]["auc"]["value"]
    assert models["guanxi"]["auc"]["low"] < models["guanxi"]["auc"]["value"] < models["guanxi"]["auc"]["high"]
    assert set(models) == {"guanxi", "without_graph", "popularity", "item_knn", "ease", "als"}
    assert not (tmp_path / "home").exists()


def test_without_dates_it_says_what_to_do(guanxi: "Run", bank: Path, tmp_path: Path) -> None:
    for name in ("customers", "products", "holdings"):
        rows = pl.read_parquet(bank / f"{name}.parquet")
        rows.drop(column for column in rows.columns if rows[column].dtype == pl.Date).write_parquet(
            tmp_path / f"{name}.parquet"
        )
    ended = guanxi("evaluate", tmp_path, "--max-reject-rate", "1")
    assert ended.code == 2
    assert "--leave-one-out" in ended.err


def test_leave_one_out_finds_hidden_products(guanxi: "Run", bank: Path, tmp_path: Path) -> None:
    report = tmp_path / "new" / "report.html"
    ended = guanxi("evaluate", bank, "--leave-one-out", "--report", report, "--json")
    models = json.loads(ended.out)["kinds"]["cross_sell"]
    assert "hidden" in report.read_text("utf-8")
    assert 0 < models["guanxi"]["hit_rate_1"]["value"] <= models["guanxi"]["hit_rate_5"]["value"] <= 1


def test_a_horizon_beyond_the_data_is_refused(guanxi: "Run", bank: Path) -> None:
    ended = guanxi("evaluate", bank, "--as-of", "2026-06-01")
    assert ended.code == 2
    assert "shorter --horizon" in ended.err
