"""The map in index/README.md names functions that exist, and the layers that are checked."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "index/README.md").read_text(encoding="utf-8")
MOST_HOPS = 15


def hops(heading: str) -> list[tuple[str, str]]:
    """Return the file and the function of each hop of a walk."""
    section = README.split(f"### {heading}\n")[1].split("\n#")[0]
    found = re.findall(r"^\d+\. `([^`]+)`: `(\w+)`", section, re.MULTILINE)
    assert len(found) == len(re.findall(r"^\d+\. ", section, re.MULTILINE))
    return found


@pytest.mark.parametrize("walk", ["The walk of a document", "The walk of a question"])
def test_each_hop_of_a_walk_is_a_function_of_its_file(walk: str) -> None:
    assert 1 < len(hops(walk)) <= MOST_HOPS
    for path, name in hops(walk):
        tree = ast.parse((ROOT / "index" / path).read_text(encoding="utf-8"))
        assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_the_layers_that_are_drawn_are_those_that_are_checked() -> None:
    drawn = README.split("<!-- layers -->\n```\n")[1].split("\n```")[0].splitlines()
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    [found] = [one for one in contracts if one["name"] == "packages of index depend downwards"]
    assert drawn == found["layers"]


def test_every_package_stands_on_the_map() -> None:
    drawn = README.split("## Map")[1].split("### Where to add")[0]
    packages = {path.parent.name for path in (ROOT / "index").glob("*/__init__.py")}
    assert {package for package in packages if f"`{package}/`" not in drawn} == set()
