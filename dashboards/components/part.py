"""A part of a page: what is done in it draws it again, and nothing else of the page."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

import streamlit as st

from dashboards.components.faults import guarded
from dashboards.components.session import access
from graph.access import Access

Given = ParamSpec("Given")


def part(draw: Callable[Concatenate[Access, Given], None]) -> Callable[Given, None]:
    """Make a part of a function that draws; each run of it asks anew for the access, for rights and data change."""

    @st.fragment
    @wraps(draw)
    def drawn(*given: Given.args, **named: Given.kwargs) -> None:
        guarded(lambda: draw(access(), *given, **named))

    return drawn
