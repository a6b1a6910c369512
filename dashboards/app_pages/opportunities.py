"""Opportunities 商机."""

from dashboards.components.frame import frame

frame("opportunities")
