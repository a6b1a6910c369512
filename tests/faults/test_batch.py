"""`guanxi run` when it dies in the middle: nothing half done under a final name, and the next run ends the job."""

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from demo import make_bank

RUN = (sys.executable, "-m", "guanxi", "run")


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bank")
    make_bank(folder, customers=100, seed=1)
    return folder


@pytest.fixture(scope="module")
def whole(bank: Path, tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """What a run that nobody disturbs exports."""
    folder = tmp_path_factory.mktemp("whole")
    assert started(bank, folder).wait() == 0
    return pl.read_parquet(folder / "out" / "opportunities.parquet")


@pytest.mark.parametrize("step", ["Shaping", "Writing what", "Writing opportunities"])
def test_a_killed_run_is_ended_by_the_next(bank: Path, whole: pl.DataFrame, tmp_path: Path, step: str) -> None:
    running = started(bank, tmp_path)
    assert running.stderr is not None
    while step not in running.stderr.readline():
        assert running.poll() is None
    running.kill()
    running.wait()
    assert not [file for file in (tmp_path / "out").iterdir() if not file.name.startswith(".")]
    assert started(bank, tmp_path).wait() == 0
    assert pl.read_parquet(tmp_path / "out" / "opportunities.parquet").equals(whole)
    assert not [*tmp_path.glob("*/.writing-*"), *tmp_path.glob("home/*/.writing-*")]


@pytest.mark.parametrize("blocks", [8, 40, 120])
def test_a_full_disk_is_one_message_and_the_next_run_goes_on(
    bank: Path, whole: pl.DataFrame, tmp_path: Path, blocks: int
) -> None:
    full = started(bank, tmp_path, ("sh", "-c", f'ulimit -f {blocks}; exec "$0" "$@"'))
    said = full.communicate()[1]
    assert full.returncode == 2, said
    assert "guanxi itself" not in said
    assert not list((tmp_path / "out").glob("[!.]*"))
    assert started(bank, tmp_path).wait() == 0
    assert pl.read_parquet(tmp_path / "out" / "opportunities.parquet").equals(whole)


def started(bank: Path, folder: Path, under: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    places = ("--home", str(folder / "home"), "--out", str(folder / "out"), "--store", "none")
    environment = {"GUANXI_LANG": "en", "PATH": "/usr/bin:/bin"}
    command = [*under, *RUN, str(bank), *places]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
