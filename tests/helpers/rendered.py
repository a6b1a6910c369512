"""All of an export at once."""

import polars as pl

from graph.opportunities.rendered import Selection, chunks
from graph.snapshot import Snapshot, Tables


def rendered(findings: Tables, snapshot: Snapshot, chosen: Selection) -> pl.DataFrame:
    """The selected opportunities as people get them."""
    return pl.concat(chunks(findings, snapshot, chosen))
