"""Building from the command line, and stopping it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.fakes import write_files
from tests.server import free_port

pytestmark = pytest.mark.system

# The command as it is, but for a model that takes half a second for 256 texts.
PROGRAM = """
import signal
import time
from index.ingest.passages import Splitter
from service.commands.cli import main
from service.commands.collaborators import Collaborators
from tests.fakes import FakeEmbedder, recipe

class SlowEmbedder(FakeEmbedder):
    def embed(self, texts, spans=()):
        time.sleep(0.5)
        return super().embed(texts, spans)

# where a shell has started these tests in the background, it has them ignore ^C
signal.signal(signal.SIGINT, signal.default_int_handler)
splitter = Splitter(enough=1)  # a paragraph is a passage
main(Collaborators(lambda settings: recipe(SlowEmbedder(), splitter=splitter)))
"""
TEXTS = 1000
HEADER = 64  # bytes, more than stand before the first vector


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    text = "\n\n".join(f"Whale {number} sang." for number in range(TEXTS))
    return write_files(tmp_path / "documents", {"whales.txt": text})


def start(documents: Path, index: Path, name: str = "index") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM, name, "--documents", str(documents)]
    return subprocess.Popen(
        [*command, "--index", str(index)],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PINCITE_PORT": str(free_port())},
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )


@pytest.mark.parametrize("name", ["index", "serve"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_build_can_be_stopped_and_goes_on_where_it_was(
    documents: Path, tmp_path: Path, number: signal.Signals, name: str
) -> None:
    index = tmp_path / "index"
    with start(documents, index, name) as process:
        while not any(path.stat().st_size > HEADER for path in index.glob("unfinished/*")):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(number)
        assert process.stderr is not None
        told = process.stderr.read().strip().splitlines()[-1]
    assert process.returncode == 130
    assert told == (
        "pincite: stopped; the index is unchanged, and the next run continues where this one "
        "stopped"
    )
    assert not (index / "CURRENT").exists()
    assert not (index / "staging").exists()
    with start(documents, index) as process:
        assert process.stderr is not None
        told = process.stderr.read()
    assert process.returncode == 0
    assert " vectors were left by a build that was stopped\n" in told
    assert "1 indexed" in told
