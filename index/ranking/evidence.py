"""The sentence or two of a passage, or the lines of a row, that answer the question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from index.ranking.candidates import Candidates
from index.ranking.units import Asked, is_header, is_labelled, is_sentence, is_statement
from index.types import Passage, Span

_COVERAGE = 0.7  # the weight of the question's words, relative to the cosine
# Of sentences with the same words, one with neighbours of the question side by side goes before:
# from Vik to Holm is not from Holm to Vik.
_ORDERED = 0.1
_FAR = 0.3  # a sentence that only repeats the question stays if the others score so much less
_CLOSE = 0.08  # a neighbour whose score is this close to the best sentence's is marked too


def find_evidence(
    place: int, passage: Passage, candidates: Candidates, asked: Asked
) -> tuple[Span, ...]:
    """Return the spans of the sentence that answers, then of a neighbour or of the row's key.

    The sentence is the best by cosine and matching words among those that say something new. A
    sentence goes behind those of another section that has a code of the question which its own one
    lacks. The neighbour, before or after, is returned only where it is nearly as good. Of lines
    such as `Phone: 4412` the one whose label is asked for is returned, then the one that holds the
    key.
    """
    first, last = candidates.first_sentence[place : place + 2]
    features = candidates.features
    scores = (
        features.trust * candidates.sentence_cosines[first:last]
        + _COVERAGE * features.match.sentence_coverage[first:last]
        + _ORDERED * features.match.sentence_pairs[first:last]
        - candidates.is_elsewhere[first:last]
    )
    texts = _texts(passage)
    best = int(np.argmax(scores))
    # to read the words of a sentence takes long, and most sentences need not be looked at
    tells = cache(lambda at: asked.tells(texts[at]) and not is_header(texts, at))
    if not tells(best) and not any(map(tells, range(len(texts)))):
        return (passage.sentences[best],)
    rows = [at for at in range(len(texts)) if is_labelled(texts[at])]
    if best in rows and len(rows) > 1:
        chosen = _value_and_key(rows, passage, scores, tells, asked)
    elif tells(best):
        chosen = [best, *_neighbour(best, texts, scores, tells, passage)]
    else:
        chosen = _below(best, texts, scores, tells, passage)
    return tuple(passage.sentences[at] for at in chosen)


def _value_and_key(
    rows: Sequence[int],
    passage: Passage,
    scores: NDArray[np.floating],
    tells: Callable[[int], bool],
    asked: Asked,
) -> list[int]:
    """Return the line whose label is asked for, and the line whose value the question names.

    Both are of one record, if the one that is asked for has a line with such a value.
    """
    texts, records = _texts(passage), _records(passage)
    telling = [at for at in rows if tells(at)] or list(rows)
    # the first line of a row is the thing or the person that the row is about, which is asked for
    # where the question is a value and nothing else
    is_for_key = asked.is_for_person or any(asked.is_value_of(texts[at]) for at in rows)
    overlaps = {at: asked.value_overlap(texts[at]) for at in rows}

    def keys(value: int) -> list[int]:
        """Return the lines of its record that name what the question is about, the best last."""
        near = (at for at in rows if at != value and records[at] == records[value] and overlaps[at])
        return sorted(near, key=lambda at: (overlaps[at], scores[at]))

    value = max(
        telling,
        key=lambda at: (
            asked.label_overlap(texts[at]),
            max((overlaps[key] for key in keys(at)), default=0),
            is_for_key and at == rows[0],
            scores[at],
        ),
    )
    return [value, *keys(value)[-1:]]


def _texts(passage: Passage) -> list[str]:
    return [passage.text[span.start : span.end] for span in passage.sentences]


def _records(passage: Passage) -> list[int]:
    """Return the number of the record of each unit; an empty line parts two records."""
    spans = passage.sentences
    gaps = (passage.text[a.end : b.start].count("\n") > 1 for a, b in pairwise(spans))
    return list(accumulate(gaps, initial=0))


def _below(
    best: int,
    texts: Sequence[str],
    scores: NDArray[np.floating],
    tells: Callable[[int], bool],
    passage: Passage,
) -> list[int]:
    """Return the text below the best unit, if that unit is a question, a heading or a label.

    A sentence that only repeats the question gives way to the best of the others, unless that is
    far worse.
    """
    below = next((at for at in range(best + 1, len(texts)) if tells(at)), None)
    announces = not is_statement(texts[best]) and not is_header(texts, best)
    if below is not None and announces:
        label_is_short = below == best + 1 and _is_line(best, texts, passage)
        return [below, best] if label_is_short and _is_line(below, texts, passage) else [below]
    other = max((at for at in range(len(texts)) if tells(at)), key=lambda at: float(scores[at]))
    is_far = is_statement(texts[best]) and scores[best] - scores[other] > _FAR
    return [best if is_far else other]


def _neighbour(
    best: int,
    texts: Sequence[str],
    scores: NDArray[np.floating],
    tells: Callable[[int], bool],
    passage: Passage,
) -> list[int]:
    """Return the neighbour that is nearly as good as the best sentence, if there is one."""
    begins = {first for first, _ in passage.sections}
    near = [
        at
        for at in (best - 1, best + 1)
        if 0 <= at < len(scores)
        and scores[best] - scores[at] <= _CLOSE
        and tells(at)
        and max(at, best) not in begins
        and not (_is_line(at, texts, passage) or _is_line(best, texts, passage))
    ]
    return [max(near, key=lambda at: float(scores[at]))] if near else []


def _is_line(at: int, texts: Sequence[str], passage: Passage) -> bool:
    """Return whether a unit is a line by itself, such as an item of a list or a row of a table."""
    before = passage.text[: passage.sentences[at].start].rstrip(" \t")
    after = passage.text[passage.sentences[at].end :].lstrip(" \t")
    alone = before[-1:] in {"", "\n"} and after[:1] in {"", "\n"}
    return alone and not is_sentence(texts[at]) and len(texts) > 1
