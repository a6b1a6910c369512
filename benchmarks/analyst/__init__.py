"""An analyst at the dashboard, in a real Chromium: opens pages, filters, chooses, expands, timed in the browser."""

from analyst.tab import Tab, Timed
from analyst.work import Targets, interactions, summary, targets, visits

__all__ = ["Tab", "Targets", "Timed", "interactions", "summary", "targets", "visits"]
