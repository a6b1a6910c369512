"""Settings: command-line options first, then the environment, then `guanxi.toml` of the home."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from graph.home import Home
from texts import UserError

DEFAULT_HOME: Final = Path("guanxi-home")
SCHEMES: Final = ("neo4j://", "neo4j+s://", "neo4j+ssc://", "bolt://", "bolt+s://", "bolt+ssc://")
KNOWN: Final = ("store", "maven_mirror", "priority", "users", "roles", "auth")
"""`priority` is what `find` orders by (`graph.opportunities.priority`); the last three are the dashboard's."""


@dataclass(frozen=True)
class Settings:
    """What a command runs with."""

    home: Home
    store: str
    saved: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """`guanxi.toml` as it is"""

    @property
    def has_store(self) -> bool:
        """Whether there is a graph store at all."""
        return self.store != "none"


def read_settings(home: Path | None, store: str | None) -> Settings:
    """Settings for one command.

    Args:
        home: `--home`, else `GUANXI_HOME`, else `./guanxi-home`.
        store: `--store`, else `GUANXI_STORE`, else `store` in `guanxi.toml`, else `local`.

    Raises:
        UserError: the home cannot be used, its settings cannot be read, or the store's name makes no sense.
    """
    folder = Home.open(home_folder(home))
    saved = _read_file(folder.settings)
    if "maven_mirror" in saved:
        os.environ.setdefault("GUANXI_MAVEN_MIRROR", str(saved["maven_mirror"]))
    chosen = store or os.environ.get("GUANXI_STORE") or str(saved.get("store", "local"))
    if chosen not in ("local", "none") and not chosen.startswith(SCHEMES):
        raise UserError("errors.store_setting", store=chosen)
    return Settings(folder, chosen, saved)


def home_folder(home: Path | None) -> Path:
    """`--home`, else `GUANXI_HOME`, else `./guanxi-home`."""
    return home or Path(os.environ.get("GUANXI_HOME") or DEFAULT_HOME)


def _read_file(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        saved = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise UserError("errors.settings", file=file, reason=fault) from fault
    if unknown := [name for name in saved if name not in KNOWN]:
        raise UserError("errors.settings_unknown", file=file, names=", ".join(unknown), known=", ".join(KNOWN))
    return saved
