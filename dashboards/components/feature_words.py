"""Features of the models in words."""

from typing import Final

from dashboards.components.session import code, lang, t
from texts import catalogue

_COUNTS: Final = ("recent_lift", "hold", "recent", "lift", "valued", "peers")
"""What is counted of a circle of others, as the end of a feature's name."""
_HOLDS: Final = "holds_"


def feature(name: str) -> str:
    """A feature of `graph.features.groups` in words; the name of a column that only this bank's source has."""
    known = catalogue(lang())
    if f"dash.feature_{name}" in known:
        return t(f"feature_{name}")
    if name.startswith(_HOLDS):
        return t("feature_of_holds", what=code("category", name.removeprefix(_HOLDS)))
    for count in _COUNTS:
        who = f"who_{name.removesuffix(f'_{count}')}"
        if name.endswith(f"_{count}") and f"dash.{who}" in known:
            return t(f"feature_of_{count}", who=t(who))
    return name
