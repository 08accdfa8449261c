"""The shapes of replies of Pincite's own HTTP interface."""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

from pydantic import BaseModel, RootModel

from index import (
    CITATION_FORMATS,
    STATUSES,
    CitationFormat,
    CslItem,
    Passage,
    Report,
    Source,
    Status,
    cite,
)
from service.answers import Answer, CitedPassage


class HealthReply(BaseModel):
    """The process runs."""

    status: Literal["ok"] = "ok"


class ReadyReply(BaseModel):
    """Whether the service can answer, and from which generation; with 503 unless it is *ready*.

    It is *stopping* once it was told to end, and *failing* where the model does not run. The index
    is *damaged* where the newest generation of a collection cannot be opened, so that the one
    before answers, and the disk *low* where there is no room to build another.
    """

    status: Literal["ready", "stopping", "failing"]
    generation: str
    model: Literal["ok", "failing"]
    index: Literal["ok", "damaged"]
    disk: Literal["ok", "low"]


class FieldReply(BaseModel):
    """One field of a request that cannot be used: what was found there, and what is allowed."""

    field: str
    found: str
    allowed: str


class ProblemReply(BaseModel):
    """Why a request is refused, after RFC 9457; `instance` is the address that was asked.

    In the reply to a list of questions it ends in the refused one's place in the list, after `#/`.
    """

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldReply]


class FeedbackReply(BaseModel):
    """What a reader said of a passage is kept."""

    status: Literal["kept"] = "kept"


class SpanReply(BaseModel):
    """A half-open range of Unicode code points."""

    start: int
    end: int


class DocumentReply(BaseModel):
    """What is known of a document; see `Metadata` in index/types.py.

    `metadata` are the keys that have no field here, and `origins` says of each field and key that
    has a value who gave it. `copies` are the paths of other files that hold the same; a `stale`
    one is the previous version of a file that could not be read since it changed.
    """

    id: str
    path: str
    title: str
    publisher: str | None
    authors: list[str]
    date: str | None
    url: str | None
    language: str | None
    tags: list[str]
    source: str | None
    file_date: str | None
    metadata: dict[str, list[str]]
    origins: dict[str, str]
    copies: list[str]
    stale: bool


class DocumentTextReply(DocumentReply):
    """A document with its extracted text."""

    text: str


class FileReply(BaseModel):
    """What the last run did with a file; see `FileReport` in index/report.py."""

    path: str
    status: Status
    reason: str | None
    passages: int
    pages: int
    pages_without_text: int
    seconds: float
    stale: bool
    renamed_from: str | None
    duplicate_of: str | None


class RunReply(BaseModel):
    """When the index was last brought in step, and how many files have each status."""

    finished: str
    counts: dict[Status, int]


class LatencyReply(BaseModel):
    """How many milliseconds the latest answers took, up to 1000 of them; null if there are none."""

    answers: int
    p50: float | None
    p95: float | None


class StatusReply(BaseModel):
    """What the service answers from, and what it was asked in the last 60 minutes, oldest first."""

    generation: str
    created: str
    documents: int
    passages: int
    sentences: int
    model: str
    encoder: str
    device: str
    questions_per_minute: list[int]
    latency_ms: LatencyReply
    run: RunReply | None


class ReportReply(BaseModel):
    """What the last run did: one entry for every file that was found; see index/report.py."""

    generation: str | None
    published: bool
    finished: str
    counts: dict[Status, int]
    passages: int
    deleted: list[str]
    files: list[FileReply]


class ChangedReply(BaseModel):
    """A file that was put into the folder or taken out of it; `id` is that of its document.

    `file` is what the run did with it, None where it was deleted or there is no report yet.
    """

    id: str
    path: str
    change: Literal["added", "replaced", "deleted"]
    file: FileReply | None = None


class ChangeReply(BaseModel):
    """What was asked to change, and whether it can be asked already.

    It is *running* until the index is in step, and then *live*, or *failed* as `problem` says; then
    the files are changed, and the index is as it was. `status_url` tells how it comes on.
    """

    state: Literal["running", "live", "failed"]
    generation: str
    changes: list[ChangedReply]
    status_url: str
    problem: str | None = None


class CollectionReply(BaseModel):
    """A collection: its name, how much it holds, and the state of its index."""

    name: str
    documents: int
    passages: int
    generation: str


class CollectionListReply(BaseModel):
    """The collections; that of the settings `documents` and `index` is called default."""

    collections: list[CollectionReply]


class DocumentListReply(BaseModel):
    """A page of the documents, by path, and how many there are in all.

    `run` is None where the index came without the report of how it was made.
    """

    documents: list[DocumentReply]
    total: int
    generation: str
    run: RunReply | None


class ScoresReply(BaseModel):
    """Why a passage ranks where it does; see `Scores` in index/types.py."""

    fused: float
    dense: float
    sentence: float
    lexical: float
    time: float
    reranked: float | None


class SourceReply(BaseModel):
    """Where a passage stands; `start` and `end` are offsets in the document's text.

    `reference` is the citation in the format that was asked for, None if none was.
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
    """A passage that was found; `evidence` are offsets in `text`."""

    rank: int
    score: float
    text: str
    evidence: list[SpanReply]
    scores: ScoresReply
    source: SourceReply
    duplicates: list[SourceReply]


class EvidenceReply(BaseModel):
    """The sentence that answers, and the rank of the passage it stands in."""

    text: str
    citation: int


class AskReply(BaseModel):
    """The reply to a question."""

    question: str
    answer: EvidenceReply | None
    answerable: bool
    confidence: float | None
    passages: list[PassageReply]
    notes: list[str]
    generation: str
    took_ms: float


class BatchReply(RootModel[list[AskReply | ProblemReply]]):
    """The replies to a list of questions, in its order; one that cannot be used has a problem."""


def answer_reply(answer: Answer, citation_format: CitationFormat | None = None) -> AskReply:
    """Return the reply that carries an answer, cited in `citation_format` too if it is given."""
    evidence = answer.evidence
    return AskReply(
        question=answer.question,
        answer=evidence and EvidenceReply(text=evidence.text, citation=evidence.citation),
        answerable=answer.answerable,
        confidence=answer.confidence,
        passages=[_passage_reply(passage, citation_format) for passage in answer.passages],
        notes=list(answer.notes),
        generation=answer.generation,
        took_ms=answer.took_ms,
    )


def document_reply(source: Source) -> DocumentReply:
    """Return the reply that carries what is known of a document."""
    meta = source.metadata
    return DocumentReply(
        id=source.id,
        path=source.path,
        title=meta.title,
        publisher=meta.publisher,
        authors=list(meta.authors),
        date=meta.written_date(),
        url=meta.url,
        language=meta.language,
        tags=list(meta.tags),
        source=meta.source,
        file_date=meta.file_date.isoformat() if meta.file_date else None,
        metadata={key: list(values) for key, values in meta.extra},
        origins=dict(meta.origins),
        copies=list(source.copies),
        stale=source.stale,
    )


def document_text_reply(source: Source, text: str) -> DocumentTextReply:
    """Return the reply that carries a document with its text."""
    return DocumentTextReply(**document_reply(source).model_dump(), text=text)


def run_reply(report: Report) -> RunReply:
    """Return the reply that carries the outline of a report."""
    return RunReply(finished=report.finished, counts=_counts(report))


def report_reply(report: Report) -> ReportReply:
    """Return the reply that carries a whole report."""
    return ReportReply(
        generation=report.generation,
        published=report.published,
        finished=report.finished,
        counts=_counts(report),
        passages=sum(file.passages for file in report.files),
        deleted=list(report.deleted),
        files=[FileReply(**asdict(file)) for file in report.files],
    )


def _counts(report: Report) -> dict[Status, int]:
    return {status: report.count(status) for status in STATUSES}


def _passage_reply(passage: CitedPassage, form: CitationFormat | None) -> PassageReply:
    hit = passage.hit
    return PassageReply(
        rank=passage.rank,
        score=hit.scores.fused,
        text=hit.passage.text,
        evidence=[SpanReply(start=span.start, end=span.end) for span in hit.evidence],
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
