"""Choose how graph tables come into the store: bulk import into an empty local one, else by difference."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from graph.home import Home
from graph.snapshot import Tables
from graph.store.admin_import import import_tables, rows_of
from graph.store.connection import Store, open_store
from graph.store.local import LocalServer, StoreInUseError
from graph.store.state import LAYERS, SNAPSHOT
from graph.store.sync import Changes, sync
from texts.progress import Progress

IMPORT_FROM: Final = 100_000
"""Rows; below, starting Neo4j's import takes longer than writing them."""


def load_into_store(setting: str, home: Home, layers: Mapping[str, Tables], progress: Progress) -> Changes:
    """Bring layers (`snapshot`, `findings`) of the store to these tables, in this order; the caller holds the home.

    Raises:
        UserError: the store does not start, cannot be reached, or refuses.
    """
    imported = _import_into_empty(setting, home, layers, progress)
    with open_store(setting, home, progress) as store:
        changes = [sync(store, LAYERS[name], new, home, progress) for name, new in layers.items()]
    if imported:
        return Changes(created=sum(map(rows_of, layers.values())))
    return Changes(*(sum(getattr(one, name) for one in changes) for name in ("created", "updated", "deleted")))


def _import_into_empty(setting: str, home: Home, layers: Mapping[str, Tables], progress: Progress) -> bool:
    """Whether a bulk import filled an empty local store; not where there is too little, or something in it."""
    if setting != "local" or SNAPSHOT.name not in layers or sum(map(rows_of, layers.values())) < IMPORT_FROM:
        return False
    local = LocalServer.of(home, progress)
    if not local.server.is_new:
        with open_store(setting, home, progress) as store:
            if not _is_empty(store):
                return False
    return _import(local, layers, home, progress)


def _import(local: LocalServer, layers: Mapping[str, Tables], home: Home, progress: Progress) -> bool:
    """Stop the server, import, leave it down; does nothing where others use the empty store."""
    with suppress(StoreInUseError), local.down(progress) as server:
        import_tables(server, layers, home, progress)
        return True
    return False


def _is_empty(store: Store) -> bool:
    return store.read("MATCH (n) RETURN count(n) AS nodes") == [{"nodes": 0}]
