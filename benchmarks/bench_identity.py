"""Identity resolution: FEBRL 4, spoilt demo banks by kind of fault, and seconds and memory on a large demo bank.

python benchmarks/bench_identity.py [CUSTOMERS]      default: 1000000
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from helpers.corrupted import corrupted_bank, paid_of  # pyright: ignore[reportMissingImports]
from helpers.febrl import febrl4  # pyright: ignore[reportMissingImports]

from demo import make_bank
from loaders.contract import TABLES, schema
from loaders.identity import Sources, resolve

SPOILT = 20_000


def spoilt(seed: int) -> None:
    """Precision, recall and recall by fault on a spoilt bank."""
    with tempfile.TemporaryDirectory() as folder:
        bank = corrupted_bank(Path(folder), SPOILT, seed)
    found = resolve(bank.sources())
    right, links = bank.score(found)
    merged = bank.merged(found).group_by("kind").len().sort("kind").rows()
    print(
        f"spoilt bank {seed}: precision {right / links:.4f}, recall {right / len(bank.truth):.4f} of {len(bank.truth)}"
    )
    print(f"  merged of {len(bank.rivals)} near-namesakes, twins and parents: {merged}; to review {len(found.review)}")
    hits = bank.right(found).filter("right").select("employee_id", found=pl.lit(value=True))
    asked = bank.truth.join(hits, on="employee_id", how="left").with_columns(pl.col("found").fill_null(value=False))
    for fault in ("number", "spoilt_phone", "spoilt_name"):
        shares = asked.group_by(fault).agg(pl.len(), pl.col("found").mean().round(3)).sort(fault).rows()
        print(f"  {fault}: " + ", ".join(f"{kind} {share} of {size}" for kind, size, share in shares))


def large(customers: int) -> None:
    """Seconds, processor seconds and peak memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_bank(folder, customers, seed=1)
        paid = paid_of(pl.scan_parquet(folder / "payments.parquet")).lazy()
        tables = [_table(folder, table) for table in ("customers", "employees", "companies")]
        before, begun, worked = _peak(), time.monotonic(), time.process_time()
        found = resolve(Sources(*tables, paid=paid))
        seconds, work, peak = time.monotonic() - begun, time.process_time() - worked, _peak()
    links = found.is_customer.collect().group_by("method").len().sort("method").rows()
    print(
        f"{customers:,} customers: {seconds:.1f} s, {work:.1f} s of processor, peak {peak:.2f} GB ({before:.2f} before)"
    )
    print(f"  links: {links}")


def _table(folder: Path, table: str) -> pl.LazyFrame:
    key = TABLES[table].key
    rows = pl.read_parquet(folder / f"{table}.parquet").filter(pl.col(key).is_not_null())
    return rows.unique(key, keep="first").with_columns(
        pl.col(name).cast(dtype, strict=False) for name, dtype in schema(table).items()
    ).lazy()  # fmt: skip


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def main() -> None:
    """Print everything."""
    precision, recall = febrl4()
    f1 = 2 * precision * recall / (precision + recall)
    print(f"FEBRL 4: precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}")
    for seed in (5, 6, 7):
        spoilt(seed)
    large(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)


if __name__ == "__main__":
    main()
