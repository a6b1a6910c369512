"""The Streamlit dashboard: `serve` runs it, `app.py` is what Streamlit runs for each browser, `app_pages` its pages.

Every read goes through `graph.access.Access`, which `components.session.access` gives.
"""
