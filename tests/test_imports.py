"""Importing does no work: no file is read, no model and no server is loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "torch sentence_transformers transformers openvino tokenizers granian"
    " docx lxml pptx pypdfium2 trafilatura mcp starlette"
)
WATCH = """
import sys, threading
opened = []
sys.addaudithook(lambda name, found: opened.append(found[0]) if name == "open" else None)
import {module}
seen = [name for name in {heavy!r}.split() if name in sys.modules]
assert not seen, seen
assert threading.active_count() == 1, threading.enumerate()
data = (".safetensors", ".sqlite", "tokenizer.json", ".toml")
assert not [name for name in opened if str(name).endswith(data)], opened
"""


@pytest.mark.parametrize(
    "module", ["index", "service", "service.commands.cli", "service.commands.asking"]
)
def test_importing_does_no_work(module: str) -> None:
    code = WATCH.format(module=module, heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
