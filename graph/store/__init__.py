"""The graph store: a Neo4j that serves the snapshot; the local one starts and stops by itself.

`load_into_store` brings one layer of it to a version of the graph tables, `open_store` gives a connection,
`read_graph` is the way back.
"""

from graph.store.admin_import import import_command, rows_of
from graph.store.connection import Store, open_store
from graph.store.load import load_into_store
from graph.store.local import LocalServer
from graph.store.read_back import read_graph
from graph.store.scratch import scratch
from graph.store.state import FINDINGS, LAYERS, SNAPSHOT, Layer
from graph.store.sync import Changes, sync

__all__ = [
    "FINDINGS",
    "LAYERS",
    "SNAPSHOT",
    "Changes",
    "Layer",
    "LocalServer",
    "Store",
    "import_command",
    "load_into_store",
    "open_store",
    "read_graph",
    "rows_of",
    "scratch",
    "sync",
]
