"""What the loaders' tests share: reading and checking a source in one step."""

from pathlib import Path
from typing import Any

import pytest
from helpers.bank import Bank, Check, good, write_csv

from loaders.check import Checked, check
from loaders.sources import open_source


@pytest.fixture
def checked(tmp_path_factory: pytest.TempPathFactory) -> Check:
    """`checked(location, mapping=None, **options)`: the source read and checked in a folder of its own."""

    def run(location: object, mapping: Path | None = None, **options: Any) -> Checked:
        folder = tmp_path_factory.mktemp("staging")
        return check(open_source(str(location), mapping, folder), folder / "checked", **options)

    return run


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    """The good bank as typed frames."""
    folder = tmp_path_factory.mktemp("bank")
    (folder / "staging").mkdir()
    found = check(open_source(str(write_csv(folder / "csv", good())), None, folder / "staging"), folder)
    return {name: found.table(name).collect() for name in found.tables}
