"""The sentence of a passage that answers, and the words in it that do."""

from __future__ import annotations

from dataclasses import dataclass

from index import Hit, Span
from service.answers.cited import CitedPassage


@dataclass(frozen=True, slots=True)
class Evidence:
    """An answering sentence, verbatim, the rank of its passage, and the date of its source.

    `start` is the offset of the sentence in the text of the document. `span` are the words in
    `text` that answer, None where no answer model is sure of them. `date` is in ISO 8601, as
    close as it is known, None for an undated source.
    """

    text: str
    citation: int
    start: int
    date: str | None = None
    span: Span | None = None

    @property
    def words(self) -> str:
        """The words that answer, or the whole sentence without a span."""
        return self.text[self.span.start : self.span.end] if self.span else self.text


def evidence_of(found: CitedPassage) -> Evidence:
    """Return the answering sentence of a passage: the one with the answer, or else the best."""
    hit = found.hit
    sentence = _sentence(hit)
    span = None
    if hit.answer and sentence.start <= hit.answer.span.start < sentence.end:
        end = min(hit.answer.span.end, sentence.end)
        span = Span(hit.answer.span.start - sentence.start, end - sentence.start)
    text = hit.passage.text[sentence.start : sentence.end]
    return Evidence(
        text=text,
        citation=found.rank,
        start=hit.passage.start + sentence.start,
        date=hit.source.metadata.written_date(),
        span=span,
    )


def _sentence(hit: Hit) -> Span:
    best = hit.evidence[0]
    if hit.answer is None:
        return best
    start = hit.answer.span.start
    return next((one for one in hit.evidence if one.start <= start < one.end), best)
