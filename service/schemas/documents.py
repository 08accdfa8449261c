"""Documents and collections as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel
from pydantic_core import to_json

from index import Source
from service.schemas.runs import RunReply

_PART = 1 << 18  # characters of a text that are written at once


class DocumentReply(BaseModel):
    """The metadata of a document; see `Metadata` in index/types.py.

    `metadata` holds the keys without a field here, and `origins` the origin of each value.
    `copies` holds the paths of files with the same content. A `stale` document is the previous
    version of a file that has changed and could not be read since.
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
    """A document with its extracted text, which stands last."""

    text: str

    def json_parts(self) -> Iterator[bytes]:
        """Yield the reply as JSON in parts; to write a long text at once would hold the GIL."""
        yield self.model_dump_json(exclude={"text"}).encode()[:-1] + b',"text":"'
        for start in range(0, len(self.text), _PART):
            yield to_json(self.text[start : start + _PART])[1:-1]
        yield b'"}'


class DocumentListReply(BaseModel):
    """A page of the matching documents, sorted by path; `total` is the number of all that match.

    `run` is null if the index has no report of its last run.
    """

    documents: list[DocumentReply]
    total: int
    generation: str
    run: RunReply | None


class CollectionReply(BaseModel):
    """A collection: its name, its size and the generation of its index.

    One that cannot be asked has no generation, and `fault` says why.
    """

    name: str
    documents: int
    passages: int
    generation: str
    fault: str | None = None


class CollectionListReply(BaseModel):
    """The collections; the one of the settings `documents` and `index` is named default."""

    collections: list[CollectionReply]


def document_reply(source: Source) -> DocumentReply:
    """Return the metadata of a document as JSON."""
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
    """Return a document with its text as JSON."""
    return DocumentTextReply(**document_reply(source).model_dump(), text=text)
