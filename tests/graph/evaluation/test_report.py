"""The page of a back-test."""

import re
from datetime import date

import numpy as np
import polars as pl
import pytest

from graph.evaluation.backtest import Backtest
from graph.evaluation.judged import OWN, PLAIN, Judged, calibration_table, judged
from graph.evaluation.report import render, verdict
from texts import LANGUAGES, Language


def kind(edge: float, subjects: int = 300, each: int = 4) -> Judged:
    """Candidates whose outcome follows `OWN` by its `edge` over `PLAIN`."""
    draw = np.random.default_rng(3)
    chance = draw.uniform(0.05, 0.6, subjects * each)
    rows = pl.DataFrame({
        "subject": np.repeat(np.arange(subjects), each), "annual_value": draw.uniform(10, 500, len(chance)),
        "label": (draw.random(len(chance)) < chance).astype(float),
    })  # fmt: skip
    plain = np.clip(chance + draw.normal(0, 0.3, len(chance)) * edge, 0.01, 0.99)
    return judged(rows, {OWN: chance, PLAIN: plain, "popularity": draw.random(len(chance))}, 0, calibrated=True)


def backtest(each: Judged) -> Backtest:
    model = {"model_version": "cross_sell-learned-x", "note": "three cut-offs"}
    return Backtest({"cross_sell": each}, {"cross_sell": model}, date(2026, 1, 1), 180)


def test_it_says_when_the_graph_adds_something_and_when_it_does_not() -> None:
    assert kind(1.0).verdict == "adds"
    assert kind(0.0).verdict == "nothing"
    assert "adds nothing" in verdict(kind(0.0), "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_whole_and_asks_for_nothing(lang: Language) -> None:
    page = render(backtest(kind(1.0)), "<source>", lang)
    assert "&lt;source&gt;" in page
    assert not re.search(r"(?:src|href|url)\s*[=(]\s*[\"']?(?:https?:)?//", page)
    assert page.count("<svg") >= 8
    assert "nan" not in page.lower().replace("finance", "")


def test_a_kind_that_nobody_took_still_has_a_page() -> None:
    rows = pl.DataFrame({"subject": [0, 1, 2], "annual_value": [None, None, None], "label": [0.0, 0.0, 0.0]})
    none = judged(rows.cast({"annual_value": pl.Float64}), {OWN: np.array([0.1, 0.2, 0.3])}, 0, calibrated=True)
    assert none.verdict == "unknown"
    assert "too few known outcomes" in render(backtest(none), "x", "en")


def test_a_kind_without_candidates_says_so() -> None:
    rows = pl.DataFrame(schema={"subject": pl.UInt32, "annual_value": pl.Float64, "label": pl.Float64})
    none = judged(rows, {OWN: np.zeros(0)}, 0, calibrated=True)
    assert "No candidates" in render(backtest(none), "x", "en")
    assert "<svg" not in render(backtest(none), "x", "en")


def test_tenths_of_the_candidates_by_what_was_predicted() -> None:
    chance, label = np.linspace(0, 1, 100), np.r_[np.zeros(50), np.ones(50)]
    table = calibration_table(chance, label)
    assert [row["observed"] for row in table] == [0.0] * 5 + [1.0] * 5
    assert all(row["low"] <= row["observed"] <= row["high"] for row in table)
    assert sum(row["rows"] for row in table) == 100
