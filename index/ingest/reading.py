"""Reads a file and cuts it into passages, in this process or in a confined one."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass

from index.corpus.folder import Corpus
from index.corpus.scanning import File
from index.errors import DocumentError
from index.types import Document, Passage

Split = Callable[[Document], Sequence[Passage]]
# Files in order, each with what became of it.
Readings = Generator[tuple[File, "Reading"], None, None]


@dataclass(frozen=True, slots=True)
class Reading:
    """A document and its passages, or `failure`, the reason why the file gave none.

    A failure is `lasting` if the same bytes would fail in the same way again. `with_network`
    says that the process that read the file could not be kept from a network.
    """

    document: Document | None = None
    passages: tuple[Passage, ...] = ()
    failure: str | None = None
    lasting: bool = False
    seconds: float = 0.0
    with_network: bool = False


def read_and_split(corpus: Corpus, file: File, split: Split) -> Reading:
    """Read one file and check that its passages can be cited; a DocumentError is a failure."""
    began = time.perf_counter()
    try:
        document = corpus.read(file)
        passages = tuple(split(document))
        for passage in passages:
            _check(passage, document)
    except DocumentError as error:
        return Reading(failure=str(error), seconds=time.perf_counter() - began)
    return Reading(document, passages, seconds=time.perf_counter() - began)


def _check(passage: Passage, document: Document) -> None:
    """Check that a passage is what the document's text holds at its offsets.

    Raises:
        DocumentError: it is not, so that a citation of it would be wrong.
    """
    held = document.text[passage.start : passage.end]
    spans = [edge for span in passage.sentences for edge in (span.start, span.end)]
    if not held or held != passage.text or any(not 0 <= edge <= len(held) for edge in spans):
        raise DocumentError(
            f"{document.path}: its passage at characters {passage.start} to {passage.end} differs "
            "from its text there; this is an error in Pincite, please report it"
        )


def read_here(corpus: Corpus, files: Iterable[File], split: Split) -> Readings:
    """Yield each file with its reading, read in this process and without limits."""
    for file in files:
        yield file, read_and_split(corpus, file, split)


def note_networks(readings: Readings, noted: set[bool]) -> Readings:
    """Yield readings, and note whether their processes had a network."""
    for file, reading in readings:
        noted.add(reading.with_network)
        yield file, reading
