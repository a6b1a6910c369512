"""The quality report: a profile of a checked source, and the page made of it."""

from loaders.quality.profile import profile
from loaders.quality.report import render

__all__ = ["profile", "render"]
