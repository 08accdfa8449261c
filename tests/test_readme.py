"""Every command in README.md runs in a fresh clone and a fresh virtual environment.

In every run that environment takes the packages and the compiled model of this one, in those that
are `long` it has nothing.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from tests.conftest import ROOT
from tests.readme import blocks, command
from tests.server import free_port, wait_until_ready

ADDRESS = "http://127.0.0.1:8000"
DATA = ROOT.parent / "shared" / "data"


class Clone(NamedTuple):
    """A clone of what is checked, in which Pincite is installed and serves."""

    folder: Path
    address: str
    environment: dict[str, str]


pytestmark = [pytest.mark.system, pytest.mark.timeout(1200)]
# Packages that are on this path count as installed.
PACKAGES = os.pathsep.join(path for path in sys.path if path.endswith("site-packages"))


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(False, id="prepared"),
        pytest.param(True, id="empty", marks=pytest.mark.long),
    ],
)
def clone(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Clone]:
    folder = tmp_path_factory.mktemp("clone")
    own = {"PINCITE_CACHE": str(folder / "cache")} if request.param else {"PYTHONPATH": PACKAGES}
    environment = clean_environment() | own
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    with serving(command("start command"), folder, environment) as address:
        yield Clone(folder, address, environment)


@contextmanager
def serving(text: str, folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """Run a command that serves, and give its address once it answers."""
    port = free_port()
    server = subprocess.Popen(
        ["bash", "-c", text],
        cwd=folder, env=environment | {"PINCITE_PORT": str(port)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        wait_until_ready(server, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.communicate(timeout=60)


def clean_environment() -> dict[str, str]:
    """Return the environment of a user without settings or packages of Pincite."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PINCITE_") and name not in {"VIRTUAL_ENV", "PYTHONPATH"}
    }
    bin_folder = str(Path(sys.executable).parent)
    path = os.pathsep.join(one for one in kept["PATH"].split(os.pathsep) if one != bin_folder)
    return kept | {"PATH": path}


def run(text: str, clone: Clone) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text.replace(ADDRESS, clone.address)],
        cwd=clone.folder, env=clone.environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "text", [text for _, text in blocks("sh") if text.startswith("curl")], ids=range(2)
)
def test_asking_by_curl_gives_an_answer_with_its_citation(text: str, clone: Clone) -> None:
    reply = json.loads(run(text, clone))
    assert reply["answerable"]
    place = reply["passages"][reply["answer"]["citation"] - 1]
    assert reply["answer"]["text"] in place["text"]
    assert place["source"]["citation"]


def test_asking_on_the_command_line_prints_the_answer(clone: Clone) -> None:
    [text] = [text for _, text in blocks("sh") if "pincite ask" in text]
    assert "Qingdao" in run(text, clone)


def test_a_chatbot_quotes_the_answer_and_its_citation(clone: Clone) -> None:
    [(_, program)] = blocks("python")
    program += "\nprint(ask_documents('Who was Secretary-General of the SCO in February 2020?'))"
    program += "\nprint(ask_documents('How long does an egg boil?'))"
    done = subprocess.run(
        [sys.executable, "-c", program.replace(ADDRESS, clone.address)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    first, second = done.stdout.splitlines()
    assert "Vladimir Norov" in first
    assert "lines" in first
    assert second == "I found no answer in the documents."


def test_documents_are_indexed_again(clone: Clone) -> None:
    [text] = [text for _, text in blocks("sh") if "pincite index" in text]
    run(text, clone)


def test_the_questions_that_ship_are_evaluated(clone: Clone) -> None:
    measured = run(command("own questions") + " --json", clone)
    assert json.loads(measured)["hit@1"] > 0.8


def test_front_matter_in_the_readme_is_read(clone: Clone) -> None:
    [(_, example)] = blocks("yaml")
    (clone.folder / "example").mkdir()
    (clone.folder / "example" / "talks.md").write_text(f"{example}\n\nThey met in Beijing.\n")
    text = ".venv/bin/pincite ask 'Where did they meet?' --documents example --index other"
    assert "Sabir Alizade, “Talks in Beijing”, TurkicWorld, 2023-04-17" in run(text, clone)


def test_keys_are_made_and_a_backup_is_written(clone: Clone) -> None:
    own = clone._replace(environment=clone.environment | {"PINCITE_KEYS": "other-keys.json"})
    assert run(command("key"), own).startswith("pincite_ask_")
    assert run(command("widget key"), own).startswith("pincite_widget_")
    run(command("backup"), own)
    assert (clone.folder / "pincite.tar").stat().st_size > 0


def test_documents_are_asked_in_other_languages(clone: Clone) -> None:
    environment = clone.environment | {"PINCITE_INDEX": "multilingual"}
    with serving(command("multilingual"), clone.folder, environment) as address:
        for question in (
            "Wo traf Präsident Alijew im Februar 2020 Wladimir Norow?",
            "ノロフ事務総長は2020年2月にどこでアリエフ大統領と会いましたか。",
            "फ़रवरी 2020 में राष्ट्रपति अलीयेव नोरोव से कहाँ मिले?",
        ):
            with urlopen(f"{address}/ask?q={quote(question)}") as reply:
                assert "Munich" in json.load(reply)["passages"][0]["source"]["title"], question


def test_the_build_of_torch_without_cuda_has_the_version_that_is_required() -> None:
    [version] = re.findall(r'"torch==([\d.]+)"', (ROOT / "pyproject.toml").read_text())
    command = f"torch=={version} --index-url https://download.pytorch.org/whl/cpu"
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")


def test_no_command_is_left_out() -> None:
    known = ("curl", ".venv/bin/pincite ask", ".venv/bin/pincite index")
    named = {
        "start command", "own questions", "public questions",
        "test command", "quick tests", "long tests", "key", "widget key", "backup",
        "multilingual", "torch without cuda",
    }  # fmt: skip
    for name, text in blocks("sh"):
        assert name in named or text.startswith(known), text


def test_ci_runs_the_test_command() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "README.md" in lines
    assert command("test command").endswith(".venv/bin/pytest -n 3")
