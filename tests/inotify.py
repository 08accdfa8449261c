"""Commands for which the system has no inotify instance, or no inotify watch, left."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

LIMITS = ("max_inotify_instances", "max_inotify_watches")


def without_inotify(limit: str, while_exists: Path) -> tuple[str, ...]:
    """Return a command that runs the command in its arguments, with no more of one of LIMITS.

    The limit is that of a new user namespace, and counts while the file `while_exists` exists.
    """
    lower = f'test ! -e "$0" || echo 0 > /proc/sys/user/{limit}; exec "$@"'
    return ("unshare", "--user", "--map-root-user", "sh", "-c", lower, str(while_exists))


def can_lower_limits() -> bool:
    """Return whether this system lets a process make user namespaces."""
    if shutil.which("unshare") is None:
        return False
    probe = [*without_inotify(LIMITS[0], Path("/")), "true"]
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0
