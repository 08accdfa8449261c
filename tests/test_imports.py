"""Importing does no work: no file is read, no model and no server is loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import index
from tests.conftest import collected

HEAVY = (
    "torch sentence_transformers transformers openvino tokenizers granian"
    " docx lxml pptx pypdfium2 trafilatura mcp starlette"
)
# Modules that another module must not load, because each takes long to import.
ENGINES = "faiss tantivy sqlite3 pymilvus"
ALONE = {
    "index": f"{ENGINES} numpy pydantic yaml",
    "service": "index pydantic flask click",
    "index.ingest.worker": f"{ENGINES} numpy filelock platformdirs",
    "service.commands.cli": f"{ENGINES} numpy pydantic flask rich",
    "service.settings.settings": f"{ENGINES} numpy flask limits markdown_it",
    "service.clients.http": f"{ENGINES} numpy flask yaml regex markdown_it filelock",
}
COMMAND = """
import sys
from service.commands.cli import main
try:
    main()
finally:
    seen = [name for name in {unwanted!r}.split() if name in sys.modules]
    assert not seen, seen
"""
WATCH = """
import sys, threading
opened = []
sys.addaudithook(lambda name, found: opened.append(found[0]) if name == "open" else None)
import {module}
seen = [name for name in {unwanted!r}.split() if name in sys.modules]
assert not seen, seen
assert threading.active_count() == 1, threading.enumerate()
data = (".safetensors", ".sqlite", "tokenizer.json", ".toml")
assert not [name for name in opened if str(name).endswith(data)], opened
"""


@pytest.mark.parametrize("module", [*ALONE, "service.commands.asking", "service.app"])
def test_importing_does_no_work(module: str) -> None:
    code = WATCH.format(module=module, unwanted=f"{HEAVY} {ALONE.get(module, '')}")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_public_name_of_index_is_there_when_it_is_used() -> None:
    assert {name for name in index.__all__ if not hasattr(index, name)} == set()
    assert set(index.__all__) <= set(dir(index))
    with pytest.raises(AttributeError, match="no attribute 'nothing_of_the_kind'"):
        _ = index.nothing_of_the_kind  # type: ignore[attr-defined]


def test_collecting_tests_loads_no_models() -> None:
    heavy = {"torch", "transformers", "sentence_transformers", "openai", "anthropic", "ray"}
    assert collected & heavy == set()  # each process that runs tests collects all of them


@pytest.mark.parametrize("arguments", [["--help"], ["keys", "list"], ["keys", "create", "--help"]])
def test_a_command_loads_what_it_needs(arguments: list[str], tmp_path: Path) -> None:
    code = COMMAND.format(unwanted=f"{HEAVY} {ENGINES} flask numpy rich markdown_it")
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
