"""A place on the home's disk for files of one run."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from graph.home import Home

_PREFIX: Final = ".scratch-"


@contextmanager
def scratch(home: Home) -> Generator[Path]:
    """A folder for the block; the caller holds the home, so what killed commands left is swept away first."""
    for leftover in home.path.glob(f"{_PREFIX}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    folder = Path(mkdtemp(prefix=_PREFIX, dir=home.path))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
