"""What is installed from the wheel works away from the checkout."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


def test_the_wheel_brings_all_that_a_run_needs(tmp_path: Path) -> None:
    built, installed = tmp_path / "built", tmp_path / "installed"
    command = (sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(built))
    subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True)
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        wheel.extractall(installed)
    environment = os.environ | {"PYTHONPATH": str(installed), "GUANXI_HOME": str(tmp_path / "home")}

    def python(*arguments: str) -> str:
        return subprocess.run(
            (sys.executable, *arguments), cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
        ).stdout

    assert Path(python("-c", "import guanxi; print(guanxi.__file__)").strip()).is_relative_to(installed)
    made = json.loads(
        python("-m", "guanxi", "demo", "--customers", "300", "--store", "none", "--no-dashboard", "--json")
    )
    assert made["opportunities"]["cross_sell"] > 0
    assert "customer_picture" in python("-m", "guanxi", "query", "--list")
