"""Finds documents by words of their metadata, for the list of documents."""

from __future__ import annotations

from index import Generation, Source

_BATCH = 1000  # documents that are read from the catalog at a time


def find_documents(
    generation: Generation, text: str, limit: int, offset: int
) -> tuple[list[tuple[Source, int]], int]:
    """Return a page of the matching documents by path, with their passages, and how many match.

    A document matches if each word of `text` is a part of its title, path, publisher, authors or
    tags, without regard to case. Without words, all documents match.
    """
    words = text.casefold().split()
    catalog, documents = generation.catalog, generation.manifest.documents
    if not words:
        return catalog.sources(limit, offset), documents
    found = [
        (source, passages)
        for start in range(0, documents, _BATCH)
        for source, passages in catalog.sources(_BATCH, start)
        if _matches(source, words)
    ]
    return found[offset : offset + limit], len(found)


def _matches(source: Source, words: list[str]) -> bool:
    meta = source.metadata
    fields = (meta.title, source.path, meta.publisher or "", *meta.authors, *meta.tags)
    text = "\n".join(fields).casefold()
    return all(word in text for word in words)
