"""Opportunities by filter, order and page, against the findings themselves."""

import polars as pl
import pytest
from helpers.rendered import rendered
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.access import Access, Filter
from graph.access.leads import ORDERS
from graph.home import Home
from graph.opportunities.rendered import Selection
from graph.snapshot import latest_findings
from texts import UserError

FILTERS = st.builds(
    Filter,
    kinds=st.lists(st.sampled_from(["cross_sell", "payroll_to_retail", "company_prospect", "?"]), max_size=2).map(
        tuple
    ),
    products=st.lists(st.sampled_from(["R01", "R05", "K01"]), max_size=2).map(tuple),
    min_value=st.none() | st.floats(0, 200),
    min_probability=st.none() | st.floats(0, 0.5),
)


@pytest.fixture(scope="module")
def every(found_home: Home) -> pl.DataFrame:
    return rendered(*latest_findings(found_home), Selection())


@given(chosen=FILTERS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_filter_gives_what_a_plain_comparison_gives(access: Access, every: pl.DataFrame, chosen: Filter) -> None:
    expected = [
        row["opportunity_id"]
        for row in every.iter_rows(named=True)
        if (not chosen.kinds or row["kind"] in chosen.kinds)
        and (not chosen.products or row["product_id"] in chosen.products)
        and (chosen.min_value is None or (row["expected_value"] or -1) >= chosen.min_value)
        and (chosen.min_probability is None or row["probability"] >= chosen.min_probability)
    ]
    page = access.opportunities(chosen, size=100_000)
    assert page.total == len(expected)
    assert sorted(page.rows["opportunity_id"]) == sorted(expected)


@pytest.mark.parametrize("by", ORDERS)
def test_pages_put_together_are_the_whole_list_in_order(access: Access, by: str) -> None:
    whole = access.opportunities(Filter(), by=by, size=100_000).rows
    pages = pl.concat([access.opportunities(Filter(), by=by, page=place, size=100).rows for place in range(3)])
    assert pages["opportunity_id"].to_list() == whole["opportunity_id"].to_list()[:300]
    values = whole[by].drop_nulls().to_list()
    assert values == sorted(values, reverse=by != "rank")


def test_one_opportunity_says_what_the_export_says(access: Access, every: pl.DataFrame) -> None:
    for row in every.sample(20, seed=1).iter_rows(named=True):
        shown = access.opportunity(row["opportunity_id"])
        assert {name: shown[name] for name in ("evidence", "reason_zh", "subject_name")} == {
            name: row[name] for name in ("evidence", "reason_zh", "subject_name")
        }


def test_a_partys_opportunities_are_those_about_it(access: Access, every: pl.DataFrame) -> None:
    for label, key in every.select("subject_label", "subject_id").unique(maintain_order=True).head(20).iter_rows():
        found = access.opportunities(Filter(subject=(label, key)))
        about = every.filter(subject_label=label, subject_id=key)
        assert sorted(found.rows["opportunity_id"]) == sorted(about["opportunity_id"])
        assert found.total == len(about)
    assert access.opportunities(Filter(subject=("Customer", "nobody"))).total == 0


def test_a_filter_survives_its_link() -> None:
    chosen = Filter(("cross_sell",), min_value=10.0, only_new=True, status="snoozed", subject=("Customer", "C|1~"))
    assert Filter.of(chosen.text()) == chosen


@pytest.mark.parametrize("text", ["[]", "{", '{"min_value":"much"}', '{"subject":["a"]}', "1"])
def test_a_made_up_link_is_said(text: str) -> None:
    with pytest.raises(UserError):
        Filter.of(text)


def test_groups_add_up(access: Access) -> None:
    groups = access.opportunity_groups(Filter(), ["kind"])
    assert groups["number"].sum() == access.opportunities(Filter()).total
