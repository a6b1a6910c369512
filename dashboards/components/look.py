"""The few styles that Streamlit's theme has no setting for: a dense page, figures of one width, its menu in words."""

import json
from typing import Final

import streamlit as st

from dashboards.components.session import t

_STYLE: Final = """
[data-testid="stMainBlockContainer"] { padding: 4.4rem 1.6rem 2rem; max-width: none; }
[data-testid="stVerticalBlock"] { gap: 0.65rem; }
[data-testid="stMetricValue"], [data-testid="stMetricLabel"] { font-variant-numeric: tabular-nums; }
[data-testid="stMetric"] { padding: 0.1rem 0; }
[data-testid="stMetricValue"] { line-height: 1.35; }
[data-testid="stMetricValue"] * { line-height: inherit; overflow-y: hidden; }
[data-testid="stCaptionContainer"] { opacity: 0.85 !important; }
h1 { padding: 0.1rem 0 0.4rem !important; line-height: 1.3 !important; }
[data-testid^="stBaseButton-primary"] { background: transparent; color: inherit; }
[data-testid="stBaseButton-tertiary"] { min-height: 1.7rem; padding: 0; }
[data-testid="stDownloadButton"] button { min-height: 1.7rem; padding: 0 0.6rem; }
[data-testid="stButtonGroup"] button[data-variant="segmented_control"] { min-height: 2.4rem; }
[data-testid="stMainMenuItem-recordScreencast"], [data-testid="stMainMenuPopover"] div:has(> span + button) {
  display: none; }
[data-testid^="stMainMenuItem-theme-"], [data-testid="stMainMenuItem-print"] [data-testid="stMainMenuItemLabel"] {
  font-size: 0; }
[data-testid^="stMainMenuItem-theme-"]::after, [data-testid="stMainMenuItemLabel"]::after { font-size: 0.85rem; }
"""
_MENU: Final = {
    "theme_system": '[data-testid="stMainMenuItem-theme-System"]',
    "theme_light": '[data-testid="stMainMenuItem-theme-Light"]',
    "theme_dark": '[data-testid="stMainMenuItem-theme-Dark"]',
    "print": '[data-testid="stMainMenuItem-print"] [data-testid="stMainMenuItemLabel"]',
}
"""What Streamlit's menu offers, which it says in English only."""


def styled() -> None:
    """Put the styles into the page."""
    menu = "".join(
        f"{place}::after {{ content: {json.dumps(t(f'frame.{name}'), ensure_ascii=False)}; }}\n"
        for name, place in _MENU.items()
    )
    st.html(f"<style>{_STYLE}{menu}</style>")
