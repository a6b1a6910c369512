"""How long the demo bank takes: `uv run python benchmarks/bench_demo.py [CUSTOMERS ...]` (default 100000 1000000)."""

import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

from demo import make_bank


def measure(customers: int) -> None:
    """Prints seconds, rows and peak memory of one bank; in a process of its own, so that the peak is its own."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        rows = make_bank(Path(folder), customers)
        seconds = time.perf_counter() - start
        size = sum(path.stat().st_size for path in Path(folder).iterdir()) / 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    total = sum(rows.values())
    print(f"{customers:>10,} customers  {seconds:6.1f} s  {total:>12,} rows  {size:6.0f} MiB  peak {peak:4.1f} GiB")
    print(" " * 11 + "  ".join(f"{table} {count:,}" for table, count in rows.items()))


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    for count in [int(argument) for argument in sys.argv[1:]] or [100_000, 1_000_000]:
        process = context.Process(target=measure, args=(count,))
        process.start()
        process.join()
