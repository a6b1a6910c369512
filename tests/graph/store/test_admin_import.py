"""The bulk import leaves what a sync would."""

from datetime import date
from pathlib import Path

import pytest
from helpers.graphs import Rows, assert_store_equals, link, version
from helpers.hostile import HOSTILE

from graph.home import Home
from graph.store import (
    FINDINGS,
    LAYERS,
    Changes,
    LocalServer,
    import_command,
    load,
    load_into_store,
    open_store,
    sync,
)
from graph.store.admin_import import import_tables
from texts.progress import Silent

pytestmark = pytest.mark.neo4j

BANK: dict[str, Rows] = {
    "Customer": [
        {"customer_id": f"c{number}", "name": text, "note": text, "vip": number, "score": number / 7, "ok": number > 3}
        for number, text in enumerate(HOSTILE)
    ],
    "Company": [
        {"company_id": "k'1\"", "registered_capital": 1e-7, "client_since": date(1999, 12, 31)},
        {"company_id": "k,2\n", "registered_capital": 12_345_678.91},
    ],
    "Product": [{"product_id": "p1"}],
    "HOLDS": [
        link("Customer/c0", "Product/p1", sequence=1, balance=0.1 + 0.2),
        link("Company/k,2\n", "Product/p1", sequence=1, opened_on=date(2024, 2, 29)),
    ],
    "PAID": [
        link("Customer/c1", "Company/k'1\"", count=5, months=[202401, 202402], amounts=[1.5, 2.25], counts=[2, 3]),
        link("Customer/c1", "Customer/c2", count=1, months=[]),
    ],
    "AT_BRANCH": [],
}
FOUND: dict[str, Rows] = {
    "Opportunity": [{"opportunity_id": "o1", "reason_en": HOSTILE[0], "probability": 0.25}],
    "FOR": [link("Opportunity/o1", "Customer/c0")],
    "OFFERS": [link("Opportunity/o1", "Product/p1")],
    "SUPPORTED_BY": [link("Opportunity/o1", "Company/k,2\n", family="colleagues")],
}


@pytest.mark.parametrize("release", ["2026.09.0", "5.26.15"])
def test_an_import_equals_the_snapshot_and_a_sync_finds_nothing_to_do(
    local_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, release: str
) -> None:
    new = version(local_home, BANK)
    local = LocalServer.of(local_home, Silent(), release)
    with local.down(Silent()) as server:
        import_tables(server, {"snapshot": new}, local_home, Silent())
    with local.used(Silent()) as server:
        monkeypatch.setenv("NEO4J_PASSWORD", server.password)
        url = f"bolt://127.0.0.1:{server.port}"
        assert load_into_store(url, local_home, {"snapshot": new}, Silent()) == Changes()
        with open_store(url, local_home, Silent()) as store:
            assert_store_equals(store, new, tmp_path)
            assert store.read("SHOW CONSTRAINTS YIELD name RETURN count(*) > 0 AS some") == [{"some": True}]


def test_a_large_first_load_is_imported_and_a_kept_server_comes_back(
    local_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "IMPORT_FROM", 1)
    local = LocalServer.of(local_home, Silent())
    local.start(Silent())
    new = version(local_home, BANK)
    assert load_into_store("local", local_home, {"snapshot": new}, Silent()) == Changes(created=len(HOSTILE) + 7)
    assert local.status() == "running"
    changed = version(local_home, BANK | {"Product": [{"product_id": "p1", "name": "new"}]})
    assert load_into_store("local", local_home, {"snapshot": changed}, Silent()) == Changes(updated=1)
    with open_store("local", local_home, Silent()) as store:
        assert_store_equals(store, changed, tmp_path)


def test_what_was_found_is_imported_with_the_snapshot(
    local_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "IMPORT_FROM", 1)
    layers = {"snapshot": version(local_home, BANK), "findings": version(local_home, FOUND, FINDINGS)}
    created = Changes(created=len(HOSTILE) + 7 + 4)
    assert load_into_store("local", local_home, layers, Silent()) == created
    with open_store("local", local_home, Silent()) as store:
        for name, new in layers.items():
            assert_store_equals(store, new, tmp_path / name, LAYERS[name])
        assert sync(store, FINDINGS, layers["findings"], local_home, Silent()) == Changes()


def test_the_command_for_the_banks_own_server_names_the_files(home: Home, tmp_path: Path) -> None:
    text = import_command({"snapshot": version(home, BANK)}, tmp_path / "out files", Silent())
    assert text.startswith(f"cd '{tmp_path}/out files' && neo4j-admin database import full neo4j ")
    assert "--relationships=HOLDS=./HOLDS-Company-Product.csv" in text
    assert (tmp_path / "out files" / "HOLDS-Company-Product.csv").exists()
