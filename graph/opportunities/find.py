"""`guanxi find`: every kind in turn, ranked, written as one version of findings.

    findings/000001/opportunities.parquet    all scored candidates that passed the gates: keys and numbers, no texts
                    facts/NAME.parquet       detected facts
                    manifest.json            counts, the funnel of each kind, the models

Names, reasons and evidence are rendered for those rows only that are shown (`graph.opportunities.rendered`).
"""

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl
from polars.io.plugins import register_io_source

from graph.facts.write import write_facts
from graph.features.bank import Bank
from graph.opportunities.cards import write_cards
from graph.opportunities.drivers import COLUMNS as DRIVERS
from graph.opportunities.drivers import Drivers
from graph.opportunities.kinds import KINDS, looks
from graph.opportunities.priority import Priorities
from graph.opportunities.ranking import FACTORS, ranked, ranked_parts
from graph.opportunities.task import FAMILIES, SCORED, Found, Task
from graph.side_by_side import side_by_side
from graph.snapshot import FINDINGS_FORMAT, Snapshot, Tables, write_manifest
from texts import UserError
from texts.progress import Progress, Shared

FILE: Final = "opportunities.parquet"
CHUNK: Final = 500_000


@dataclass(frozen=True)
class FindResult:
    """What a run of `find` wrote."""

    manifest: dict[str, Any]

    @property
    def opportunities(self) -> dict[str, int]:
        """Opportunities by kind."""
        return self.manifest["opportunities"]

    @property
    def facts(self) -> dict[str, int]:
        """Detected facts by name."""
        return self.manifest["facts"]


def find(  # noqa: PLR0913 - keywords, nearly all with a default
    snapshot: Snapshot,
    *,
    as_of: date | None = None,
    horizon: int = 180,
    kinds: Collection[str] | None = None,
    seed: int = 0,
    progress: Progress,
    out: Path,
    previous: Tables | None = None,
    priorities: Priorities | None = None,
    read: Bank | None = None,
) -> FindResult:
    """Find opportunities as they stood on `as_of` and write them into the folder `out`.

    Args:
        snapshot: what to look at.
        as_of: the last day that is looked at; by default the newest date of the snapshot that is not in its future.
        horizon: days ahead that a probability speaks of.
        kinds: which kinds; all by default.
        seed: of all that is drawn.
        progress: is told how far it is.
        out: an existing empty folder, as `graph.snapshot.writing_version` gives it.
        previous: the findings before these, to tell drift from.
        priorities: what the bank wants first; by default what is worth most.
        read: the snapshot as it stood on a day, where it is at hand; read anew for another one.

    Raises:
        UserError: an unknown kind, a horizon under one day, `as_of` before all data, or a lever on an unknown product.
    """
    wanted = priorities or Priorities()
    chosen = _chosen(kinds, horizon)
    day = as_of or newest_day(snapshot)
    progress.step("find.reading")
    bank = read if read and read.day == day else Bank.read(snapshot, day)
    first = bank.first_date()
    if first is None and snapshot.manifest.get("newest_date") is not None:
        raise UserError("find.as_of_before_data", as_of=day)
    consent = "marketing_consent" in snapshot.manifest["tables"]["customers"]["columns"]
    levers = wanted.by_product(bank.products.collect().to_native().sort("product"))
    watcher = Shared(progress)
    task = Task(bank, day, horizon, seed, first, consent, watcher, levers=levers, looks=looks(chosen))
    works = [partial(KINDS[kind], task) for kind in chosen]
    facts = partial(write_facts, snapshot, bank, day, out / "facts")
    *each, written = side_by_side([*works, facts], watcher.stop)
    found = dict(zip(chosen, each, strict=True))
    task.made.clear()
    progress.step("find.writing")
    _write(found, task, wanted, out)
    manifest = _manifest(snapshot, task, found, wanted, out) | {"facts": written}
    data = {name: manifest[name] for name in ("snapshot", "snapshot_id", "as_of", "horizon", "seed")}
    manifest["drift"] = write_cards(found, data, out, previous)
    write_manifest(out, manifest)
    return FindResult(manifest)


def newest_day(snapshot: Snapshot) -> date:
    """The newest date in the data, or the day of the load where there is none."""
    newest = snapshot.manifest.get("newest_date") or snapshot.manifest["created_at"][:10]
    return date.fromisoformat(str(newest)[:10])


def _chosen(kinds: Collection[str] | None, horizon: int) -> list[str]:
    for kind in kinds or ():
        if kind not in KINDS:
            raise UserError("find.unknown_kind", kind=kind, kinds=", ".join(KINDS))
    if horizon < 1:
        raise UserError("find.horizon", horizon=horizon)
    return [kind for kind in KINDS if not kinds or kind in kinds]


def _write(found: dict[str, Found], task: Task, wanted: Priorities, out: Path) -> None:
    """A chunk at a time, so that the texts of keys are never all in memory."""
    keys = _Keys.of(task.bank)

    def chunks(*_: object) -> Iterator[pl.DataFrame]:
        for kind, each in found.items():
            drivers = each.drivers or Drivers.none(len(each.scored))
            scored = each.scored.with_columns(driver=drivers.places())
            parts = ranked_parts(scored, task.levers, wanted.context.get(kind, 1.0), CHUNK)
            yield from (_with_drivers(keys.shown(kind, part), part, drivers) for part in parts)

    nothing = ranked(pl.DataFrame(schema=SCORED | {"driver": pl.UInt32()}), task.levers)
    schema = _with_drivers(keys.shown("", nothing), nothing, Drivers.none(0)).schema
    source = register_io_source(chunks, schema=schema)
    source.sink_parquet(out / FILE, compression="zstd", compression_level=1, row_group_size=CHUNK)


def _with_drivers(shown: pl.DataFrame, ranks: pl.DataFrame, drivers: Drivers) -> pl.DataFrame:
    """With `drivers` (the columns of `graph.opportunities.drivers`), null where a row is not explained."""
    values = pl.Series(drivers.values, dtype=pl.Array(pl.Float32, len(DRIVERS)))
    return shown.with_columns(drivers=values.gather(ranks["driver"]))


@dataclass(frozen=True)
class _Keys:
    """The keys of the source by code."""

    label: pl.Series
    id: pl.Series
    product: pl.Series

    @classmethod
    def of(cls, bank: Bank) -> "_Keys":
        known = bank.parties.select("party", "label", "id").collect().to_native()
        # codes of records that came later are left out, so a code is no row number of what is there
        codes = pl.select(party=pl.int_range(known["party"].max() + 1 if len(known) else 0, dtype=pl.UInt32))
        parties = codes.join(known, on="party", how="left", maintain_order="left")
        products = bank.products.collect().to_native().sort("product")
        return cls(parties["label"], parties["id"], products["product_id"])

    def shown(self, kind: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Keys of the source in place of codes."""
        family = pl.Series(FAMILIES, dtype=pl.String)
        return rows.select(
            pl.lit(kind).alias("kind"),
            self.label.gather(rows["subject"]).alias("subject_type"),
            self.id.gather(rows["subject"]).alias("subject_id"),
            self.product.gather(rows["product"]).alias("product_id"),
            "rank", "place", "probability", "annual_value", "expected_value", *FACTORS,
            pl.col("channel").cast(pl.String),
            family.gather(rows["family"]).alias("family"),
            "peers", "holders",
            self.label.gather(rows["via"]).alias("via_label"),
            self.id.gather(rows["via"]).alias("via_id"),
            self.label.gather(rows["link"]).alias("link_label"),
            self.id.gather(rows["link"]).alias("link_id"),
            self.product.gather(rows["because"]).alias("because_id"),
        )  # fmt: skip


def _manifest(
    snapshot: Snapshot, task: Task, found: dict[str, Found], wanted: Priorities, out: Path
) -> dict[str, Any]:  # fmt: skip
    said: dict[str, Any] = {
        "format": FINDINGS_FORMAT,
        "snapshot": snapshot.version,
        "snapshot_id": snapshot.manifest.get("id"),
        "as_of": task.as_of.isoformat(),
        "horizon": task.horizon,
        "seed": task.seed,
        "priority": wanted.said(),
        "opportunities": {kind: len(each.scored) for kind, each in found.items()},
        "candidates": {kind: each.candidates for kind, each in found.items()},
        "suppressed": {kind: dict(sorted(each.suppressed.items())) for kind, each in found.items()},
        "models": {kind: each.model for kind, each in found.items()},
    }
    name = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:20]
    return said | {"id": name, "version": out.name.rpartition("-")[2]}
