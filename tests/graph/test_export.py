import re
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from helpers.snapshots import found, snapshot
from helpers.tables import Rows

from graph import export as exporting
from graph.export import export, export_facts
from graph.facts.write import FACTS
from graph.opportunities.rendered import COLUMNS, Selection
from graph.snapshot import Snapshot, Tables
from texts import UserError

BRANCHES: Rows = [
    {"branch_id": "B", "name": "总行", "level": "head"},
    {"branch_id": "B1", "name": "分行", "level": "branch", "parent_id": "B"},
    {"branch_id": "B11", "name": "支行", "level": "sub_branch", "parent_id": "B1"},
    {"branch_id": "B2", "name": "分行", "level": "branch", "parent_id": "B"},
]
MANAGERS: Rows = [{"manager_id": "M1", "name": "王经理", "branch_id": "B1"}]
PRODUCTS: Rows = [
    {"product_id": f"P{n}", "name": f"产品{n}", "category": "deposit", "line": "retail", "annual_value": 100.0 * n}
    for n in range(1, 6)
]
CUSTOMERS: Rows = [
    {"customer_id": "C1", "name": "张伟", "branch_id": "B1", "manager_id": "M1"},
    {"customer_id": "C2", "name": "李小娜", "branch_id": "B11"},
    {"customer_id": "=C3", "name": "=cmd()", "branch_id": "B2"},
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return snapshot(
        tmp_path_factory.mktemp("bank"), branches=BRANCHES, managers=MANAGERS, products=PRODUCTS, customers=CUSTOMERS,
        holdings=[{"holder_type": "customer", "holder_id": "C1", "product_id": "P1"}],
        companies=[{"company_id": "K1", "name": "远山科技"}],
        employees=[{"employee_id": "E1", "company_id": "K1", "customer_id": "C1"}],
    )  # fmt: skip


@pytest.fixture(scope="module")
def findings(made: Snapshot) -> Tables:
    return found(made)


def exported(findings: Tables, made: Snapshot, file: Path, chosen: Selection, *, unmask: bool = False) -> pl.DataFrame:
    rows = export(findings, made, file, chosen, unmask=unmask)
    frame = pl.read_parquet(file)
    assert len(frame) == rows
    return frame


def test_the_columns_come_in_the_order_of_the_contract(findings: Tables, made: Snapshot, tmp_path: Path) -> None:
    for suffix, read in ((".csv", pl.read_csv), (".xlsx", pl.read_excel), (".parquet", pl.read_parquet)):
        file = tmp_path / f"out{suffix}"
        export(findings, made, file, Selection())
        assert read(file).columns == list(COLUMNS)
        assert len(read(file)) == 10  # three products for each customer, and one company


def test_names_are_masked_unless_asked(findings: Tables, made: Snapshot, tmp_path: Path) -> None:
    chosen = Selection(kind="cross_sell")
    masked = exported(findings, made, tmp_path / "a.parquet", chosen)
    clear = exported(findings, made, tmp_path / "b.parquet", chosen, unmask=True)
    assert {"张*", "李**"} < set(masked["subject_name"])
    assert {"张伟", "李小娜"} < set(clear["subject_name"])


@pytest.mark.parametrize(
    ("chosen", "subjects"),
    [
        (Selection("cross_sell", branch="B1"), {"C1", "C2"}),
        (Selection("cross_sell", branch="B11"), {"C2"}),
        (Selection("cross_sell", branch="B"), {"C1", "C2", "=C3"}),
        (Selection("cross_sell", branch="nowhere"), set()),
        (Selection("cross_sell", manager="M1"), {"C1"}),
        (Selection("company_prospect"), {"K1"}),
        (Selection("cross_sell", min_value=1e9), set()),
    ],
)
def test_a_selection_leaves_out_the_others(
    findings: Tables, made: Snapshot, tmp_path: Path, chosen: Selection, subjects: set[str]
) -> None:
    assert set(exported(findings, made, tmp_path / "x.parquet", chosen)["subject_id"]) == subjects


def test_so_many_of_each_subject_or_over_all(findings: Tables, made: Snapshot, tmp_path: Path) -> None:
    every = exported(findings, made, tmp_path / "x.parquet", Selection("cross_sell", per_subject=0))
    assert len(every) == 14
    one = exported(findings, made, tmp_path / "x.parquet", Selection("cross_sell", per_subject=1))
    assert (
        one["subject_id"].to_list()
        == every.unique("subject_id", keep="first", maintain_order=True)["subject_id"].to_list()
    )
    best = exported(findings, made, tmp_path / "x.parquet", Selection(per_subject=0, top=4))
    assert best["expected_value"].to_list() == every["expected_value"].head(4).to_list()
    assert every["rank"].is_sorted()


def test_least_value(findings: Tables, made: Snapshot, tmp_path: Path) -> None:
    every = exported(findings, made, tmp_path / "x.parquet", Selection("cross_sell", per_subject=0))
    least = float(every["expected_value"].sort(descending=True)[5])
    some = exported(findings, made, tmp_path / "x.parquet", Selection("cross_sell", per_subject=0, min_value=least))
    assert some["expected_value"].min() == least


def test_no_cell_is_run_as_a_formula(findings: Tables, made: Snapshot, tmp_path: Path) -> None:
    export(findings, made, tmp_path / "x.csv", Selection("cross_sell"), unmask=True)
    cells = pl.read_csv(tmp_path / "x.csv")
    assert {"'=C3"} < set(cells["subject_id"])
    assert "'=cmd()" in set(cells["subject_name"])
    export(findings, made, tmp_path / "x.xlsx", Selection("cross_sell"), unmask=True)
    sheet = fastexcel.read_excel(tmp_path / "x.xlsx").load_sheet(0).to_polars()
    assert "=cmd()" in set(sheet["subject_name"])  # text, not a formula


def test_more_rows_than_a_sheet_holds(
    findings: Tables, made: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "EXCEL_ROWS", 5)
    with pytest.raises(UserError, match="5"):
        export(findings, made, tmp_path / "x.xlsx", Selection())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("file", "chosen", "key"),
    [
        ("x.doc", Selection(), "export.unknown_suffix"),
        ("x.csv", Selection(kind="no_such"), "export.unknown_kind"),
    ],
)
def test_what_cannot_be_written(
    findings: Tables, made: Snapshot, tmp_path: Path, file: str, chosen: Selection, key: str
) -> None:
    with pytest.raises(UserError) as refused:
        export(findings, made, tmp_path / file, chosen)
    assert refused.value.key == key


def test_a_file_stands_where_the_folder_should_be(findings: Tables, made: Snapshot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="file"):
        export(findings, made, tmp_path / "file" / "x.csv", Selection())


def test_the_old_file_stands_until_the_new_one_is_whole(
    findings: Tables, made: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "x.csv"
    file.write_text("old")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_csv", full)
    with pytest.raises(UserError, match="No space left"):
        export(findings, made, file, Selection())
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_several_files_at_once_hold_the_same(findings: Tables, made: Snapshot, tmp_path: Path) -> None:
    files = [tmp_path / "x.parquet", tmp_path / "x.csv"]
    assert export(findings, made, files, Selection()) == 10
    assert pl.read_parquet(files[0])["opportunity_id"].equals(pl.read_csv(files[1])["opportunity_id"])


def test_facts_are_tables_too(findings: Tables, tmp_path: Path) -> None:
    assert export_facts(findings, "is_customer", tmp_path / "x.csv") == 1
    row = pl.read_csv(tmp_path / "x.csv").row(0, named=True)
    assert (row["from_type"], row["from_id"], row["to_type"], row["to_id"]) == ("employee", "E1", "customer", "C1")
    assert row["confidence"] == 1.0
    with pytest.raises(UserError, match="is_customer"):
        export_facts(findings, "no_such", tmp_path / "y.csv")


def test_the_page_on_exports_names_every_column(findings: Tables) -> None:
    page = (Path(__file__).parents[2] / "docs" / "export.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", page, re.MULTILINE))
    assert tuple(name for name in named if name not in FACTS) == COLUMNS
    for fact in FACTS:
        columns = pl.read_parquet_schema(findings.path / "facts" / f"{fact}.parquet")
        assert re.findall(r"`(\w+)`", named[fact]) == list(columns)
