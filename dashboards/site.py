"""What one serving process shows: set by `serve` (or a test) before the first page is asked for."""

from dataclasses import dataclass, field

from graph.access import StoreGate, Users
from graph.home import Home


@dataclass(frozen=True)
class Site:
    """A home, its store, and who may sign in; without sign-in there is one local user with all rights."""

    home: Home
    gate: StoreGate
    users: Users = field(default_factory=lambda: Users({}))
    sign_in: bool = False


class _Current:
    site: Site | None = None


def show(site: Site) -> None:
    """From now on the pages show this site."""
    _Current.site = site


def site() -> Site:
    """What the pages show.

    Raises:
        RuntimeError: nothing was said to be shown.
    """
    if _Current.site is None:
        raise RuntimeError("dashboards.site.show was not called")
    return _Current.site
