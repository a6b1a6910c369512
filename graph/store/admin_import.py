"""The first load of an empty store through Neo4j's bulk import: many times faster than transactions."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import psutil
import pyarrow.parquet as pq

from graph.home import Home
from graph.snapshot import Tables
from graph.store.import_files import write_import_files
from graph.store.scratch import scratch
from graph.store.server import Server
from texts import UserError
from texts.progress import Progress

_OPTIONS: Final = (
    "--array-delimiter=U+001F",
    "--multiline-fields=true",
    "--read-buffer-size=64m",
    "--overwrite-destination=true",
)


def import_tables(server: Server, layers: Mapping[str, Tables], home: Home, progress: Progress) -> None:
    """Fill the empty store of a server that is down.

    A mark says that the import is not whole; `Server.prepare` throws away what a killed one left.

    Raises:
        UserError: the import failed.
    """
    with scratch(home) as folder:
        arguments = write_import_files(layers, folder, progress)
        progress.step("store.importing", None)
        server.unfinished.touch()
        half = psutil.virtual_memory().available // 2
        limits = (f"--max-off-heap-memory={half}", f"--report-file={folder / 'report'}")
        done = server.admin("database", "import", "full", "neo4j", *_OPTIONS, *limits, *arguments, within=folder)
    if done.returncode != 0:
        raise UserError("store.import_failed", reason=_reason(done.stderr))
    server.unfinished.unlink()


def import_command(layers: Mapping[str, Tables], folder: Path, progress: Progress) -> str:
    """Write the import files into `folder`; returns the command to run beside the bank's own empty server."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # the files are in clear
    arguments = write_import_files(layers, folder, progress)
    words = ["neo4j-admin", "database", "import", "full", "neo4j", *_OPTIONS, *arguments]
    return f"cd {shlex.quote(str(folder))} && {shlex.join(words)}"


def rows_of(tables: Tables) -> int:
    """How many nodes and relationships there are."""
    files = [*tables.path.glob("nodes/*.parquet"), *tables.path.glob("relationships/*.parquet")]
    return sum(pq.read_metadata(file).num_rows for file in files)


def _reason(output: str) -> str:
    noise = ("WARNING", "Run with", "Check that", "---")
    lines = [line for line in output.splitlines() if line.strip() and not line.startswith(noise)]
    return (lines or ["?"])[-1].strip()[:300]
