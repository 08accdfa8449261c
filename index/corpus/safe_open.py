"""Opens files safely in a folder that other people write to.

Only regular files within the folder and below a size are opened.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path

MEGABYTE = 1 << 20
NO_SPACE = {errno.ENOSPC, errno.EDQUOT}  # of a disk that is full, or a quota that is used up
# what a link to itself and a socket raise
_NO_FILE = {errno.ELOOP: "a link that leads nowhere", errno.ENXIO: "not a regular file"}


class Refused(Exception):
    """A rule forbids to read this file, without regard to its content; the message says why."""


def open_file(place: Path, inside: Path, most_mb: int, setting: str = "") -> io.BufferedReader:
    """Open a file in the folder `inside` without ever blocking on a pipe or device.

    `setting` names the setting that `most_mb` comes from.

    Raises:
        Refused: it is not a regular file, lies outside, is a broken link, or is larger than
            `most_mb` MB.
        OSError: it cannot be opened.
    """
    real = Path(os.path.realpath(place))  # Path.resolve fails on links that go round
    if not real.is_relative_to(inside):
        raise Refused("a link that leads out of the documents folder")
    try:
        file = open(os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW), "rb")  # noqa: PTH123, SIM115
    except OSError as error:
        if isinstance(error, FileNotFoundError) and place.is_symlink():
            raise Refused("a link that leads nowhere") from error
        if error.errno in _NO_FILE:
            raise Refused(_NO_FILE[error.errno]) from error
        raise
    status = os.fstat(file.fileno())
    reason = None
    if not stat.S_ISREG(status.st_mode):
        reason = "not a regular file"
    elif status.st_size > most_mb * MEGABYTE:
        reason = f"larger than {most_mb} MB" + (f" ({setting})" if setting else "")
    if reason is not None:
        file.close()
        raise Refused(reason)
    return file


def unreadable(error: OSError) -> str:
    """Return why a file cannot be read, for a report."""
    return f"cannot be read: {error.strerror}"
