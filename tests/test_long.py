"""Each long command begins; to run them takes hours."""

from __future__ import annotations

import runpy

import pytest

from tests.conftest import ROOT
from tests.long import COMMANDS, LONG


@pytest.mark.parametrize(
    "name", [name for name, (_, module, *_) in COMMANDS.items() if module == "pytest"]
)
def test_a_long_run_of_tests_names_tests_that_exist(name: str) -> None:
    _, _, *arguments = COMMANDS[name]
    assert all((ROOT / one).exists() for one in arguments if one.endswith(".py"))
    assert {one for one in arguments if one.startswith("--")} <= set(LONG)


# other tests may have imported it
@pytest.mark.filterwarnings("ignore:.* found in sys.modules:RuntimeWarning")
@pytest.mark.parametrize(
    "name", [name for name, (_, module, *_) in COMMANDS.items() if module != "pytest"]
)
def test_a_long_command_begins_and_has_its_options(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, module, *arguments = COMMANDS[name]
    monkeypatch.setattr("sys.argv", [module, "--help"])
    with pytest.raises(SystemExit) as end:
        runpy.run_module(module, run_name="__main__")
    assert not end.value.code
    told = capsys.readouterr().out
    assert [one for one in arguments if one.startswith("--") and one not in told] == []
