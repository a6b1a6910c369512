"""The few styles that Streamlit's theme has no setting for: a dense page, figures of one width."""

import streamlit as st

_STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding: 4.4rem 1.6rem 2rem; max-width: none; }
[data-testid="stVerticalBlock"] { gap: 0.65rem; }
[data-testid="stMetricValue"], [data-testid="stMetricLabel"] { font-variant-numeric: tabular-nums; }
[data-testid="stMetric"] { padding: 0.1rem 0; }
[data-testid="stMetricValue"] { line-height: 1.35; }
[data-testid="stMetricValue"] * { line-height: inherit; overflow-y: hidden; }
[data-testid="stCaptionContainer"] { opacity: 0.85 !important; }
h1 { padding: 0.1rem 0 0.4rem !important; line-height: 1.3 !important; }
[data-testid^="stBaseButton-primary"] { background: transparent; color: inherit; }
[data-testid^="stBaseButton-segmented_control"] { min-height: 2.5rem; }
[data-testid="stBaseButton-tertiary"] { min-height: 1.7rem; padding: 0; }
[data-testid="stDownloadButton"] button { min-height: 1.7rem; padding: 0 0.6rem; }
</style>
"""


def styled() -> None:
    """Put the styles into the page."""
    st.html(_STYLE)
