"""SQuAD's measures of a span against the gold answers of a question.

Rajpurkar et al., SQuAD: 100,000+ Questions for Machine Comprehension of Text (2016). Texts are
normalised and compared as in the official script of SQuAD 2.0, `evaluate-v2.0.py`.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def span_exact(span: str, answers: Sequence[str]) -> float:
    """Return 1 if the span equals an answer, else 0; case, punctuation and articles are ignored."""
    return float(any(_words(span) == _words(answer) for answer in answers))


def span_f1(span: str, answers: Sequence[str]) -> float:
    """Return the F1 of the words that the span shares with an answer, the best of all answers."""
    return max((_f1(_words(span), _words(answer)) for answer in answers), default=0.0)


def _f1(found: list[str], gold: list[str]) -> float:
    if not found or not gold:
        return float(found == gold)
    shared = (Counter(found) & Counter(gold)).total()
    return 2 * shared / (len(found) + len(gold))


def _words(text: str) -> list[str]:
    return _ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split()
