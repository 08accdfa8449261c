"""A short form of tests/faults/endurance.py: each accident once."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.faults.endurance import ACCIDENTS
from tests.inotify import can_lower_limits


def test_after_every_accident_a_service_is_as_if_there_had_been_none() -> None:
    if not can_lower_limits():
        pytest.skip("this system lets no process make user namespaces, which a small disk takes")
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.endurance", "--minutes", "0"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    for accident in ACCIDENTS:
        assert f"1 {accident}" in done.stdout
