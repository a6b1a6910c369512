"""What is known of the models: the card beside each, and the last back-test that was kept."""

import json
from typing import Any

import polars as pl

from graph.access.access import Access


def cards(access: Access) -> dict[str, dict[str, Any]]:
    """The card of each kind's model, in the order of the findings; empty where an older guanxi found them."""
    folder = access.findings.path / "models"
    files = {kind: folder / f"{kind}.json" for kind in access.findings.manifest["opportunities"]}
    return {kind: json.loads(file.read_text(encoding="utf-8")) for kind, file in files.items() if file.exists()}


def backtest(access: Access) -> dict[str, Any] | None:
    """What the last `guanxi evaluate` on this home said; None where there was none."""
    file = access.home.backtest
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def gains(card: dict[str, Any]) -> pl.DataFrame:
    """`group` of evidence and its `gain`, the share of what the trees learned from its features."""
    found = [(str(one["group"]), float(one["gain"])) for one in card["features"].values()]
    rows = pl.DataFrame(found, schema={"group": pl.String, "gain": pl.Float64}, orient="row")
    return rows.group_by("group").agg(pl.col("gain").sum()).sort("gain", "group", descending=[True, False])


def drifts(card: dict[str, Any]) -> pl.DataFrame:
    """`feature` and its `psi` against the run before, the largest first; the probabilities are one of them."""
    drift = card.get("drift")
    found = [] if drift is None else [("probability", drift["probability"]), *drift["features"].items()]
    rows = pl.DataFrame(found, schema={"feature": pl.String, "psi": pl.Float64}, orient="row")
    return rows.sort("psi", "feature", descending=[True, False])
