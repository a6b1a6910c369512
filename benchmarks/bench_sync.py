"""Sync against a bare `UNWIND … MERGE` loop on the same rows, and a sync of 1 % changed rows against the first one.

    uv run python benchmarks/bench_sync.py [--nodes 200000]

The loop is the least that writes these rows: the key constraints, then one statement per label and type, in batches
of the same size. Both write into an empty store on the same server, one after the other, rounds alternating; the
median counts. Wanted: the sync at no less than 0.8 times the loop's rate, the small one under 5 % of the first's time.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from graph.home import Home
from graph.model import NODES
from graph.snapshot import ENDS, Tables, relationship_schema, schema, write_manifest, writing_version
from graph.store import SNAPSHOT, Store, open_store, sync
from graph.store.statements import unique_constraint, write_nodes, write_relationships
from texts.progress import Silent

DAY = pl.date(2020, 1, 1)
PRODUCTS = 50


def make_version(home: Home, people: int, changed: int = 0) -> Tables:
    """Customers with 12 properties, two contracts and one payment link each; `changed` of 100 rows are other ones."""
    number = pl.col("number")
    rows = pl.DataFrame({"number": range(people)}).with_columns(
        id=pl.format("c{}", number.cast(pl.String).str.zfill(8)), amount=(number % 100 < changed).cast(pl.Float64)
    )
    with writing_version(home.snapshots) as folder:
        for kind in ("nodes", "relationships"):
            (folder / kind).mkdir()
        _write(folder / "nodes" / "Customer.parquet", _customers(rows), schema(NODES["Customer"].properties))
        products = pl.DataFrame({"product_id": [f"p{number}" for number in range(PRODUCTS)]})
        _write(folder / "nodes" / "Product.parquet", products, schema(NODES["Product"].properties))
        for name, frame in (("HOLDS", _holds(rows)), ("PAID", _paid(rows))):
            _write(folder / "relationships" / f"{name}.parquet", frame.sort(ENDS), relationship_schema(name))
        write_manifest(folder, {"id": f"{people}-{changed}"})
    return Tables(max(home.snapshots.glob("[0-9]*")))


def _customers(rows: pl.DataFrame) -> pl.DataFrame:
    number = pl.col("number")
    return rows.select(
        customer_id="id",
        name=pl.format("客户{}", number),
        phone=pl.format("138{}", number.cast(pl.String).str.zfill(8)),
        gender=pl.when(number % 2 == 0).then(pl.lit("F")).otherwise(pl.lit("M")),
        birth_date=DAY - pl.duration(days=number % 20_000),
        city=pl.format("城市{}", number % 300),
        monthly_income=(number % 5_000).cast(pl.Float64) + 0.5,
        segment=pl.lit("mass"),
        aum=(number % 90_000) + pl.col("amount"),
        risk_tolerance=number % 5 + 1,
        since=DAY - pl.duration(days=number % 3_000),
        marketing_consent=number % 3 == 0,
    )


def _holds(rows: pl.DataFrame) -> pl.DataFrame:
    steps = pl.DataFrame({"step": [1, 2]})
    return rows.join(steps, how="cross").select(
        from_label=pl.lit("Customer"),
        from_id="id",
        to_label=pl.lit("Product"),
        to_id=pl.format("p{}", pl.col("number") * pl.col("step") % PRODUCTS),
        sequence="step",
        opened_on=DAY,
        balance=pl.col("amount") + pl.col("step"),
    )


def _paid(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        from_label=pl.lit("Customer"),
        from_id="id",
        to_label=pl.lit("Customer"),
        to_id=pl.col("id").gather(pl.col("number") * 7919 % pl.len()),
        count=pl.lit(3),
        amount="amount",
        first_on=DAY,
        last_on=DAY,
        months=pl.lit([202001, 202002]),
        amounts=pl.lit([1.0, 2.0]),
        counts=pl.lit([1, 2]),
    )


def _write(file: Path, frame: pl.DataFrame, columns: dict[str, pl.DataType]) -> None:
    missing = {name: pl.lit(None, dtype) for name, dtype in columns.items() if name not in frame.columns}
    frame.with_columns(**missing).select(pl.col(name).cast(dtype) for name, dtype in columns.items()).write_parquet(
        file
    )


def bare_loop(store: Store, tables: Tables) -> None:
    """Nothing but the driver."""
    for label in tables.labels():
        store.write(unique_constraint(label, NODES[label].key))
        frame = tables.nodes(label).collect()
        for rows in frame.iter_slices(store.batch):
            store.write(write_nodes(label), rows=rows.to_dicts())
    for name in tables.types():
        frame = tables.relationships(name).collect()
        for (start, end), part in frame.partition_by(ENDS[0], ENDS[2], as_dict=True).items():
            nested = part.select(ENDS[1], ENDS[3], properties=pl.struct(pl.all().exclude(ENDS)))
            for rows in nested.iter_slices(store.batch):
                store.write(write_relationships(start, name, end), rows=rows.to_dicts())


def empty(store: Store) -> None:
    """No data, constraints or indexes."""
    while store.write("MATCH (n) WITH n LIMIT 20000 DETACH DELETE n RETURN count(*) AS n")[0]["n"]:
        pass
    for row in store.read("SHOW CONSTRAINTS YIELD name"):
        store.write(f"DROP CONSTRAINT `{row['name']}`")
    for row in store.read("SHOW INDEXES YIELD name, type WHERE type = 'RANGE'"):
        store.write(f"DROP INDEX `{row['name']}`")


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--nodes", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        home = Home.open(Path(folder) / "home")
        first, second = make_version(home, arguments.nodes), make_version(home, arguments.nodes, changed=1)
        loops: list[float] = []
        syncs: list[float] = []
        smalls: list[float] = []
        with open_store("local", home, Silent()) as store:
            for _ in range(arguments.rounds):
                empty(store)
                loops.append(seconds(lambda: bare_loop(store, first)))
                empty(store)
                syncs.append(seconds(lambda: sync(store, SNAPSHOT, first, home, Silent())))
                smalls.append(seconds(lambda: sync(store, SNAPSHOT, second, home, Silent())))
        rows = arguments.nodes * 4 + PRODUCTS
        loop, whole, small = (statistics.median(times) for times in (loops, syncs, smalls))
        print(
            json.dumps(
                {
                    "rows": rows,
                    "loop_rows_per_second": round(rows / loop),
                    "sync_rows_per_second": round(rows / whole),
                    "sync_to_loop": round(loop / whole, 3),
                    "one_percent_share_of_first": round(small / whole, 4),
                    "seconds": {"loop": loops, "sync": syncs, "one_percent": smalls},
                },
                indent=1,
            )
        )


if __name__ == "__main__":
    main()
