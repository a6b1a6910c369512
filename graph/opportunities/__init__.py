"""Opportunities: whom to offer what, how likely it is taken, and why."""

from graph.opportunities.find import FindResult, find

__all__ = ["FindResult", "find"]
