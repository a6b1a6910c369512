"""The Streamlit dashboard: thin over `graph`."""
