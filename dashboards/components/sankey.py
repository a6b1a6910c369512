"""Money in and out of one party as bands: who pays it on the left, whom it pays on the right (a Sankey diagram)."""

from dataclasses import dataclass
from html import escape
from typing import Final

import polars as pl
import streamlit as st

from dashboards.components.charts import IN, INK, OUT, PALETTE
from dashboards.components.formats import yuan
from dashboards.components.session import t

WIDTH: Final = 730
HEIGHT: Final = 320
"""At most; few bands need less."""
_OF_BAND: Final = 56
_MARGIN: Final = 4
_BAR: Final = 10
_GAP: Final = 6
_LINE: Final = 13
_TEXT: Final = 235
"""Room for the names on either side."""
_LONGEST: Final = 14


@dataclass(frozen=True)
class _Band:
    """One partner's place at the side, and its place at the party's own bar; pixels."""

    name: str
    amount: float
    side: float
    middle: float
    height: float


def sankey(rows: pl.DataFrame, name: str) -> None:
    """Draw `rows` (outgoing, name, amount; a row without name stands for all others) around the party `name`."""
    most = max((float(part["amount"].sum()) for _, part in rows.group_by("outgoing")), default=0.0)
    if most <= 0:
        return
    sides = [rows.filter(pl.col("outgoing") == way) for way in (False, True)]
    height = min(HEIGHT, _OF_BAND * (1 + max(map(len, sides))))
    scale = min(_scale(side["amount"].to_list(), height) for side in sides)
    parts = [_side(side, scale) for side in sides]
    ink = INK["dark" if st.context.theme.type == "dark" else "light"]
    drawn = "".join(_drawn(band, ink, outgoing=way) for way, bands in enumerate(parts) for band in bands)
    middle = (WIDTH - _BAR) / 2
    st.image(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {-_MARGIN} {WIDTH} {height + 2 * _MARGIN}" '
        f'width="{WIDTH}" height="{height + 2 * _MARGIN}" '
        f'font-family="sans-serif">{drawn}'
        f'<rect x="{middle}" y="0" width="{_BAR}" height="{most * scale:.1f}" fill="{PALETTE[0]}"/></svg>',
        caption=t("flows.picture", name=name), width=WIDTH,
    )  # fmt: skip


def _scale(amounts: list[float], height: float) -> float:
    """Pixels for a yuan, so that the bands of one side fit with a line of text and a gap for each."""
    room = height - _GAP * (len(amounts) - 1)
    ordered = sorted(amounts)
    for small, least in enumerate(ordered):  # as many as have no more than a line
        scale = (room - _LINE * small) / (sum(ordered[small:]) or 1.0)
        if least * scale >= _LINE:
            return scale
    return room


def _side(rows: pl.DataFrame, scale: float) -> list[_Band]:
    """The bands of one direction from top to bottom, as high as their money."""
    bands: list[_Band] = []
    side = middle = 0.0
    for name, amount in rows.select("name", "amount").iter_rows():
        height = max(float(amount) * scale, 1.0)
        bands.append(_Band(name or t("flows.others"), float(amount), side, middle, height))
        side += max(height, _LINE) + _GAP
        middle += height
    return bands


def _drawn(band: _Band, ink: str, *, outgoing: int) -> str:
    colour = OUT if outgoing else IN
    edge = WIDTH - _TEXT if outgoing else _TEXT
    inner = (WIDTH + _BAR) / 2 if outgoing else (WIDTH - _BAR) / 2
    bend = (edge + inner) / 2
    y, z, h = band.side, band.middle, band.height
    path = (
        f"M{edge},{y:.1f} C{bend},{y:.1f} {bend},{z:.1f} {inner},{z:.1f} "
        f"L{inner},{z + h:.1f} C{bend},{z + h:.1f} {bend},{y + h:.1f} {edge},{y + h:.1f} Z"
    )
    anchor, x = ("start", edge + 8) if outgoing else ("end", edge - 8)
    name = band.name if len(band.name) <= _LONGEST else f"{band.name[: _LONGEST - 1]}…"
    words = escape(f"{name} · {yuan(band.amount)}")
    line = y + max(min(h, 12) / 2 + 4, _LINE)
    return (
        f'<path d="{path}" fill="{colour}" fill-opacity="0.35"><title>{escape(band.name)}</title></path>'
        f'<text x="{x}" y="{line:.1f}" text-anchor="{anchor}" font-size="12" fill="{ink}">'
        f"{words}</text>"
    )
