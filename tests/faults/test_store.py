"""The store when something dies in the middle: the next run ends the job, and no server is left that nobody finds."""

import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from helpers.graphs import Rows, assert_store_equals, link, version
from helpers.servers import command, kill_server, wait_for_line, wait_until_gone

from graph.home import Home
from graph.snapshot import Tables
from graph.store import LocalServer, Store, load, load_into_store, open_store
from texts import UserError
from texts.progress import Silent

pytestmark = pytest.mark.neo4j

CUSTOMERS = 2000
SYNC = """
class Telling(Silent):
    def step(self, key, total=None, /, **values):
        print(key, values.get("name"))
from dataclasses import replace
with open_store("local", home, Telling()) as store:
    sync(replace(store, batch=10), SNAPSHOT, Snapshot(versions(home.snapshots)[-1]), home, Telling())
"""
IMPORT = """
from graph.store import load
load.IMPORT_FROM = 1
load_into_store("local", home, {"snapshot": Snapshot(versions(home.snapshots)[-1])}, Silent())
"""


@pytest.mark.parametrize("victims", ["command", "server", "command and server"])
def test_a_sync_killed_in_the_middle_is_ended_by_the_next_run(local_home: Home, tmp_path: Path, victims: str) -> None:
    new = bank(local_home)
    running = command(local_home, SYNC)
    wait_for_line(running, "store.writing HOLDS")
    if "command" in victims:
        running.kill()
    if "server" in victims:
        kill_server(local_home)
    assert running.wait(120) != 0
    with open_store("local", local_home, Silent()) as store:
        assert load_into_store("local", local_home, {"snapshot": new}, Silent()).created < 2 * CUSTOMERS
        assert_store_equals(store, new, tmp_path)
    assert LocalServer.of(local_home, Silent()).status() != "running"


def test_an_import_killed_in_the_middle_is_started_over(
    local_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = bank(local_home)
    running = command(local_home, IMPORT)
    wait_until(lambda: (local_home.store / "importing").exists() and bool(import_tools(local_home)))
    running.kill()
    running.wait()
    assert import_tools(local_home), "it goes on without its command"
    monkeypatch.setattr(load, "IMPORT_FROM", 1)
    assert load_into_store("local", local_home, {"snapshot": new}, Silent()).created == 2 * CUSTOMERS + 1
    assert import_tools(local_home) == []
    with open_store("local", local_home, Silent()) as store:
        assert_store_equals(store, new, tmp_path)


def test_a_query_after_a_killed_import_finds_an_empty_store(local_home: Home) -> None:
    bank(local_home)
    running = command(local_home, IMPORT)
    wait_until(lambda: (local_home.store / "importing").exists() and bool(import_tools(local_home)))
    running.kill()
    running.wait()
    with open_store("local", local_home, Silent()) as store:
        assert store.read("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]


def test_a_wrong_password_is_told(local_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with LocalServer.of(local_home, Silent()).used(Silent()) as server:
        monkeypatch.setenv("NEO4J_PASSWORD", "wrong")
        url = f"bolt://127.0.0.1:{server.port}"
        assert refusal(url, local_home) == "store.wrong_password"
        monkeypatch.setenv("NEO4J_PASSWORD", server.password)
        monkeypatch.setenv("NEO4J_DATABASE", "nowhere")
        assert refusal(url, local_home) == "store.no_database"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("bolt://127.0.0.1:1", "store.unreachable"),
        ("neo4j://no-such-host.invalid", "store.unreachable"),
        ("bolt://[", "store.bad_setting"),
        ("http://127.0.0.1", "store.bad_setting"),
    ],
)
def test_an_address_without_a_store_is_told(home: Home, url: str, key: str) -> None:
    assert refusal(url, home) == key


def test_a_server_that_goes_away_during_a_command_is_told(local_home: Home) -> None:
    with pytest.raises(UserError) as caught, open_store("local", local_home, Silent()) as store:
        read_after_a_crash(store, local_home)
    assert caught.value.key == "store.unreachable"
    wait_until_gone(local_home)


def read_after_a_crash(store: Store, home: Home) -> None:
    kill_server(home)
    store.read("RETURN 1 AS one")


def bank(home: Home) -> Tables:
    customers = [{"customer_id": f"c{number:05}", "name": "x" * (number % 50)} for number in range(CUSTOMERS)]
    holds = [link(f"Customer/c{number:05}", "Product/p1", sequence=1, balance=0.5) for number in range(CUSTOMERS)]
    tables: dict[str, Rows] = {"Customer": customers, "Product": [{"product_id": "p1"}], "HOLDS": holds}
    return version(home, tables)


def refusal(url: str, home: Home) -> str:
    with pytest.raises(UserError) as caught, open_store(url, home, Silent()):
        pass
    assert str(caught.value)
    return caught.value.key


def import_tools(home: Home) -> list[psutil.Process]:
    argument = f"@{home.store.resolve() / 'admin.arguments'}"
    running = psutil.process_iter(["cmdline"])
    return [process for process in running if argument in (process.info["cmdline"] or ())]


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
