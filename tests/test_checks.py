"""The checks of the source are part of the one test command."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

LINT_IMPORTS = "from importlinter.cli import lint_imports_command as check; check()"


@pytest.mark.parametrize(
    "arguments",
    [
        ["-m", "ruff", "format", "--check"],
        ["-m", "ruff", "check"],
        pytest.param(["-m", "mypy"], marks=pytest.mark.system),
        ["-c", LINT_IMPORTS],
    ],
    ids=["format", "ruff", "mypy", "lint-imports"],
)
def test_the_source_passes_its_checks(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
