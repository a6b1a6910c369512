"""Programs that tests need and no Python package brings: found on the machine, or installed by its package manager."""

import os
import shutil
import subprocess
from collections.abc import Iterable

INSTALL_WITHIN = 300
_LONGEST = 200


def there(names: Iterable[str]) -> str | None:
    """The path of the first program that is there; servers stand where a user's path does not lead."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


def install(*packages: str) -> str:
    """Debian's and Ubuntu's package manager, where this user may use it; what went wrong, two at once wait in turn."""
    if not shutil.which("apt-get"):
        return "not this system's package manager"
    if os.geteuid() != 0:
        return "needs root"
    os.environ.setdefault("DEBIAN_FRONTEND", "noninteractive")
    wait = ("-o", f"DPkg::Lock::Timeout={INSTALL_WITHIN}", "-qq")
    update = tried("apt-get", *wait, "update")
    return tried("apt-get", *wait, "install", "-y", "--no-install-recommends", *packages) or update


def tried(*command: str) -> str:
    """What went wrong: the first line that says so, else the last one; nothing where all went well."""
    try:
        done = subprocess.run(command, check=False, timeout=INSTALL_WITHIN, capture_output=True, text=True)
    except (OSError, subprocess.SubprocessError) as fault:
        return f"{fault}"[:_LONGEST]
    if done.returncode == 0:
        return ""
    lines = [line.strip() for line in f"{done.stdout}\n{done.stderr}".splitlines() if line.strip()]
    faults = [line for line in lines if line.startswith(("E:", "Error"))]
    return next(iter(faults + lines[-1:]), f"exit code {done.returncode}")[:_LONGEST]
