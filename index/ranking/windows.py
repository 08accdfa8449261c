"""The windows of the best passages, and what the answer model finds in them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from index.answering.answer_model import AnswerModel, Reading
from index.generation.engine import Generation
from index.ranking.candidates import Candidates
from index.ranking.duplicates import group_duplicates
from index.ranking.evidence import find_evidence
from index.ranking.units import Asked
from index.types import Metadata, Passage, Span

_WORDS = 50  # of a window, unless its one sentence is longer; the model was trained on 10 to 80
_READ = 3  # passages whose windows are read at most
_ENOUGH = 0.3  # the first window's probability from which the other two are not read
_LIKELY = 0.5  # a probability above which the span decides on the evidence
_MOST = 6.0  # the largest logit of a probability that counts, about 0.9975


@dataclass(frozen=True, slots=True)
class Window:
    """A sentence with its neighbours, below a line of title and headings.

    `lead` is the number of characters of that line, with its end, and `start` is where the rest
    stands in the text of the passage.
    """

    text: str
    lead: int
    start: int

    def in_passage(self, span: Span) -> Span | None:
        """Return where a span of the window stands in the passage; None in title or headings."""
        if span.start < self.lead:
            return None
        shift = self.start - self.lead
        return Span(span.start + shift, span.end + shift)


@dataclass(frozen=True, slots=True)
class WindowReading:
    """A window of the candidate with the index `place`, and what the model found in it.

    `evidence` are spans of the passage, the best first: what find_evidence finds, after the
    sentence where the model sees a likely answer. The best sentence stays behind that one, because
    the model is often wrong too. `span` is where in the passage it sees the answer, however
    unlikely; None in title or headings.
    """

    place: int
    window: Window
    reading: Reading
    evidence: tuple[Span, ...]
    span: Span | None


def make_window(passage: Passage, metadata: Metadata, evidence: Span) -> Window:
    """Return the sentence of `evidence` with the neighbours that fit, the next one first."""
    spans = passage.sentences
    first = last = at = spans.index(evidence)
    words = [len(passage.text[span.start : span.end].split()) for span in spans]
    total, grows = words[at], True
    while grows:
        grows = False
        for near in (last + 1, first - 1):
            if 0 <= near < len(spans) and total + words[near] <= _WORDS:
                total += words[near]
                first, last, grows = min(first, near), max(last, near), True
    start, end = spans[first].start, spans[last].end
    body = passage.text[start:end]
    title = _title(metadata.title, _headings_of(passage, at), body)
    return Window(title + body, len(title), start)


def read_best(
    model: AnswerModel,
    question: str,
    order: Sequence[int],
    candidates: Candidates,
    generation: Generation,
) -> list[WindowReading]:
    """Read the window of the best passage, and of the next two while that one hardly answers.

    Raises:
        ModelError: the answer model cannot be loaded or run.
    """
    asked = Asked(question, generation.analyzer)

    def read(places: Sequence[int]) -> list[WindowReading]:
        found = generation.catalog.passages(candidates.ordinals[list(places)].tolist())
        evidence = [
            find_evidence(at, passage, candidates, asked)
            for at, (passage, _) in zip(places, found, strict=True)
        ]
        windows = [
            make_window(passage, source.metadata, spans[0])
            for spans, (passage, source) in zip(evidence, found, strict=True)
        ]
        readings = model.read(question, [window.text for window in windows])
        passages = [passage for passage, _ in found]
        return list(map(_reading, places, passages, windows, readings, evidence))

    [best] = read(order[:1])
    if best.reading.probability >= _ENOUGH:
        return [best]
    _, *others = (group[0] for group in group_duplicates(list(order), candidates, _READ))
    return [best, *read(others)]


def answer_logit(readings: Sequence[WindowReading]) -> float:
    """Return the logit of the highest probability, within limits that keep it finite."""
    best = max(one.reading.probability for one in readings)
    if not 0 < best < 1:
        return _MOST if best else -_MOST
    return max(-_MOST, min(_MOST, math.log(best / (1 - best))))


def _reading(
    place: int, passage: Passage, window: Window, reading: Reading, evidence: tuple[Span, ...]
) -> WindowReading:
    span = reading.span and window.in_passage(reading.span)
    if span is not None and reading.probability > _LIKELY:
        begins_in = (one for one in passage.sentences if one.start <= span.start < one.end)
        answering = next(begins_in, evidence[0])
        if answering not in evidence:
            evidence = (answering, evidence[0])
    return WindowReading(place, window, reading, evidence, span)


def _headings_of(passage: Passage, sentence: int) -> tuple[str, ...]:
    """Return the heading path of a sentence."""
    begun = [headings for first, headings in passage.sections if first <= sentence]
    return begun[-1] if begun else passage.headings


def _title(title: str, headings: Sequence[str], body: str) -> str:
    """Return the line of title and headings, without headings that the window holds itself."""
    held = {line.strip("# \t") for line in body.splitlines()}
    parts = dict.fromkeys(part for part in (title, *headings) if part and part not in held)
    return " > ".join(parts) + "\n" if parts else ""
