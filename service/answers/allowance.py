"""The part of an answer that a caller may see: how many passages, whole or cut."""

from __future__ import annotations

from dataclasses import dataclass, replace

from index import Hit, Passage, Span, cite
from service.answers.cited import CitedPassage

MOST_PASSAGES = 50
_AROUND = 1  # sentences shown before and after the evidence
_WITHOUT_EVIDENCE = 300  # characters


@dataclass(frozen=True, slots=True)
class Allowance:
    """At most `passages` passages of an answer, `whole` or cut to the text around the evidence."""

    passages: int = MOST_PASSAGES
    whole: bool = True


def excerpt(found: CitedPassage) -> CitedPassage:
    """Return a passage cut to its evidence with a sentence on either side."""
    passage = found.hit.passage
    start, end = _bounds(found.hit)
    text = passage.text[start:end]
    first = passage.lines[0] + passage.text.count("\n", 0, start)
    cut = replace(
        passage,
        text=text,
        start=passage.start + start,
        end=passage.start + end,
        lines=(first, first + text.count("\n")),
        sentences=_within(passage.sentences, start, end),
    )
    evidence = _within(found.hit.evidence, start, end)
    answer = found.hit.answer
    if answer:
        spans = _within((answer.span,), start, end)
        answer = replace(answer, span=spans[0]) if spans else None
    hit = replace(found.hit, passage=cut, evidence=evidence, duplicates=(), answer=answer)
    return CitedPassage(found.rank, hit, cite(cut, hit.source))


def _bounds(hit: Hit) -> tuple[int, int]:
    passage: Passage = hit.passage
    if not hit.evidence or not passage.sentences:
        return 0, min(len(passage.text), _WITHOUT_EVIDENCE)
    best = hit.evidence[0]
    touched = [
        number
        for number, one in enumerate(passage.sentences)
        if one.start < best.end and best.start < one.end
    ]
    if not touched:
        return best.start, best.end
    first = max(0, touched[0] - _AROUND)
    last = min(len(passage.sentences) - 1, touched[-1] + _AROUND)
    return (
        min(best.start, passage.sentences[first].start),
        max(best.end, passage.sentences[last].end),
    )


def _within(spans: tuple[Span, ...], start: int, end: int) -> tuple[Span, ...]:
    """Return the spans of a text that lie in a part of it, as spans of that part."""
    return tuple(
        Span(one.start - start, one.end - start)
        for one in spans
        if start <= one.start and one.end <= end
    )
