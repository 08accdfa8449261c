"""Questions that the project wrote for paragraphs of the reading data, and short texts of its own.

`written/questions.jsonl` names a paragraph by the set that it stands in and the hash of its text,
so that no text of the data is copied. `written/texts.jsonl` holds invented texts whole. Answerable
questions are worded unlike their text; the others share its words and have no answer in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.training.sources import READING, Pair, read_pairs

WRITTEN = Path(__file__).parent / "written"
PARAGRAPHS, TEXTS = "written", "written texts"
"""The sources of the pairs."""


def written_questions(folder: Path = READING) -> list[Pair]:
    """Return the questions on paragraphs of the sets in the folder.

    Raises:
        ValueError: a set no longer holds a paragraph.
    """
    lines = list(_lines(WRITTEN / "questions.jsonl"))
    texts = {
        (name, key_of(pair.text)): pair
        for name in sorted({one["set"] for one in lines})
        for pair in read_pairs(name, folder)
    }
    pairs = []
    for one in lines:
        found = texts.get((one["set"], one["key"]))
        if found is None:
            raise ValueError(f"{one['set']} holds no text with the hash {one['key']}")
        answers = (tuple(one["answer"]),) if one["answer"] else ()
        pairs.append(
            Pair(one["question"], found.text, answers, bool(answers), found.title, PARAGRAPHS)
        )
    return pairs


def written_texts() -> list[Pair]:
    """Return the questions on invented texts."""
    pairs = []
    for one in _lines(WRITTEN / "texts.jsonl"):
        for question, answer in one["plus"]:
            start = one["text"].index(answer)
            span = ((start, start + len(answer)),)
            pairs.append(Pair(question, one["text"], span, True, one["title"], TEXTS))
        pairs += [
            Pair(question, one["text"], (), False, one["title"], TEXTS) for question in one["minus"]
        ]
    return pairs


def key_of(text: str) -> str:
    """Return the hash by which a paragraph is named."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
