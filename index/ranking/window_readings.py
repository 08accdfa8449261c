"""The windows of the best passages, and what the answer model finds in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import regex

from index.answering.answer_model import AnswerModel, Reading
from index.generation.engine import Generation
from index.ranking.answer_ends import trim_answer
from index.ranking.candidates import Candidates
from index.ranking.cells import asked_value
from index.ranking.evidence import find_evidence
from index.ranking.units import Asked, is_labelled
from index.ranking.windows import Window, headings_of, make_window, other_windows
from index.types import FoundAnswer, Passage, Source, Span

_SHORT = 60  # words of a passage that the answer model does not doubt: an entry, a notice
_LIKELY = 0.3  # a probability above which the span decides on the evidence
# A name before a word that is none, which says something of it: the name answers who
_NAME = regex.compile(
    r"(\p{Lu}[\w.'’-]*+(?:\s\p{Lu}[\w.'’-]*+){0,4})\s(?!(?:of|the|and|de|von|van|al|bin|for)\b)\p{Ll}"
)


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
        """Whether the best passage is an entry of a list or a FAQ, a notice, a row or the like.

        The answer model learnt from parts of longer texts, and doubts many answers of short ones.
        """
        best = self.deciding[0]
        return best.window.is_row or best.words <= _SHORT

    def of(self, place: int) -> WindowReading | None:
        """Return the best reading of the candidate with the index `place`, None without any."""
        read = [one for one in (*self.deciding, *self.rivals) if one.place == place]
        return max(read, key=lambda one: one.reading.probability, default=None)


NOT_READ = Readings()


@dataclass(frozen=True, slots=True)
class Wanted:
    """The candidates of a question, by their indices, whose windows are to be read.

    Of each, the window with the best sentence is read. If that of the only candidate has been read
    before, `known` is its reading, which found no likely answer; then the other windows are read.
    """

    asked: Asked
    candidates: Candidates
    places: Sequence[int]
    known: WindowReading | None = None

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
    if wanted.known is None:
        evidence = find_evidence(place, passage, wanted.candidates, wanted.asked)
        windows = [make_window(passage, source.metadata, evidence[0])]
    else:
        evidence = wanted.known.evidence
        first, last = wanted.candidates.first_sentence[place : place + 2]
        cosines = wanted.candidates.sentence_cosines[first:last]
        order = [passage.sentences[at] for at in np.argsort(-cosines, kind="stable")]
        windows = other_windows(passage, source.metadata, order, wanted.known.window)
    return [_Prepared(place, passage, window, evidence, wanted.asked) for window in windows]


def _reading(prepared: _Prepared, reading: Reading) -> WindowReading:
    passage, evidence = prepared.passage, prepared.evidence
    span = reading.span and prepared.window.in_passage(reading.span)
    if span and prepared.asked.is_for_person:
        named = _NAME.match(passage.text, span.start, span.end)
        span = Span(*named.span(1)) if named else span
    if reading.probability > _LIKELY:
        span = _in_asked_cell(span, prepared)
    words = len(passage.text.split())
    if span is not None and reading.probability > _LIKELY:
        begins_in = (one for one in passage.sentences if one.start <= span.start < one.end)
        answering = next(begins_in, evidence[0])
        text = passage.text[answering.start : answering.end]
        if answering != evidence[0] and prepared.asked.tells(text):
            # another value of a row takes the place of the value, not of the row's key
            others = evidence[1:] if is_labelled(text) else ()
            evidence = (answering, *(others or evidence[:1]))
    return WindowReading(prepared.place, prepared.window, reading, evidence, span, words)


def _in_asked_cell(span: Span | None, prepared: _Prepared) -> Span | None:
    """Return the cell or the value that the question asks for, if the span is not a part of it.

    A model easily marks the cell of another column, or several cells.
    """
    passage, row = prepared.passage, prepared.evidence[0]
    headings = headings_of(passage, passage.sentences.index(row))
    header = headings[-1] if headings else ""
    value = asked_value(passage.text[row.start : row.end], header, prepared.asked)
    if value is None or not prepared.window.holds(row):
        return span
    cell = Span(row.start + value.start, row.start + value.end)
    is_within = span is not None and cell.start <= span.start < span.end <= cell.end
    return span if is_within else cell
