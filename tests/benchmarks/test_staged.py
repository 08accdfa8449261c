from __future__ import annotations

import subprocess
import sys

PROGRAM = """
from tests.benchmarks.staged import watch_stages
from tests.benchmarks.stopwatch import Stopwatch

watch_stages(Stopwatch())
"""


def test_every_function_that_is_timed_exists() -> None:
    # in another process, for the stopwatch stays on the functions
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)
