"""A small demo bank, loaded and searched for opportunities, in a home of its own; no store."""

from pathlib import Path

from demo import make_bank
from graph.home import Home
from graph.opportunities import find
from graph.snapshot import Snapshot, Tables, versions, writing_version
from loaders.load import Request, load_source
from texts.progress import Silent


def found_bank(folder: Path, customers: int = 400, seed: int = 3) -> Home:
    """The home, with a snapshot and findings."""
    make_bank(folder / "source", customers=customers, seed=seed)
    home = Home.open(folder / "home")
    loaded = load_source(home, Request(str(folder / "source")), Silent())
    find_again(home, loaded.snapshot)
    return home


def find_again(home: Home, snapshot: Snapshot) -> None:
    """Another run of find, over the same snapshot."""
    before = versions(home.findings)
    with writing_version(home.findings) as out:
        find(snapshot, progress=Silent(), out=out, previous=Tables(before[-1]) if before else None)
