"""Questions about nothing in particular, the same ones in many languages."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_suffix(".json")
_OTHERWISE = "en"


def general_questions(language: str) -> tuple[str, ...]:
    """Return the general questions in a language ("de"), in English if there are none in it."""
    known = _read()
    return known.get(language, known[_OTHERWISE])


@cache
def _read() -> dict[str, tuple[str, ...]]:
    found = json.loads(_FILE.read_bytes())
    return {language: tuple(questions) for language, questions in found.items()}
