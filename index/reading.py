"""Reading a file and cutting it into passages: one step, here or in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass

from index.corpus import Corpus, File
from index.errors import DocumentError
from index.types import Document, Passage

Split = Callable[[Document], Sequence[Passage]]
Readings = Generator["Reading", None, None]


@dataclass(frozen=True, slots=True)
class Reading:
    """A document and its passages, or `failure`, the reason why the file gave none."""

    document: Document | None = None
    passages: tuple[Passage, ...] = ()
    failure: str | None = None
    seconds: float = 0.0


def read_and_split(corpus: Corpus, file: File, split: Split) -> Reading:
    """Read one file; only a DocumentError becomes a failure."""
    began = time.perf_counter()
    try:
        document = corpus.read(file)
        passages = tuple(split(document))
    except DocumentError as error:
        return Reading(failure=str(error), seconds=time.perf_counter() - began)
    return Reading(document, passages, None, time.perf_counter() - began)


def read_here(corpus: Corpus, files: Iterable[File], split: Split) -> Readings:
    """Yield what became of each file, in order, read in this process and without limits."""
    for file in files:
        yield read_and_split(corpus, file, split)
