"""Answers as JSON, with their passages and sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, RootModel

from index import (
    CITATION_FORMATS,
    AgreementKind,
    CitationFormat,
    CslItem,
    Passage,
    Source,
    cite,
)
from service.schemas.problems import ProblemReply

if TYPE_CHECKING:  # a client of the service has the replies, not what answers
    from service.answers.alternatives import Comparison
    from service.answers.answer import Answer
    from service.answers.cited import CitedPassage
    from service.answers.evidence import Evidence
from service.answers.certainty import Certainty
from service.answers.observer import Stage


class SpanReply(BaseModel):
    """A half-open range of Unicode code points."""

    start: int
    end: int


class ScoresReply(BaseModel):
    """The parts of the score of a passage; see `Scores` in index/types.py."""

    fused: float
    dense: float
    sentence: float
    lexical: float
    time: float
    reranked: float | None


class SourceReply(BaseModel):
    """The source of a passage; `start` and `end` are offsets in the text of the document.

    `reference` is the citation in the format of the request, null without one. `origins` says for
    each value where it comes from; see `Origin` in index/types.py.
    """

    document_id: str
    title: str
    publisher: str | None
    authors: list[str]
    date: str | None
    url: str | None
    path: str
    copies: list[str]
    stale: bool
    origins: dict[str, str]
    page: int | None
    slide: int | None
    sheet: str | None
    row: int | None
    part: str | None
    lines: tuple[int, int]
    start: int
    end: int
    citation: str
    reference: str | CslItem | None


class PassageReply(BaseModel):
    """A passage; `evidence` and `answer` hold offsets in `text`.

    `answer` are the words that answer, null where no answer model is sure of them.
    """

    rank: int
    score: float
    text: str
    evidence: list[SpanReply]
    answer: SpanReply | None = None
    scores: ScoresReply
    source: SourceReply
    duplicates: list[SourceReply]


class AnswerSpanReply(BaseModel):
    """The words that answer: offsets in the sentence, and in the text of the document."""

    text: str
    start: int
    end: int
    document_start: int
    document_end: int


class EvidenceReply(BaseModel):
    """The answering sentence, the rank of its passage, and the date of its source.

    `span` is null where no answer model is sure of the words that answer.
    """

    text: str
    citation: int
    date: str | None = None
    span: AnswerSpanReply | None = None


class AlternativeReply(BaseModel):
    """Further sources that say one thing, in the words of the first; `agrees` with the answer."""

    text: str
    agrees: bool
    sources: list[EvidenceReply]


class AgreementReply(BaseModel):
    """How the sources relate, as a name and in words; [1] is the passage of rank 1."""

    kind: AgreementKind
    text: str


class AskReply(BaseModel):
    """The reply to a question.

    `parts_ms` are the milliseconds of each stage of the batch that the question was answered in,
    null from the cache. `alternatives` hold what further sources answer. `agreement` is null where
    the passages give fewer than two likely answers.
    """

    question: str
    answer: EvidenceReply | None
    alternatives: list[AlternativeReply] = []
    agreement: AgreementReply | None = None
    answerable: bool
    confidence: float | None
    certainty: Certainty | None
    passages: list[PassageReply]
    notes: list[str]
    generation: str
    took_ms: float
    parts_ms: dict[Stage, float] | None = None


class BatchReply(RootModel[list[AskReply | ProblemReply]]):
    """The replies to a list of questions, in order; a refused question has a problem instead."""


class FeedbackReply(BaseModel):
    """The feedback was stored."""

    status: Literal["kept"] = "kept"


def answer_reply(answer: Answer, citation_format: CitationFormat | None = None) -> AskReply:
    """Return an answer as JSON, with each citation in `citation_format` too if it is given."""
    found = answer.comparison
    return AskReply(
        question=answer.question,
        answer=answer.evidence and _evidence_reply(answer.evidence),
        alternatives=_alternatives(found) if found else [],
        agreement=found and AgreementReply(kind=found.kind, text=found.text),
        answerable=answer.answerable,
        confidence=answer.confidence,
        certainty=answer.certainty,
        passages=[_passage_reply(passage, citation_format) for passage in answer.passages],
        notes=list(answer.notes),
        generation=answer.generation,
        took_ms=answer.took_ms,
        parts_ms=answer.parts and answer.parts.milliseconds(),
    )


def _alternatives(found: Comparison) -> list[AlternativeReply]:
    return [
        AlternativeReply(
            text=one.text, agrees=one.agrees, sources=list(map(_evidence_reply, one.sources))
        )
        for one in found.alternatives
    ]


def _evidence_reply(evidence: Evidence) -> EvidenceReply:
    span = evidence.span and AnswerSpanReply(
        text=evidence.words,
        start=evidence.span.start,
        end=evidence.span.end,
        document_start=evidence.start + evidence.span.start,
        document_end=evidence.start + evidence.span.end,
    )
    return EvidenceReply(
        text=evidence.text, citation=evidence.citation, date=evidence.date, span=span
    )


def _passage_reply(passage: CitedPassage, form: CitationFormat | None) -> PassageReply:
    hit = passage.hit
    return PassageReply(
        rank=passage.rank,
        score=hit.scores.fused,
        text=hit.passage.text,
        evidence=[SpanReply(start=span.start, end=span.end) for span in hit.evidence],
        answer=hit.answer and SpanReply(start=hit.answer.span.start, end=hit.answer.span.end),
        scores=ScoresReply.model_validate(hit.scores, from_attributes=True),
        source=_source_reply(hit.passage, hit.source, passage.citation, form),
        duplicates=[_source_reply(*place, cite(*place), form) for place in hit.duplicates],
    )


def _source_reply(
    passage: Passage, source: Source, citation: str, form: CitationFormat | None
) -> SourceReply:
    meta, location = source.metadata, passage.location
    return SourceReply(
        document_id=source.id,
        title=meta.title,
        publisher=meta.publisher,
        authors=list(meta.authors),
        date=meta.written_date(),
        url=meta.url,
        path=source.path,
        copies=list(source.copies),
        stale=source.stale,
        origins=dict(meta.origins),
        page=location.page,
        slide=location.slide,
        sheet=location.sheet,
        row=location.row,
        part=location.part,
        lines=passage.lines,
        start=passage.start,
        end=passage.end,
        citation=citation,
        reference=CITATION_FORMATS[form](passage, source) if form else None,
    )
