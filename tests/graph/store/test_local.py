"""The local server of a home: one at most, joined when it runs, gone when the last user is."""

import stat
from pathlib import Path

import pytest
from helpers.servers import command, processes, wait_for_line, wait_until_gone

from graph.home import Home
from graph.store import LocalServer, open_store
from graph.store.server import Server
from texts import UserError
from texts.progress import Silent

pytestmark = pytest.mark.neo4j


def test_a_server_starts_for_a_command_is_joined_and_stops_with_the_last(local_home: Home) -> None:
    with open_store("local", local_home, Silent()) as first:
        [process] = processes(local_home)
        with open_store("local", local_home, Silent()) as second:
            assert processes(local_home) == [process]
            assert second.read("RETURN 1 AS one") == [{"one": 1}]
        assert first.read("RETURN 2 AS two") == [{"two": 2}]
        assert stat.S_IMODE((local_home.store / "password").stat().st_mode) == 0o600
        assert first.local is not None
        assert first.local.status() == "running"
    assert LocalServer.of(local_home, Silent()).status() in ("stopping", "stopped")
    with open_store("local", local_home, Silent()) as third:  # waits for the one that still stops
        assert third.read("RETURN 3 AS three") == [{"three": 3}]
        assert len(processes(local_home)) == 1


def test_a_kept_server_stays_until_it_is_told_to_stop(local_home: Home) -> None:
    local = LocalServer.of(local_home, Silent())
    local.start(Silent())
    with open_store("local", local_home, Silent()):
        pass
    assert local.status() == "running"
    local.stop()
    assert local.status() != "running"
    wait_until_gone(local_home)
    assert local.status() == "stopped"


def test_two_starts_at_once_make_one_server(local_home: Home) -> None:
    text = "with open_store('local', home, Silent()) as store:\n    print(store.local.server.port)\n    time.sleep(3)\n"
    commands = [command(local_home, text) for _ in range(2)]
    [first, second] = [each.communicate(timeout=300)[0] for each in commands]
    assert [each.returncode for each in commands] == [0, 0]
    assert first == second != ""


def test_a_server_that_a_killed_command_left_is_joined_and_stopped(local_home: Home) -> None:
    left_behind = command(local_home, "with open_store('local', home, Silent()): print('up'); time.sleep(600)")
    wait_for_line(left_behind, "up")
    left_behind.kill()
    left_behind.wait()
    [left] = processes(local_home)
    with open_store("local", local_home, Silent()):
        assert processes(local_home) == [left]
    assert LocalServer.of(local_home, Silent()).status() != "running"


def test_a_command_killed_while_the_server_starts_leaves_one_that_is_joined(local_home: Home) -> None:
    starting = command(local_home, "LocalServer.of(home, Silent()).start(Silent())")
    while not processes(local_home):
        assert starting.poll() is None
    starting.kill()
    starting.wait()
    with open_store("local", local_home, Silent()) as store:
        assert store.read("RETURN 1 AS one") == [{"one": 1}]
        assert len(processes(local_home)) == 1


def test_a_server_that_dies_while_starting_says_why(local_home: Home, tmp_path: Path) -> None:
    (local_home.store / "server").mkdir(parents=True)
    (local_home.store / "password").write_text("secret")
    broken = LocalServer(local_home.store, Server(local_home.store, jars=tmp_path))
    with pytest.raises(UserError, match="ClassNotFoundException"), broken.used(Silent()):
        pass


def test_a_lost_password_is_told(local_home: Home) -> None:
    (local_home.store / "server").mkdir(parents=True)
    with pytest.raises(UserError) as caught, open_store("local", local_home, Silent()):
        pass
    assert caught.value.key == "store.password_lost"


def test_jars_that_cannot_be_had_name_the_way_on(
    local_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUANXI_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GUANXI_MAVEN_MIRROR", "http://127.0.0.1:1/maven")
    with pytest.raises(UserError, match="--store none"), open_store("local", local_home, Silent()):
        pass
