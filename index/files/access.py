"""Giving files the access of the folder that they belong to."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_FOLDER, _FILE = 0o775, 0o664  # the most that is given: nothing becomes writable for everybody


def match_access(paths: Iterable[Path], folder: Path) -> None:
    """Let the users who may read or write `folder` read or write `paths`.

    Libraries create some files for their own user only, and root creates files that only root may
    replace: `paths` get the mode of the folder and, if this process is root, its owner. Paths that
    belong to another user stay as they are.
    """
    wanted = folder.stat()
    for path in paths:
        with suppress(PermissionError, FileNotFoundError):
            if os.geteuid() == 0:
                os.chown(path, wanted.st_uid, wanted.st_gid, follow_symlinks=False)
            if path.is_dir():
                path.chmod(wanted.st_mode & _FOLDER | 0o700)
            else:
                path.chmod(wanted.st_mode & _FILE | 0o600)
