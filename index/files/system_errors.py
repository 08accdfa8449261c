"""Translates refusals of the system, through any library, into BuildFailed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import BuildFailed, PinciteError


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Raise BuildFailed for an OSError or MemoryError, and for errors caused by one."""
    try:
        yield
    except PinciteError:
        raise
    except Exception as error:
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, OSError | MemoryError):
            cause = cause.__cause__ or cause.__context__
        if cause is None:
            raise
        raise BuildFailed(_reason(cause, folder)) from error


def _reason(cause: OSError | MemoryError, folder: Path) -> str:
    if isinstance(cause, MemoryError):
        return f"{folder} cannot be written: there is not enough memory"
    # of two files, as in copying, the second is the one that is written
    file = cause.filename2 or cause.filename
    place = os.fsdecode(file) if isinstance(file, str | bytes) else folder
    return f"{place}: {cause.strerror or cause}"
