"""What Streamlit runs for each browser: navigation, sign-in, then the page, with faults as sentences.

A new page is a file in `app_pages/`, its name here, and its title as `dash.NAME.title` in the catalogues.
"""

import streamlit as st

from dashboards.components.faults import guarded
from dashboards.components.look import styled
from dashboards.components.session import remember_language, signed_in, t

PAGES = (
    "overview", "opportunities", "explore", "customer", "company", "payroll", "queries", "quality", "models",
)  # fmt: skip
"""In the order of the navigation; the first one opens by default."""


def main() -> None:
    """Show the page that the address names."""
    st.set_page_config(page_title="guanxi 关系", layout="wide")
    remember_language()
    styled()
    pages = [
        st.Page(f"app_pages/{name}.py", title=t(f"{name}.title"), url_path=name, default=name == PAGES[0])
        for name in PAGES
    ]
    chosen = st.navigation(pages, position="top")
    guarded(lambda: chosen.run() if signed_in() else None)


main()
