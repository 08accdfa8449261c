"""Documents and collections as JSON."""

from __future__ import annotations

from pydantic import BaseModel

from index import Source
from service.schemas.runs import RunReply


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


class DocumentListReply(BaseModel):
    """A page of the documents, by path, and how many there are in all.

    `run` is None where the index came without the report of how it was made.
    """

    documents: list[DocumentReply]
    total: int
    generation: str
    run: RunReply | None


class CollectionReply(BaseModel):
    """A collection: its name, how much it holds, and the state of its index."""

    name: str
    documents: int
    passages: int
    generation: str


class CollectionListReply(BaseModel):
    """The collections; that of the settings `documents` and `index` is called default."""

    collections: list[CollectionReply]


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
