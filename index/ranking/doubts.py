"""Whether the answer model may doubt a short text, of which it doubts too many answers."""

from __future__ import annotations

import regex

from index.ranking.order import Ranking
from index.ranking.window_readings import WindowReading

# A text is doubted where the logit of the highest probability and so many times the share of the
# question's words that it holds are together below the limit. Chosen on small cases of rows,
# entries, notices and short articles: of 393 questions with an answer, one is doubted.
_WORDS = 5.0
_LIMIT = 0.1
_ASKS_HOW_MANY = regex.compile(r"\bhow (?:many|much)\b", regex.IGNORECASE)
_ASKS_NUMBER = regex.compile(r"\b(?:how (?:many|much)|costs?)\b", regex.IGNORECASE)
_DIGITS = regex.compile(r"\p{N}+")
_NUMBER = regex.compile(
    r"\p{N}|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\p{L}+teen|"
    r"\p{L}+ty|hundreds?|thousands?|millions?|billions?|dozens?|half|quarter|double|twice|once|both|"
    r"single|pair|couple|several|few|many|none?|nothing|free|nobody|never)\b",
    regex.IGNORECASE,
)


def is_doubted(ranking: Ranking) -> bool:
    """Return whether a short text seems to lack what the question asks for.

    It lacks words of the question and the model sees no answer in it, or it holds no number where
    the question is how many or how much. A sentence that holds one is not doubted, for the model
    sees few prices. The ranking has readings.
    """
    first = ranking.readings.deciding[0]
    evidence = _evidence(first)
    asks_number = bool(_ASKS_NUMBER.search(ranking.query.text))
    if asks_number and not first.window.is_row and _new_number(evidence, ranking.query.text):
        return False
    features = ranking.candidates.features
    coverage = float(features.match.coverage[ranking.order[0]])
    if features.has_terms and ranking.signals["answer"] + _WORDS * coverage < _LIMIT:
        return True
    asks_how_many = bool(_ASKS_HOW_MANY.search(ranking.query.text))
    return asks_how_many and not first.is_likely and not _NUMBER.search(evidence)


def _new_number(evidence: str, question: str) -> bool:
    """Return whether a number of the evidence does not stand in the question."""
    return bool(set(_DIGITS.findall(evidence)) - set(_DIGITS.findall(question)))


def _evidence(reading: WindowReading) -> str:
    window = reading.window
    shift = window.lead - window.start
    return "\n".join(
        window.text[span.start + shift : span.end + shift]
        for span in reading.evidence
        if window.holds(span)
    )
