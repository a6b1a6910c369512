"""An analyst at the dashboard, in a real Chromium: opens pages, filters, chooses, expands, timed in the browser."""

from analyst.tab import Tab, Timed
from analyst.wire import Ran, work
from analyst.work import Targets, interactions, summary, targets, visits

__all__ = ["Ran", "Tab", "Targets", "Timed", "interactions", "summary", "targets", "visits", "work"]
