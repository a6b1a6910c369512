"""A random bank in each Neo4j."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from contract.memory import Graph
from contract.random_bank import write_bank

from graph.home import Home
from graph.store import LAYERS, Store, sync
from graph.store.jars import VERSION
from texts.progress import Silent

VERSIONS = (VERSION, "5.26.15")


@dataclass(frozen=True)
class Bank:
    """The same rows in plain Python and in a store."""

    graph: Graph
    store: Store


@pytest.fixture(scope="module", params=[(VERSIONS[0], 1), (VERSIONS[0], 2), (VERSIONS[1], 1)], ids=str)
def bank(
    request: pytest.FixtureRequest, servers: Callable[[str], Store], tmp_path_factory: pytest.TempPathFactory
) -> Bank:
    version, seed = request.param
    folder, store = tmp_path_factory.mktemp("bank"), servers(version)
    store.write("MATCH (n) DETACH DELETE n")
    layers = write_bank(folder, seed)
    home = Home.open(folder / "home")
    for name, tables in zip(("snapshot", "findings"), layers, strict=True):
        sync(store, LAYERS[name], tables, home, Silent())
    return Bank(Graph(*layers), store)
