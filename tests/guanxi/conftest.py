"""The command line, called in this process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo import make_bank
from guanxi.cli import main


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def guanxi(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command with a home of its own, without a store, in English."""
    for name in ("GUANXI_HOME", "GUANXI_STORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GUANXI_LANG", "en")

    def run(*arguments: object, store: str = "none") -> Ended:
        capsys.readouterr()
        with pytest.raises(SystemExit) as leaving:
            main([*map(str, arguments), "--home", str(tmp_path / "home"), "--store", store])
        said = capsys.readouterr()
        return Ended(int(leaving.value.code or 0), said.out, said.err)

    return run


@pytest.fixture(scope="session")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo bank."""
    folder = tmp_path_factory.mktemp("bank")
    make_bank(folder, customers=600, seed=1)
    return folder
