"""Programs that tests need and no Python package brings: found on the machine, or installed by its package manager."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import suppress

INSTALL_WITHIN = 300


def program(names: Iterable[str], packages: Iterable[str]) -> str | None:
    """The path of the first program that is there, its packages installed where none is; none where it can't be had."""
    if found := there(names):
        return found
    _install(packages)
    return there(names)


def there(names: Iterable[str]) -> str | None:
    """The path of the first program that is there; servers stand where a user's path does not lead."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


def tried(*command: str) -> None:
    """Run a command; what it fails at shows in what is there afterwards."""
    with suppress(OSError, subprocess.SubprocessError):
        subprocess.run(command, check=False, timeout=INSTALL_WITHIN, capture_output=True)


def _install(packages: Iterable[str]) -> None:
    """Debian's and Ubuntu's package manager, where this user may use it; two at once wait for each other."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    wait = ("-o", f"DPkg::Lock::Timeout={INSTALL_WITHIN}", "-qq")
    tried("apt-get", *wait, "update")
    os.environ.setdefault("DEBIAN_FRONTEND", "noninteractive")
    tried("apt-get", *wait, "install", "-y", "--no-install-recommends", *packages)
