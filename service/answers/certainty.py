"""The confidence of an answer as a word with a meaning."""

from __future__ import annotations

from typing import Literal

Certainty = Literal["very likely", "likely", "uncertain", "unlikely"]

# The least confidence of each word; below all of them it is unlikely.
_LEAST: dict[Certainty, float] = {"very likely": 0.9, "likely": 0.7, "uncertain": 0.3}
MEANINGS: dict[Certainty, str] = {
    "very likely": "the documents almost certainly answer this question",
    "likely": "the documents probably answer this question",
    "uncertain": "the documents speak of this but may not say it",
    "unlikely": "the documents probably do not answer this question",
}


def certainty(confidence: float) -> Certainty:
    """Return the word for a calibrated probability that the documents hold an answer."""
    return next((word for word, least in _LEAST.items() if confidence >= least), "unlikely")


def explain(word: Certainty) -> str:
    """Return the word with its meaning, such as "likely: the documents probably answer ..."."""
    return f"{word}: {MEANINGS[word]}"


def explain_confidence(confidence: float) -> str:
    """Return the word with its meaning and the number: "likely: the documents ... (84%)"."""
    return f"{explain(certainty(confidence))} ({in_percent(confidence)})"


def in_percent(confidence: float) -> str:
    """Return the number beside the word, which is never 0 or 100: no answer is sure."""
    if confidence > 0.99:
        return "> 99%"
    return "< 1%" if confidence < 0.01 else f"{confidence:.0%}"
