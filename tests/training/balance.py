"""Leaves out examples until the word of a question no longer tells whether it is answered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from tests.training.windows import Example

_SLACK = 20  # examples by which answers may outnumber refusals, or refusals answers
_ASKS = re.compile(
    r"\b(how (?:many|much|long|old|far|often)|how|when|why|whose|whom?|where|which|what)\b"
)


def balanced(examples: Iterable[Example]) -> Iterator[Example]:
    """Yield the examples, as many answered as unanswered ones of each question word.

    A model that sees "how many" refused more often than answered learns the word, not the text.
    """
    ahead: Counter[str] = Counter()
    for example in examples:
        found = _ASKS.search(example.question.lower())
        word = found[1] if found else ""
        side = 1 if example.label else -1
        if ahead[word] * side < _SLACK:
            ahead[word] += side
            yield example
