"""Real Neo4j servers for tests: each started once per session, stopped at its end."""

import os
import shutil
from collections.abc import Callable, Generator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from helpers.found_bank import found_bank
from helpers.servers import kill_server

from graph.home import Home
from graph.store import LocalServer, Store, open_store
from graph.store.jars import VERSION
from texts.progress import Silent

LONG_TERM: str = "5.26.15"
"""The oldest line of Neo4j that is supported."""

Opener = Callable[[str], Store]


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Generator[Opener]:
    """Opens a store on a server of a version; `NEO4J_URI` (with user and password) stands in for the newest.

    User and password of the newest stay in the environment, for commands that are given its address.
    """
    with ExitStack() as stack, pytest.MonkeyPatch.context() as lasting:

        @cache
        def opened(version: str) -> Store:
            url, home = os.environ.get("NEO4J_URI"), Home.open(tmp_path_factory.mktemp("server"))
            environment = lasting if version == VERSION else stack.enter_context(pytest.MonkeyPatch.context())
            if version != VERSION or not url:
                local = LocalServer.of(home, Silent(), version)
                stack.callback(kill_server, home)
                local.start(Silent())
                environment.setenv("NEO4J_USERNAME", "neo4j")
                environment.setenv("NEO4J_PASSWORD", local.server.password)
                url = f"bolt://127.0.0.1:{local.server.port}"
            store = stack.enter_context(open_store(url, home, Silent()))
            if environment is not lasting:
                environment.undo()
            return store

        yield opened


@pytest.fixture
def store(servers: Opener) -> Store:
    """An empty store on the newest Neo4j."""
    return _emptied(servers(VERSION))


@pytest.fixture(params=[VERSION, LONG_TERM])
def any_store(request: pytest.FixtureRequest, servers: Opener) -> Store:
    """An empty store, on each supported line of Neo4j."""
    return _emptied(servers(request.param))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home."""
    return Home.open(tmp_path / "home")


@pytest.fixture
def local_home(home: Home) -> Generator[Home]:
    """A home whose server, if any, is killed after the test."""
    yield home
    kill_server(home)


@pytest.fixture(scope="session")
def found_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A small bank with opportunities; shared, so tests only read it."""
    return found_bank(tmp_path_factory.mktemp("found"))


@pytest.fixture
def own_home(found_home: Home, tmp_path: Path) -> Home:
    """A copy of it that a test may change."""
    shutil.copytree(found_home.path, tmp_path / "own")
    return Home.open(tmp_path / "own")


def _emptied(store: Store) -> Store:
    store.write("MATCH (n) DETACH DELETE n")
    return store
