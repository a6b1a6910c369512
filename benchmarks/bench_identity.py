"""Identity resolution: FEBRL 4, spoilt demo banks of many kinds, and seconds and memory on a large demo bank.

python benchmarks/bench_identity.py [CUSTOMERS [FOLDER]]      default: 1000000; FOLDER: of a bank that is there already
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from helpers.corrupted import corrupted_bank  # pyright: ignore[reportMissingImports]
from helpers.elsewhere import paid_of  # pyright: ignore[reportMissingImports]
from helpers.faults import BANKS  # pyright: ignore[reportMissingImports]
from helpers.febrl import febrl4  # pyright: ignore[reportMissingImports]

from demo import make_bank
from loaders.contract import TABLES, schema
from loaders.identity import Sources, resolve

SIZES = (500, 4_000, 20_000)


def spoilt(kind: str, size: int, seed: int) -> None:
    """Precision and recall on a spoilt bank: staff, customers that repeat, accounts elsewhere."""
    with tempfile.TemporaryDirectory() as folder:
        bank = corrupted_bank(Path(folder), size, seed, rivals=max(size // 100, 20), how=BANKS[kind])
    found = resolve(bank.sources())
    right, links = bank.score(found)
    merged = bank.merged(found).group_by("kind").len().sort("kind").rows()
    print(
        f"{size:,}, {kind}: precision {right / max(links, 1):.4f}, recall {right / max(len(bank.truth), 1):.4f}", end=""
    )
    print(f" of {len(bank.truth)}; merged {merged} of {len(bank.rivals)}; to review {len(found.review)}")
    same, pairs, met = bank.repeated(found)
    print(f"  repeated: precision {same / max(pairs, 1):.4f} of {pairs}, recall {met / len(bank.copies):.4f}")
    for name, linked, good, asked in bank.outside(found).iter_rows():
        print(f"  {name}: precision {good / max(linked, 1):.4f}, recall {good / max(asked, 1):.4f} of {asked}")


def large(customers: int, folder: Path) -> None:
    """Seconds, processor seconds and peak memory."""
    if not folder.exists():
        make_bank(folder, customers, seed=1)
    paid = paid_of(pl.scan_parquet(folder / "payments.parquet")).lazy()
    tables = [_table(folder, table) for table in ("customers", "employees", "companies", "counterparties")]
    before, begun, worked = _peak(), time.monotonic(), time.process_time()
    found = resolve(Sources(*tables, paid=paid))
    seconds, work, peak = time.monotonic() - begun, time.process_time() - worked, _peak()
    links = found.links.collect().group_by("from_label", "to_label", "method").len()
    print(
        f"{customers:,} customers: {seconds:.1f} s, {work:.1f} s of processor, peak {peak:.2f} GB ({before:.2f} before)"
    )
    for row in links.sort("from_label", "to_label", "method").iter_rows():
        print("  ", *row)


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
    for size in SIZES:
        for kind in BANKS:
            spoilt(kind, size, seed=5)
    with tempfile.TemporaryDirectory() as name:
        customers, *given = sys.argv[1:] or ["1000000"]
        large(int(customers), Path(given[0]) if given else Path(name) / "bank")


if __name__ == "__main__":
    main()
