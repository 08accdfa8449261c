"""The part of a long message that asks, and whether a text asks at all."""

from __future__ import annotations

import regex

from index.ingest.sentences import split_sentences

_LONG = 300  # characters; a shorter question is searched whole
_MOST = 2  # sentences that ask, the last ones
_ASKS = regex.compile(r"[?？؟]\s*['\"”’)]*\s*$")
_REQUESTS = regex.compile(
    r"^\s*(?:please|tell|explain|list|find|show|describe|give|who|whom|whose|what|which|when|where|"
    r"why|how)\b",
    regex.IGNORECASE,
)

_OPENS = regex.compile(
    r"^\s*(?:am|is|are|was|were|do|does|did|has|have|had|can|could|may|must|should|will|would)\b",
    regex.IGNORECASE,
)
_ASKING = regex.compile(r"\b(?:whom|whose|what|which|when|where|why|how)\b", regex.IGNORECASE)


def is_question(text: str) -> bool:
    """Return whether an English text asks or requests, unlike words that are searched for."""
    return any(one.search(text) for one in (_ASKS, _REQUESTS, _OPENS, _ASKING))


def focus_of(question: str) -> str:
    """Return the last sentences of a long message that ask something, or the whole if none does.

    A model reads only the first tokens of a text, and each word that tells the story around a
    question would count as one that the answer lacks.
    """
    if len(question) <= _LONG:
        return question
    spans = split_sentences(question, 0, len(question))
    sentences = [question[span.start : span.end] for span in spans]
    for pattern in (_ASKS, _REQUESTS):
        if asking := [sentence for sentence in sentences if pattern.search(sentence)]:
            return " ".join(asking[-_MOST:])
    return question
