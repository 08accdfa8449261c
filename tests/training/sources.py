"""The public data that the answer model learns from, and its licences."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

READING = Path(__file__).parents[2].parent / "shared" / "data" / "reading"

LICENCES = {
    "squad-train-part": "CC BY-SA 4.0",
    "squad-train-sample": "CC BY-SA 4.0",
    "squad2-balanced-part": "CC BY-SA 4.0",
    "squad-train-sentences": "CC BY-SA 4.0",
    "squad-train-du-test": "CC BY-SA 4.0",
    "mined-squad": "CC BY-SA 4.0",
    "nq-answerability": "CC BY-SA 3.0",
    "nq-open-oracle": "CC BY-SA 3.0",
    "qed-dev": "CC BY-SA 3.0",
    "multispanqa-valid": "CC BY-SA 3.0",
    "nq-yesno": "CC BY-SA 3.0",
    "mined-nq": "CC BY-SA 3.0",
    "boolq-part": "CC BY-SA 3.0",
    "qamr": "MIT",
    "policyqa": "MIT",
    "pubmedqa-l": "MIT",
    "timeqa-human-windows": "BSD 3-Clause",
    "fairytaleqa": "Apache 2.0",
    "condaqa-dev": "Apache 2.0",
    "selqa": "Apache 2.0",
    "ni-multirc-answerability": "Apache 2.0",
    "ni-multirc-single-sentence": "Apache 2.0",
    "ni-mctaco-span": "Apache 2.0",
    "quoref-dev": "CC BY 4.0",
    "repliqa-part": "CC BY 4.0",
    "medquad": "CC BY 4.0",
    "bioasq-sentences": "CC BY 2.5",
}
"""Sets that state a licence under which trained weights may ship, as ../shared/data/reading says.

cast-answerability-* states none and is left out.
"""


@dataclass(frozen=True)
class Pair:
    """A question with a text; the answers are spans of the text, empty where none is marked."""

    question: str
    text: str
    answers: tuple[tuple[int, int], ...]
    answerable: bool
    title: str
    source: str


def read_pairs(name: str, folder: Path = READING) -> list[Pair]:
    """Return the pairs of one set; a set of sentences gives one pair a sentence."""
    return list(_pairs(name, folder))


def read_groups(name: str, folder: Path = READING) -> list[tuple[str, str, list[str], list[int]]]:
    """Return question, title, sentences and labels of each entry of a set of sentences."""
    return [
        (one["question"].strip(), _title(one), one["sentences"], one["labels"])
        for one in _lines(name, folder)
    ]


def _pairs(name: str, folder: Path) -> Iterator[Pair]:
    for one in _lines(name, folder):
        question, title = one["question"].strip(), _title(one)
        if "sentences" in one:
            for text, label in zip(one["sentences"], one["labels"], strict=True):
                yield Pair(question, text, (), bool(label), title, name)
            continue
        spans = {(at["start"], at["start"] + len(at["text"])) for at in one["answers"]}
        yield Pair(question, one["context"], tuple(sorted(spans)), one["answerable"], title, name)


def _lines(name: str, folder: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _title(one: dict[str, Any]) -> str:
    title = str(one.get("title") or "").replace("_", " ").strip()
    is_name = re.search(r"^[\w.-]+\.\w{2,4}$|Wiki1k|wikinews|^\d+$", title, re.I)
    return "" if is_name or len(title) > 80 else title


def thin(pairs: list[Pair], most: int, chance: random.Random) -> list[Pair]:
    """Return at most so many of the pairs, drawn by chance."""
    return chance.sample(pairs, most) if len(pairs) > most else pairs
