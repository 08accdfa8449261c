"""Each long command names what is there; to run them takes hours."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.long import COMMANDS


def program(module: str) -> Path:
    """Return the file that `python -m module` runs."""
    spec = find_spec(f"{module}.__main__") if (ROOT / module.replace(".", "/")).is_dir() else None
    spec = spec or find_spec(module)
    assert spec
    assert spec.origin
    return Path(spec.origin)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_long_command_names_a_module_with_its_options_or_tests_that_exist(name: str) -> None:
    _, module, *arguments = COMMANDS[name]
    options = [one for one in arguments if one.startswith("--")]
    if module == "pytest":
        assert all((ROOT / one).exists() for one in arguments if one.endswith(".py"))
        assert set(options) <= {"--hypothesis-profile", "--timeout"}
    else:
        source = program(module).read_text(encoding="utf-8")
        assert [one for one in options if f'"{one}"' not in source] == []
