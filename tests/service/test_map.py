"""The map in service/README.md names functions that exist, and the layers that are checked."""

from __future__ import annotations

import re
import tomllib

from service.commands.cli import COMMANDS
from tests.conftest import ROOT

README = (ROOT / "service/README.md").read_text(encoding="utf-8")


def test_the_walk_of_a_question_names_functions_that_exist() -> None:
    walk = README.partition("### The walk of a question")[2].partition("\n## ")[0]
    hops = re.findall(r"^\d+\. `([\w/]+\.py):(\w+)`", walk, re.MULTILINE)
    assert len(hops) == len(re.findall(r"^\d+\. ", walk, re.MULTILINE))
    assert 10 <= len(hops) <= 15
    for file, name in hops:
        code = (ROOT / file).read_text(encoding="utf-8")
        assert re.search(rf"^ *(def|class) {name}\b", code, re.MULTILINE), f"{file}:{name}"


def test_the_layers_that_are_drawn_are_those_that_are_checked() -> None:
    drawn = README.split("<!-- layers -->\n```\n")[1].split("\n```")[0].splitlines()
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    [found] = [one for one in contracts if one["name"] == "packages of service depend downwards"]
    assert drawn == found["layers"]


def test_the_map_names_every_package_and_module_at_the_top() -> None:
    packages = README.partition("## Map")[2].partition("\n### ")[0]
    for path in (ROOT / "service").iterdir():
        if path.is_dir() and path.name != "__pycache__":
            assert f"`{path.name}/`" in packages, path.name
        elif path.suffix == ".py" and path.name != "__init__.py":
            assert f"`{path.name}`" in packages, path.name


def test_the_section_on_commands_names_every_command() -> None:
    section = README.partition("\n## Commands\n")[2].partition("--help")[0]
    assert set(re.findall(r"`(?:pincite )?([a-z]+)`", section)) == set(COMMANDS)
