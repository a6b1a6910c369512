"""A card beside each model: what it was learned from, how it does, and how far it has drifted since the last run.

models/KIND.json   the card
models/KIND.txt    the trees, as LightGBM reads them; absent where a prior speaks
"""

import json
import re
from pathlib import Path
from typing import Any, Final

from graph.features.groups import group_of
from graph.learning.card import LARGE, distribution, stability
from graph.learning.model import Model
from graph.opportunities.task import Found
from graph.opportunities.undated_card import UndatedCard
from graph.snapshot import Tables

FOLDER: Final = "models"
_THREADS: Final = re.compile(r"\[num_threads: \d+\]")


def write_cards(found: dict[str, Found], data: dict[str, Any], out: Path, previous: Tables | None) -> dict[str, Any]:
    """Write card and model of each kind.

    Args:
        found: what was found, by kind.
        data: what every card says of the run: data version, day, horizon, seed.
        out: the findings' folder.
        previous: the findings before these, if any.

    Returns:
        The drift of each kind that was found before, too.
    """
    folder = out / FOLDER
    folder.mkdir()
    drifts = dict[str, Any]()
    for kind, each in found.items():
        card = {"kind": kind} | each.model | data | _of_model(each.learned) | _of_scores(each)
        if before := _before(previous, kind):
            card["drift"] = drifts[kind] = drift(before, card) | {"since": before["version"]}
        card["version"] = out.name.rpartition("-")[2]
        text = json.dumps(card, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / f"{kind}.json").write_text(text + "\n", encoding="utf-8")
        if each.learned:
            trees = _THREADS.sub("[num_threads: 0]", each.learned.booster.model_to_string())
            (folder / f"{kind}.txt").write_text(trees, encoding="utf-8")
    return drifts


def drift(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """PSI of the probabilities and of each number among the features; `large` names what is at 0.25 or over."""
    features = {
        name: stability(before["features"][name]["distribution"], feature["distribution"])
        for name, feature in now["features"].items()
        if not feature["categorical"]
        and feature["distribution"]
        and before["features"].get(name, {}).get("distribution")
    }
    score = stability(before["probability"], now["probability"])
    large = [name for name, value in {"probability": score, **features}.items() if value >= LARGE]
    return {"probability": score, "features": features, "large": large}


def _of_model(model: Model | UndatedCard | None) -> dict[str, Any]:
    if model is None:
        return {"features": {}}
    gains = model.booster.feature_importance("gain")
    whole, seen = gains.sum() or 1.0, model.seen
    features = {
        name: {
            "group": group_of(name), "gain": round(float(gain / whole), 6), "distribution": seen.get(name),
            "categorical": name in model.categories,
        }
        for name, gain in zip(model.names, gains, strict=True)
    }  # fmt: skip
    said = {"features": features, "trees": model.booster.num_trees()}
    if isinstance(model, UndatedCard):
        # the trees' columns have no names: a product's key may hold what LightGBM takes in none
        classes = [model.products[place] for place in model.basket.classes]
        return said | {"calibration": model.held_out(), "columns": model.names, "classes": classes}
    numbers = {"slope": model.slope, "level": model.level, "share_of_trees": model.share}
    return said | {"calibration": model.held_out} | {name: round(value, 6) for name, value in numbers.items()}


def _of_scores(found: Found) -> dict[str, Any]:
    return {
        "candidates": found.candidates,
        "opportunities": len(found.scored),
        "probability": distribution(found.scored["probability"].to_numpy()),
    }


def _before(previous: Tables | None, kind: str) -> dict[str, Any] | None:
    file = previous.path / FOLDER / f"{kind}.json" if previous else None
    return json.loads(file.read_text(encoding="utf-8")) if file and file.exists() else None
