"""`guanxi run --store none` on demo banks: seconds, peak memory, and seconds per customer against a smaller bank.

python benchmarks/bench_run.py [CUSTOMERS ...]      default: 100000 1000000
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from demo import make_bank


def run(source: Path, folder: Path) -> tuple[float, float]:
    """Seconds and peak gigabytes of one run in a process of its own."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "guanxi", "run", str(source), "--out", str(folder / "out")]
    subprocess.run([*command, "--home", str(folder / "home"), "--store", "none"], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2


def main() -> None:
    """Print one line per size."""
    before = None
    for customers in [int(argument) for argument in sys.argv[1:]] or [100_000, 1_000_000]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make_bank(folder / "bank", customers=customers)
            seconds, gigabytes = run(folder / "bank", folder)
            found = json.loads((folder / "out" / "run.json").read_text(encoding="utf-8"))
        each = seconds / customers
        ratio = f", {each / before:.2f} times the time per customer of the size before" if before else ""
        print(
            f"{customers:,} customers: {seconds:.1f} s, peak {gigabytes:.2f} GB, {found['exported']:,} exported{ratio}"
        )
        before = each


if __name__ == "__main__":
    main()
