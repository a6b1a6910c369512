"""The profile as one self-contained HTML page: bars, strips and sparklines to be looked at rather than read."""

from typing import Any, Final

from markupsafe import Markup

from loaders.contract import RULES
from texts import Language, say
from texts.pages import template

_TREND: Final = 12
"""Loads shown in a sparkline."""
_WIDTH, _HEIGHT = 96, 22


def render(profile: dict[str, Any], previous: list[dict[str, Any]], lang: Language) -> str:
    """The quality report.

    Args:
        profile: of the present source, from `loaders.quality.profile`.
        previous: profiles of earlier loads, oldest first; for the trend.
        lang: of the page.

    Returns:
        A whole HTML document; it asks for nothing from anywhere.
    """
    tables = profile["tables"]
    rows, rejected = (sum(table[name] for table in tables.values()) for name in ("rows", "rejected"))
    return template("loaders.quality", "report.html.j2").render(
        lang=lang,
        profile=profile,
        rules=RULES,
        rows=rows,
        rejected=rejected,
        trends={name: _trends(name, [*previous, profile]) for name in tables},
        notes=[say(key, lang, **values) for key, values in profile["notes"]],
        t=lambda key, **values: say(f"quality.{key}", lang, **values),
        figure=lambda value: _figure(value, lang),
        named=lambda value: say(f"quality.{'yes' if value else 'no'}", lang) if isinstance(value, bool) else value,
        percent=_percent,
        strip=_strip,
        mean_share=_mean_share,
    )


def _figure(value: Any, lang: Language) -> str:
    """A number short enough for a table: 1,234 or 12.3M (zh: 1,234 and 1,234万)."""
    if value is None or isinstance(value, (str, bool)):
        return "" if value is None else str(value)
    units = ((1e8, "亿"), (1e4, "万")) if lang == "zh" else ((1e9, "bn"), (1e6, "M"))
    for size, unit in units:
        if abs(value) >= size * 10:
            return f"{value / size:,.1f}{unit}"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def _percent(share: float) -> str:
    """A share in which neither a few nor nearly all look like none or all."""
    if 0 < share < 0.0005:  # noqa: PLR2004
        return "<0.1%"
    if 0.9995 <= share < 1:  # noqa: PLR2004
        return ">99.9%"
    return f"{share:.0%}" if share in (0, 1) else f"{share:.1%}"


def _mean_share(table: dict[str, Any]) -> float:
    shares = [column["share"] for column in table["columns"].values()]
    return sum(shares) / len(shares) if shares else 0.0


def _trends(name: str, profiles: list[dict[str, Any]]) -> dict[str, Any]:
    """Sparklines of rows and of the share of rejects over the last loads, and the change of rows since the last."""
    found = [seen["tables"][name] for seen in profiles[-_TREND:] if name in seen["tables"]]
    rows = [table["rows"] for table in found]
    rates = [table["rejected"] / table["rows"] if table["rows"] else 0.0 for table in found]
    change = (rows[-1] - rows[-2]) / rows[-2] if len(rows) > 1 and rows[-2] else None
    return {"rows": _sparkline(rows), "rates": _sparkline(rates, floor=0.0), "change": change, "loads": len(found)}


def _sparkline(values: list[float], floor: float | None = None) -> Markup:
    """A line over time with a dot at the present; nothing for a first load."""
    if len(values) < 2:  # noqa: PLR2004
        return Markup("")
    low, high = min(values) if floor is None else floor, max(values)
    step, span = (_WIDTH - 6) / (len(values) - 1), (high - low) or 1.0
    points = [
        (3 + place * step, _HEIGHT - 4 - (_HEIGHT - 8) * ((value - low) / span if high > low else 0.5))
        for place, value in enumerate(values)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return Markup(
        '<svg class="spark" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true">'
        '<polyline points="{}"/><circle cx="{}" cy="{}" r="2.2"/></svg>'
    ).format(_WIDTH, _HEIGHT, _WIDTH, _HEIGHT, line, f"{points[-1][0]:.1f}", f"{points[-1][1]:.1f}")


def _strip(years: list[list[int]]) -> dict[str, Any]:
    """A histogram by year, gaps included; a long range is joined into as many bars as fit."""
    if not years:
        return {"bars": [], "first": "", "last": ""}
    first, last = years[0][0], years[-1][0]
    width = max(1, -(-(last - first + 1) // 40))
    bins = [0] * ((last - first) // width + 1)
    for year, rows in years:
        bins[(year - first) // width] += rows
    most = max(bins)
    bars = [{"height": rows / most, "year": first + place * width, "rows": rows} for place, rows in enumerate(bins)]
    return {"bars": bars, "first": first, "last": last}
