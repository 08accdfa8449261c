"""Checks of documents that several tests of readers share."""

from __future__ import annotations

from collections.abc import Iterable

from index import Document, DocumentError
from index.corpus.readers import Reader
from index.ingest.passages import Splitter, split_document
from tests.fakes import count_words


def blocks_of(document: Document) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (one.kind, document.text[one.span.start : one.span.end], one.headings)
        for one in document.blocks
    ]


def texts_of(document: Document) -> list[str]:
    return [text for _, text, _ in blocks_of(document)]


def assert_passages_stand_where_they_say(document: Document) -> None:
    """Check that each passage is verbatim and within one location, and that no letter is lost."""
    passages = split_document(document, count_words, Splitter(enough=15, most=20))
    for passage in passages:
        assert document.text[passage.start : passage.end] == passage.text
        locations = {
            block.location
            for block in document.blocks
            if block.span.start < passage.end and passage.start < block.span.end
        }
        assert locations == {passage.location}
    assert _letters(passage.text for passage in passages) == _letters(texts_of(document))


def _letters(texts: Iterable[str]) -> str:
    return "".join("".join(texts).split())


def assert_read_or_refused(read: Reader, data: bytes, path: str) -> str:
    """Check that a reader makes a sound document of any bytes, or refuses them by name.

    Return the reason why they are refused, nothing if they are read.
    """
    try:
        document = read(data, path, "id")
    except DocumentError as error:
        reason = str(error)
    else:
        document.text.encode()  # it can be stored
        assert document.metadata.title.strip()
        assert_passages_stand_where_they_say(document)
        return ""
    assert reason.startswith((f"{path}: ", f"{path}, "))  # a part of it may be named too
    assert "\n" not in reason
    return reason
