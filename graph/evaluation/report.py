"""The back-test as one self-contained HTML page: intervals, what the graph adds and calibration, to be looked at."""

from pathlib import Path
from typing import Any, Final

import numpy as np

from graph.evaluation.backtest import Backtest
from graph.evaluation.judged import MAIN, Judged
from graph.evaluation.metrics import Estimate
from texts import Language, UserError, language, say
from texts.pages import template

PICTURED: Final = ("auc", "hit_rate_1", "hit_rate_3", "map_7", "lift_5pct", "captured_5pct", "value_5pct")
"""Metrics with a panel; the others are in the table."""
WIDTH: Final = 210
ROW: Final = 17
SQUARE: Final = 220
LEAST_CHANCE: Final = 1e-4


def verdict(judged: Judged, lang: Language | None = None) -> str:
    """What the graph adds, in one sentence."""
    gain = judged.gains.get(MAIN)
    values = {name: f"{value:+.3f}" for name, value in vars(gain).items()} if gain else {}
    return say(f"evaluate.graph_{judged.verdict}", lang, **values)


def write_report(file: Path, result: Backtest, source: str) -> None:
    """Write the page in the user's language.

    Raises:
        UserError: `file` cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(render(result, source, language()), encoding="utf-8")
    except OSError as fault:
        raise UserError("export.unwritable", file=file, reason=fault.strerror or fault) from fault


def render(result: Backtest, source: str, lang: Language) -> str:
    """A whole HTML document; it asks for nothing from anywhere."""
    return template("graph.evaluation", "report.html.j2").render(
        lang=lang,
        result=result,
        source=source,
        pictured=PICTURED,
        panel=_panel,
        gains=_gains,
        calibration=_calibration,
        verdict=lambda judged: verdict(judged, lang),
        kind_name=lambda kind: say(f"cli.kind_{kind}", lang),
        figure=_figure,
        t=lambda key, **values: say(f"evaluate.{key}", lang, **values),
    )


def _figure(value: float) -> str:
    """Three figures that tell."""
    return "–" if np.isnan(value) else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"  # noqa: PLR2004


def _panel(judged: Judged, metric: str) -> dict[str, Any] | None:
    """One metric of every model on a common scale: where dots and whiskers lie."""
    known = {model: each[metric] for model, each in judged.figures.items() if metric in each}
    known = {model: one for model, one in known.items() if not np.isnan(one.value)}
    if not known:
        return None
    lowest, highest = min(one.low for one in known.values()), max(one.high for one in known.values())
    if metric == MAIN:
        lowest = min(lowest, 0.5)
    return {"marks": _marks(known, lowest, highest), "low": lowest, "high": highest}


def _gains(judged: Judged) -> dict[str, Any] | None:
    """What the graph adds to each metric, in parts of what the learner reaches, around nothing."""
    relative = dict[str, Estimate]()
    for metric, gain in judged.gains.items():
        reached = next(iter(judged.figures.values()))[metric].value
        if not (np.isnan(gain.value) or np.isnan(reached) or reached == 0):
            relative[metric] = Estimate(*(100 * part / abs(reached) for part in (gain.value, gain.low, gain.high)))
    if not relative:
        return None
    reach = max(1.0, *(max(abs(one.low), abs(one.high)) for one in relative.values()))
    return {"marks": _marks(relative, -reach, reach), "low": -reach, "high": reach}


def _marks(known: dict[str, Estimate], lowest: float, highest: float) -> list[dict[str, Any]]:
    span = (highest - lowest) or 1.0

    def x(value: float) -> float:
        return round(6 + (WIDTH - 12) * (value - lowest) / span, 1)

    return [
        {"name": name, "x": x(one.value), "low": x(one.low), "high": x(one.high), "y": 11 + ROW * place, "value": one}
        for place, (name, one) in enumerate(known.items())
    ]


def _calibration(judged: Judged) -> dict[str, Any] | None:
    """Predicted against observed on logarithmic axes: points with whiskers, and the ticks of both axes."""
    table = judged.calibration
    if not table:
        return None
    ends = [value for row in table for value in (row["predicted"], row["observed"], row["high"])]
    low = max(LEAST_CHANCE, min((value for value in ends if value > 0), default=LEAST_CHANCE))
    bottom, top = np.floor(np.log10(low)), np.ceil(np.log10(max([*ends, low * 10])))

    def place(value: float) -> float:
        share = (np.log10(max(value, 10.0**bottom)) - bottom) / max(top - bottom, 1.0)
        return round(float(10 + (SQUARE - 20) * min(share, 1.0)), 1)

    points = [{name: place(row[name]) for name in ("predicted", "observed", "low", "high")} | {"row": row}
              for row in table]  # fmt: skip
    ticks = [(place(10.0**power), f"{100 * 10.0**power:g} %") for power in range(int(bottom), int(top) + 1)]
    return {"points": points, "ticks": ticks, "size": SQUARE}
