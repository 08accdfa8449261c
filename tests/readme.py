"""The commands and programs that a README shows, each to be run by a test."""

from __future__ import annotations

import re

from tests.conftest import ROOT

_BLOCK = re.compile(r"(?:<!-- (?P<name>[\w ]+) -->\n)?```(?P<language>\w+)\n(?P<text>.*?)```", re.S)


def blocks(language: str, path: str = "README.md") -> list[tuple[str, str]]:
    """Return the blocks of a language, each with the name in the comment above it, or none."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return [
        (match["name"] or "", match["text"].strip())
        for match in _BLOCK.finditer(text)
        if match["language"] == language
    ]


def command(name: str) -> str:
    """Return the one command below the comment `name`."""
    [found] = [text for given, text in blocks("sh") if given == name]
    return found
