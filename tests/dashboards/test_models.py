"""Models: a card for each kind, a back-test where one was kept, drift from the second run."""

import json
from typing import TYPE_CHECKING, Any

import pytest
from helpers.found_bank import find_again

from dashboards.components.feature_words import feature
from graph.access import Access, StoreGate, User
from graph.features.groups import declared
from graph.home import Home
from texts import LANGUAGES, Language, catalogue

if TYPE_CHECKING:
    from conftest import Open


def test_there_is_a_row_for_each_kind(look: "Open", found_home: Home) -> None:
    access = Access(found_home, User("li"), StoreGate("none", found_home))
    app = look("models")
    assert len(app.dataframe[0].value) == len(access.findings.manifest["opportunities"])
    assert any("No back-test" in info.value for info in app.info)
    assert any("one run so far" in info.value for info in app.info)


def test_a_link_names_the_kind(look: "Open") -> None:
    assert "Calibration: Company prospect" in [each.value for each in look("models", kind="company_prospect").subheader]


def test_it_speaks_chinese(look: "Open") -> None:
    app = look("models", lang="zh")
    assert app.title[0].value == "模型"
    assert "交叉销售" in set(app.dataframe[0].value["kind"])


def test_drift_shows_from_the_second_run(open_page: "Open", own_home: Home) -> None:
    find_again(own_home, Access(own_home, User("li"), StoreGate("none", own_home)).snapshot)
    app = open_page("models", kind="cross_sell")
    drifts = next(frame.value for frame in app.dataframe if {"feature", "psi"} <= set(frame.value.columns))
    assert "days since the last opening" in set(drifts["feature"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_feature_has_words(lang: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANXI_LANG", lang)
    assert [name for name in declared() if "_" in feature(name) or (lang == "zh" and feature(name).isascii())] == []


def test_every_word_for_a_feature_has_its_feature() -> None:
    words = {key.removeprefix("dash.feature_") for key in catalogue("en") if key.startswith("dash.feature_")}
    patterns = {word for word in words if word.startswith("of_")}
    assert words - patterns - set(declared()) == {"probability"}


def test_a_column_of_the_banks_own_keeps_its_name() -> None:
    assert feature("loyalty_points") == "loyalty_points"


def kept(home: Home, figures: dict[str, Any], verdict: dict[str, Any]) -> None:
    """A back-test as `guanxi evaluate` keeps it."""
    details = {"size": {"rows": 9000, "subjects": 800, "taken": 300}, "graph_adds": verdict, "calibration": []}
    said = {"as_of": "2026-01-01", "horizon": 180, "kinds": {"cross_sell": figures}, "details": {"cross_sell": details}}
    home.backtest.write_text(json.dumps(said), encoding="utf-8")


def test_a_back_test_is_shown_with_its_intervals(open_page: "Open", own_home: Home) -> None:
    auc, gain = {"value": 0.81, "low": 0.78, "high": 0.84}, {"value": 0.02, "low": 0.01, "high": 0.03}
    kept(own_home, {"guanxi": {"auc": auc}, "without_graph": {"auc": auc}}, {"verdict": "adds", "auc": gain})
    app = open_page("models", kind="cross_sell")
    assert any("The graph adds: AUC +0.020 [+0.010, +0.030]" in text.value for text in app.markdown)
    table = next(frame.value for frame in app.dataframe if "metric" in frame.value.columns)
    assert table.to_dict("records") == [
        {"metric": "AUC"} | dict.fromkeys(("guanxi", "without_graph"), "0.810 [0.780, 0.840]")
    ]


def test_a_back_test_without_candidates_says_so(open_page: "Open", own_home: Home) -> None:
    kept(own_home, {}, {"verdict": "none"})
    app = open_page("models", kind="cross_sell")
    assert any("No candidates of this kind" in text.value for text in app.markdown)


def test_a_back_test_without_outcomes_has_blanks(open_page: "Open", own_home: Home) -> None:
    unknown = dict.fromkeys(("value", "low", "high"))
    kept(own_home, {"guanxi": {"auc": unknown}}, {"verdict": "unknown", "auc": unknown})
    app = open_page("models", kind="cross_sell")
    assert any("cannot be told" in text.value for text in app.markdown)
