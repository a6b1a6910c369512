"""Campaigns, who was reached, what came of it, and who refused for good."""

import numpy as np
import polars as pl

from demo.columns import Ints, chance, choose, dates, pick, stream

from . import catalogue
from .clock import END, step_days
from .records import Records

_OUTCOMES = ("none", "opened", "clicked", "refused", "accepted")


def contacts(records: Records) -> dict[str, pl.DataFrame]:
    """The tables `campaigns`, `contacts` and `refusals`."""
    rng, keys = stream(records.world.seed, "contacts"), catalogue.product_ids("retail")
    made, reached = [], []
    for step, product, everybody, taken in records.world.contacts:
        first, last = step_days(step)
        made.append(
            {
                "campaign_id": f"Q{step:02d}",
                "name": f"第{step}期",
                "product_id": keys[product],
                "starts_on": first,
                "ends_on": last,
            }
        )
        who, size = everybody, len(everybody)
        outcome = np.where(taken, 4, choose(rng, (0.7, 0.14, 0.12, 0.04), size))
        reached.append(pl.DataFrame({
            "campaign_id": pl.repeat(f"Q{step:02d}", size, eager=True), "customer_id": records.ids.gather(who),
            "contacted_on": dates(np.full(size, first)), "arm": pl.repeat("treated", size, eager=True),
            "channel": pick(("app", "sms", "call"), rng.integers(0, 3, size)), "outcome": pick(_OUTCOMES, outcome),
        }))  # fmt: skip
    campaigns = pl.DataFrame(made).with_columns(pl.col("starts_on", "ends_on").cast(pl.Int32).cast(pl.Date))
    table = pl.concat(reached)
    return {"campaigns": campaigns, "contacts": table, "refusals": _refusals(records, table, rng)}


def refused_all(records: Records) -> Ints:
    """Customers who want to hear nothing by any means."""
    return np.flatnonzero(
        records.customer & chance(stream(records.world.seed, "refusals"), 0.01, len(records.customer))
    )


def _refusals(records: Records, reached: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    one = reached.filter((pl.col("outcome") == "refused") & pl.Series(chance(rng, 0.5, len(reached))))
    who = refused_all(records)
    everything = pl.DataFrame(
        {
            "customer_id": records.ids.gather(who),
            "channel": pl.repeat("all", len(who), eager=True),
            "refused_on": dates(np.full(len(who), END - 40)),
        }
    )
    return pl.concat(
        [one.select("customer_id", "channel", pl.col("contacted_on").alias("refused_on")), everything]
    ).unique(maintain_order=True)
