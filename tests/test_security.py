"""Scanners of the code and of its packages, and expressions that the code must not have."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
from importlib.metadata import distributions
from itertools import chain
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.fakes import PINCITE

README = (ROOT / "service" / "README.md").read_text(encoding="utf-8")
SOURCES = [*(ROOT / "index").rglob("*.py"), *(ROOT / "service").rglob("*.py")]


@pytest.mark.system  # ruff has the same rules, and is quick
def test_bandit_finds_nothing_that_is_not_explained() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bandit", "-q", "-c", "pyproject.toml", "-r", "index", "service"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.mark.system
def test_one_command_lists_what_is_installed(tmp_path: Path) -> None:
    [command] = re.findall(r"`(python3 -m venv .*cyclonedx-py environment .*)`", README)
    command = command.replace("python3", sys.executable, 1)
    unchecked = command.replace(" environment ", " environment --no-validate ")  # takes 40 seconds
    (tmp_path / ".venv").symlink_to(sys.prefix)
    done = subprocess.run(
        ["bash", "-c", unchecked], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told = (tmp_path / "sbom.json").read_text(encoding="utf-8")
    listed = {(one["name"], one["version"]) for one in json.loads(told)["components"]}
    # not those that setuptools brings along, whose folder it adds to sys.path
    found = distributions(path=[sysconfig.get_path("purelib")])
    installed = {(one.name, one.version) for one in found} - {("pincite", "0.1.0")}
    assert installed - listed == set()


@pytest.mark.parametrize(
    "pattern",
    [
        r"shell=True",
        r"(?<!\.)\b(?:eval|exec)\(",
        r"verify=False",
        r"\| *safe\b|Markup\(",  # of a template: text that is not escaped
    ],
)
def test_no_source_opens_what_is_closed(pattern: str) -> None:
    templates = (ROOT / "service").rglob("*.html")
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in [*SOURCES, *templates]
        for match in re.finditer(pattern, path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_text_names_a_package_of_ours_in_a_registry_where_others_may_own_the_name() -> None:
    texts = [
        *SOURCES,
        *ROOT.rglob("README.md"),
        *(one for one in (ROOT / "service" / "deploy").iterdir() if one.is_file()),
    ]
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in texts
        if ".venv" not in path.parts
        for match in re.finditer(
            r"\bpip3? install\b[^\n]*[ '\"]pincite\b(?!/).*", path.read_text(encoding="utf-8")
        )
    ]
    assert found == []


NOTING = """
import sys
sys.addaudithook(lambda event, _: event == "pickle.find_class" and print("unpickled", event))
"""


@pytest.mark.system
def test_nothing_is_unpickled_by_a_build_or_a_question(three: Path, tmp_path: Path) -> None:
    def run(program: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout

    folders = ("--documents", str(three), "--index", str(tmp_path / "index"))
    assert "unpickled" not in run(NOTING + PINCITE, "index", *folders)
    assert "unpickled" not in run(NOTING + PINCITE, "ask", "Who unloads copper?", *folders)
    assert "unpickled" in run(NOTING + "import pickle; pickle.loads(pickle.dumps(print))")


def test_every_dependency_has_the_version_that_ci_installs() -> None:
    lines = (ROOT / ".constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {line.partition("==")[0] for line in lines if not line.startswith("#")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    named = {re.split(r"[^A-Za-z0-9._-]", one)[0].lower().replace("_", "-") for one in wanted}
    assert named - pinned - {"pincite"} == set()
    assert 'PIP_CONSTRAINT="$PWD/.constraints.txt"' in (ROOT / ".ci/run").read_text()


def test_every_test_that_a_page_of_promises_names_is_there() -> None:
    named = {
        path
        for page in ("service/README.md", "index/README.md")
        for path in re.findall(r"`(tests/[\w/]+\.py)`", (ROOT / page).read_text())
    }
    assert len(named) > 20
    assert not [path for path in sorted(named) if not (ROOT / path).is_file()]
