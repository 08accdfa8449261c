"""The windows of the best passages, and what the answer model finds in them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import regex

from index.answering.answer_model import AnswerModel, Reading
from index.generation.engine import Generation
from index.ranking.answer_ends import trim_answer
from index.ranking.candidates import Candidates
from index.ranking.evidence import find_evidence
from index.ranking.units import Asked
from index.types import FoundAnswer, Metadata, Passage, Source, Span

_WORDS = 80  # of a window, unless its one sentence is longer; the model was trained on 10 to 80
_OTHERS = 3  # windows of a passage, besides the best, that are read at most
_SHORT = 60  # words of a passage that the answer model does not doubt: an entry, a notice
_LIKELY = 0.4  # a probability above which the span decides on the evidence
# A name before a word that is none, which says something of it: the name answers who
_NAME = regex.compile(
    r"(\p{Lu}[\w.'’-]*+(?:\s\p{Lu}[\w.'’-]*+){0,4})\s(?!(?:of|the|and|de|von|van|al|bin|for)\b)\p{Ll}"
)


@dataclass(frozen=True, slots=True)
class Window:
    """A sentence with its neighbours, below a line of title and headings.

    `lead` is the number of characters of that line, with its end, and `start` is where the rest
    stands in the text of the passage.
    """

    text: str
    lead: int
    start: int

    def holds(self, sentence: Span) -> bool:
        """Tell whether a sentence of the passage stands in the window."""
        end = self.start + len(self.text) - self.lead
        return self.start <= sentence.start and sentence.end <= end

    def in_passage(self, span: Span) -> Span | None:
        """Return where a span of the window stands in the passage.

        For a span in title or headings, the same words in the rest stand; None without them.
        """
        start, end = span.start, span.end
        if start < self.lead:
            words = regex.compile(rf"(?<!\w){regex.escape(self.text[start:end])}(?!\w)")
            found = words.search(self.text, self.lead)
            if found is None:
                return None
            start, end = found.span()
        shift = self.start - self.lead
        return Span(start + shift, end + shift)


@dataclass(frozen=True, slots=True)
class WindowReading:
    """A window of the candidate with the index `place`, and what the model found in it.

    `evidence` are spans of the passage, the best first: what find_evidence finds, after the
    sentence where the model sees a likely answer. The best sentence stays behind that one, because
    the model is often wrong too. `span` is where in the passage it sees the answer, however
    unlikely; None where it stands in title or headings alone. `words` are those of the passage.
    """

    place: int
    window: Window
    reading: Reading
    evidence: tuple[Span, ...]
    span: Span | None
    words: int

    @property
    def is_likely(self) -> bool:
        """Whether the window probably answers."""
        return self.reading.probability > _LIKELY


@dataclass(frozen=True, slots=True)
class Readings:
    """What the answer model found for a question.

    Confidence rests on `deciding`, the best passage's window first. `rivals` are windows of other
    documents, read where the best passage answers.
    """

    deciding: tuple[WindowReading, ...] = ()
    rivals: tuple[WindowReading, ...] = ()

    @property
    def is_of_short_text(self) -> bool:
        """Whether the best passage is an entry of a list or a FAQ, a notice or the like.

        The answer model learnt from parts of longer texts, and doubts many answers of short ones.
        """
        return self.deciding[0].words <= _SHORT

    def of(self, place: int) -> WindowReading | None:
        """Return the best reading of the candidate with the index `place`, None without any."""
        read = [one for one in (*self.deciding, *self.rivals) if one.place == place]
        return max(read, key=lambda one: one.reading.probability, default=None)


NOT_READ = Readings()


@dataclass(frozen=True, slots=True)
class Wanted:
    """The candidates of a question, by their indices, whose windows are to be read.

    Of each, the window with the best sentence is read, or with `rest` those that this one leaves.
    """

    asked: Asked
    candidates: Candidates
    places: Sequence[int]
    rest: bool = False

    @property
    def ordinals(self) -> list[int]:
        """The ordinals of the passages, in the order of `places`."""
        ordinals: list[int] = self.candidates.ordinals[list(self.places)].tolist()
        return ordinals


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A passage with the window that is cut from it."""

    place: int
    passage: Passage
    window: Window
    evidence: tuple[Span, ...]
    asked: Asked


def make_window(passage: Passage, metadata: Metadata, evidence: Span) -> Window:
    """Return the sentence of `evidence` with the neighbours that fit, the next one first.

    Neighbours are of the same section. A row of a table stands alone below its header, since a
    model easily takes the cell of another row.
    """
    spans = passage.sentences
    first = last = at = spans.index(evidence)
    words = [len(passage.text[span.start : span.end].split()) for span in spans]
    headings = _headings_of(passage, at)
    section = range(at, at + 1) if _is_row(headings) else _section_of(passage, at)
    total, grows = words[at], True
    while grows:
        grows = False
        for near in (last + 1, first - 1):
            if near in section and total + words[near] <= _WORDS:
                total += words[near]
                first, last, grows = min(first, near), max(last, near), True
    start, end = spans[first].start, spans[last].end
    body = passage.text[start:end]
    title = _title(metadata.title, headings, body)
    return Window(title + body, len(title), start)


def read_windows(
    model: AnswerModel, wanted: Sequence[Wanted], generation: Generation
) -> list[list[WindowReading]]:
    """Read the wanted windows of all questions in one batch; return those of each question.

    Raises:
        ModelError: the answer model cannot be loaded or run.
    """
    found = iter(
        generation.catalog.passages([ordinal for one in wanted for ordinal in one.ordinals])
    )
    prepared = [
        [each for place in one.places for each in _prepare(one, place, *next(found))]
        for one in wanted
    ]
    pairs = [
        (one.asked.question, each.window.text)
        for one, windows in zip(wanted, prepared, strict=True)
        for each in windows
    ]
    readings = iter(model.read(pairs) if pairs else ())
    return [[_reading(each, next(readings)) for each in windows] for windows in prepared]


def likely_answer(reading: WindowReading, passage: Passage) -> FoundAnswer | None:
    """Return the words of the passage that answer, without a full stop; None if unlikely."""
    if reading.span is None or not reading.is_likely:
        return None
    span = trim_answer(passage.text, reading.span, passage.sentences)
    text = passage.text[span.start : span.end]
    return FoundAnswer(text, span, reading.reading.probability) if text else None


def _prepare(wanted: Wanted, place: int, passage: Passage, source: Source) -> list[_Prepared]:
    evidence = find_evidence(place, passage, wanted.candidates, wanted.asked)
    windows = [make_window(passage, source.metadata, evidence[0])]
    if wanted.rest:
        first, last = wanted.candidates.first_sentence[place : place + 2]
        cosines = wanted.candidates.sentence_cosines[first:last]
        order = [passage.sentences[at] for at in np.argsort(-cosines, kind="stable")]
        windows = _other_windows(passage, source.metadata, order, windows[0])
    return [_Prepared(place, passage, window, evidence, wanted.asked) for window in windows]


def _other_windows(
    passage: Passage, metadata: Metadata, sentences: Sequence[Span], read: Window
) -> list[Window]:
    """Return a few windows with the first of the sentences that no window holds yet."""
    windows = [read]
    for sentence in sentences:
        if len(windows) > _OTHERS:
            break
        if not any(window.holds(sentence) for window in windows):
            windows.append(make_window(passage, metadata, sentence))
    return windows[1:]


def _reading(prepared: _Prepared, reading: Reading) -> WindowReading:
    passage, evidence = prepared.passage, prepared.evidence
    span = reading.span and prepared.window.in_passage(reading.span)
    if span and prepared.asked.is_for_person:
        named = _NAME.match(passage.text, span.start, span.end)
        span = Span(*named.span(1)) if named else span
    words = len(passage.text.split())
    if span is not None and reading.probability > _LIKELY:
        begins_in = (one for one in passage.sentences if one.start <= span.start < one.end)
        answering = next(begins_in, evidence[0])
        text = passage.text[answering.start : answering.end]
        if answering != evidence[0] and prepared.asked.tells(text):
            evidence = (answering, evidence[0])
    return WindowReading(prepared.place, prepared.window, reading, evidence, span, words)


def _headings_of(passage: Passage, sentence: int) -> tuple[str, ...]:
    """Return the heading path of a sentence."""
    begun = [headings for first, headings in passage.sections if first <= sentence]
    return begun[-1] if begun else passage.headings


def _section_of(passage: Passage, sentence: int) -> range:
    """Return the sentences of the section that holds a sentence."""
    begins = [0, *(first for first, _ in passage.sections), len(passage.sentences)]
    at = bisect_right(begins, sentence)
    return range(begins[at - 1], begins[at])


def _is_row(headings: Sequence[str]) -> bool:
    """Return whether the last heading is the header of a table."""
    return bool(headings) and "|" in headings[-1]


def _title(title: str, headings: Sequence[str], body: str) -> str:
    """Return the line of title and headings, without headings that the window holds itself."""
    held = {line.strip("# \t") for line in body.splitlines()}
    parts = dict.fromkeys(part for part in (title, *headings) if part and part not in held)
    return " > ".join(parts) + "\n" if parts else ""
