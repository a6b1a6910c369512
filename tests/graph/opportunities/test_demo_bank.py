"""What is predicted of the demo bank, half a year before its end, against what then happened."""

from datetime import date, timedelta

import narwhals as nw
import numpy as np
import polars as pl
import pytest
from helpers.snapshots import found
from sklearn.metrics import roc_auc_score

from demo import make_bank
from graph.features import companies
from graph.features.bank import Bank
from graph.features.pairs import PairTables
from graph.home import Home
from graph.learning.windows import cutoffs
from graph.opportunities.candidates import offers
from graph.opportunities.drivers import COLUMNS
from graph.opportunities.find import FILE
from graph.opportunities.retail_model import beneath
from graph.opportunities.task import Task
from graph.snapshot import Snapshot, Tables
from loaders.load import Request, load_source
from texts.progress import Silent

AS_OF = date(2026, 1, 1)
UNTIL = AS_OF + timedelta(days=180)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("demo")
    make_bank(folder / "source", customers=8_000, as_of=UNTIL)
    return load_source(Home.open(folder / "home"), Request(str(folder / "source")), Silent()).snapshot


@pytest.fixture(scope="module")
def findings(made: Snapshot) -> Tables:
    return found(made, AS_OF)


def of_kind(findings: Tables, kind: str) -> pl.LazyFrame:
    return pl.scan_parquet(findings.path / FILE).filter(pl.col("kind") == kind)


def marked(rows: pl.LazyFrame, taken: pl.LazyFrame, on: list[str]) -> pl.DataFrame:
    labelled = taken.unique().with_columns(taken=pl.lit(value=True))
    return rows.join(labelled, on=on, how="left").with_columns(pl.col("taken").fill_null(value=False)).collect()


@pytest.fixture(scope="module")
def cross_sell(made: Snapshot, findings: Tables) -> pl.DataFrame:
    opened = made.relationships("HOLDS").filter(pl.col("opened_on").is_between(AS_OF, UNTIL, closed="right"))
    keys = opened.select(subject_id="from_id", product_id="to_id")
    return marked(of_kind(findings, "cross_sell"), keys, ["subject_id", "product_id"])


@pytest.fixture(scope="module")
def payroll_to_retail(made: Snapshot, findings: Tables) -> pl.DataFrame:
    arrived = made.nodes("Customer").filter(pl.col("since").is_between(AS_OF, UNTIL, closed="right"))
    links = made.relationships("IS_CUSTOMER").join(arrived, left_on="to_id", right_on="customer_id", how="semi")
    return marked(of_kind(findings, "payroll_to_retail"), links.select(subject_id="from_id"), ["subject_id"])


def calibration_error(rows: pl.DataFrame) -> float:
    """The mean gap between predicted and observed, over tenths of the rows by what is predicted."""
    tenth = rows["probability"].rank("ordinal") * 10 // (len(rows) + 1)
    tenths = rows.group_by(tenth.alias("tenth")).agg(pl.col("probability").mean(), pl.col("taken").mean())
    return float(np.abs(tenths["probability"].to_numpy() - tenths["taken"].to_numpy()).mean())


@pytest.mark.parametrize("kind", ["cross_sell", "payroll_to_retail"])
def test_what_is_predicted_happens(kind: str, request: pytest.FixtureRequest) -> None:
    rows: pl.DataFrame = request.getfixturevalue(kind)
    assert calibration_error(rows) < 0.03
    assert rows["probability"].to_numpy().sum() / rows["taken"].to_numpy().sum() == pytest.approx(1.0, abs=0.3)


def test_better_than_popularity(cross_sell: pl.DataFrame) -> None:
    popular = cross_sell.with_columns(pl.col("taken").mean().over("product_id").alias("share"))
    assert (
        roc_auc_score(popular["taken"], popular["probability"])
        > roc_auc_score(popular["taken"], popular["share"]) + 0.03
    )


def test_colleagues_tell_who_opens_an_account(payroll_to_retail: pl.DataFrame) -> None:
    assert roc_auc_score(payroll_to_retail["taken"], payroll_to_retail["probability"]) > 0.6


def test_the_funnel_adds_up(findings: Tables) -> None:
    for kind, candidates in findings.manifest["candidates"].items():
        suppressed = sum(findings.manifest["suppressed"][kind].values())
        assert candidates == findings.manifest["opportunities"][kind] + suppressed


@pytest.mark.parametrize("kind", ["household", "owner_to_private"])
def test_the_base_holds_nothing_of_the_subject_where_rows_start_from_cross_sell(findings: Tables, kind: str) -> None:
    assert findings.manifest["models"][kind]["mode"] == "learned"
    rows = of_kind(findings, kind).filter(pl.col("drivers").is_not_null() & (pl.col("probability") > 1e-3)).collect()
    base = rows.with_columns(pl.col("drivers").arr.get(COLUMNS.index("base")))
    spread = base.group_by("product_id").agg(pl.col("drivers").max() - pl.col("drivers").min())
    assert len(spread) > 1
    assert spread["drivers"].to_numpy().max() < 1e-2


def test_owners_start_from_what_all_customers_do(made: Snapshot) -> None:
    """As of a past cut-off as much is expected of all customers as then came."""
    bank = Bank.read(made, AS_OF)
    task = Task(bank, AS_OF, 180, 0, bank.first_date(), consent_known=True, progress=Silent())
    model = beneath(task)
    assert model
    for day in cutoffs(AS_OF, 180, bank.first_date())[:2]:
        past = bank.at(day)
        retail = past.products.filter(nw.col("line") == "retail")
        tables = PairTables.of(past.people(), day, task.relatives())
        rows = offers(past.customers, retail.select("product", "prerequisite"), tables.held).filter(~nw.col("held"))
        rows = rows.with_columns(nw.lit(0).alias("own"), nw.lit(value=True).alias("banks"))
        table = tables.features(rows.select("party", "entity", "product", "own", "banks"), tables.held)
        opened = bank.holdings.filter(nw.col("opened_on") > day, nw.col("opened_on") <= day + timedelta(days=180))
        keys = opened.select("entity", "product").unique().collect().to_native()
        came = len(table.join(keys, on=["entity", "product"], how="semi"))
        assert model.at(day).probability(table).sum() == pytest.approx(came, rel=0.03)


def test_a_prospects_reason_is_what_drives_its_score(made: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of those who have both owners and payments in common with clients; the bank is too small to learn from all."""
    monkeypatch.setattr("graph.opportunities.subject_model.LEAST_POSITIVES", 6)
    findings, known = found(made, AS_OF, kinds=["company_prospect"]), Bank.read(made, AS_OF)
    features = companies.features(companies.subjects(known), known, AS_OF)
    ids = known.parties.select("party", "id").collect().to_native()
    both = features.filter(pl.all_horizontal(pl.col("owners", "partners") > 0)).join(
        ids, left_on="entity", right_on="party"
    )
    rows = of_kind(findings, "company_prospect").collect().join(both, left_on="subject_id", right_on="id", how="semi")
    ties, money = (rows["drivers"].arr.get(COLUMNS.index(name)) for name in ("business_ties", "money_flows"))
    assert rows["family"].to_list() == ["owners" if each else "clients" for each in ties >= money]
    assert rows["family"].n_unique() == 2
