"""A clock of the service, and of the runs that it starts, which a file sets forward or back."""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from unittest.mock import patch

from index.building import build, staging
from index.generation import publishing
from tests import fakes

FILE = "TESTS_CLOCK"  # the variable that names the file; it holds seconds
FIRST = "from tests.faults.jumping_clock import use_clock; use_clock()\n"


class _Jumping(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + timedelta(seconds=_jump())


def use_clock() -> None:
    """Let this process, and each run of the index that it starts, go by that clock."""
    for module in (build, publishing, staging):
        patch.object(module, "datetime", _Jumping).start()
    real = time.time
    patch("time.time", lambda: real() + _jump()).start()
    fakes.PINCITE = FIRST + fakes.PINCITE


def _jump() -> float:
    try:
        return float(Path(os.environ[FILE]).read_text())
    except (OSError, ValueError):  # not set yet, or being written
        return 0.0
