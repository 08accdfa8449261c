"""The protocols between ranking and storage: generations in local files, or in a cluster.

An engine finds candidates and reads them; ranking weighs them in the same way for every engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.embedding.embedder import Vectors
from index.filters import Filter
from index.generation.manifest import Manifest
from index.lexical.analysis import Analyzer
from index.lexical.terms import CandidateTerms
from index.report import Report
from index.types import Document, Metadata, Passage, Source, Span


@dataclass(frozen=True, slots=True)
class PassageRows:
    """The data of some passages that ranking reads, in the order of the request.

    `vectors` is float32 of shape (passages, dimension). `documents` is int64, the ordinal of the
    document of each passage. `days` is int32, the date of its source as a proleptic Gregorian
    ordinal, 0 if undated. `sentences` is float32 of shape (sentences, dimension); those of passage
    i begin at `first_sentence[i]`, int64 of shape (passages + 1,). `languages` has the code of each
    passage in ASCII, empty if its language is not clear.
    """

    vectors: Vectors
    documents: NDArray[np.int64]
    days: NDArray[np.int32]
    sentences: Vectors
    first_sentence: NDArray[np.int64]
    terms: CandidateTerms
    languages: NDArray[np.bytes_]


class PassageIndex(Protocol):
    """The passages of one generation, by ordinal, open for reading by any number of threads.

    Raises:
        StoredIndexError: it cannot be read now.
    """

    def matching(
        self, terms: Sequence[str], limit: int, chosen: Filter | None
    ) -> NDArray[np.int64]:
        """Return the ordinals of the best passages by BM25 whose source passes `chosen`."""
        ...

    def nearest(self, vector: Vectors, limit: int, chosen: Filter | None) -> NDArray[np.int64]:
        """Return the passages nearest to a unit vector whose source passes `chosen`, best first."""
        ...

    def read(self, ordinals: NDArray[np.int64]) -> PassageRows:
        """Return the rows of passages that ranking reads."""
        ...

    def frequencies(self, terms: Sequence[str]) -> Mapping[str, int]:
        """Return the number of passages in which each term occurs."""
        ...


class DocumentCatalog(Protocol):
    """The documents of one generation, as they are shown and cited; see index.catalog.reader."""

    def sources(self, limit: int = -1, offset: int = 0) -> list[tuple[Source, int]]: ...

    def paths(self) -> list[str]: ...

    def source(self, identity: str) -> Source | None: ...

    def document(self, identity: str) -> Document | None: ...

    def passages(self, ordinals: Sequence[int]) -> list[tuple[Passage, Source]]: ...

    def passage(self, identity: str, start: int, end: int) -> Passage | None: ...

    def passages_of(self, identity: str, limit: int = -1, offset: int = 0) -> list[Passage]: ...

    def spans_of(self, identity: str) -> list[Span]: ...

    def values(self, key: str, most: int) -> list[tuple[str, int, Metadata]]: ...

    def bounds(self, key: str) -> tuple[str, str] | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One published state of the index, open for reading.

    `folder` holds its encoder; `size` is in bytes. `damage` names the damaged files of the encoder,
    in place of which another of the model is used; all other files are sound.
    """

    id: str
    folder: Path
    manifest: Manifest
    catalog: DocumentCatalog
    passages: PassageIndex
    analyzer: Analyzer
    size: int
    damage: str = ""


class Engine(Protocol):
    """A place where generations are published.

    Raises:
        StoredIndexError: it holds no sound index, or it cannot be reached now.
    """

    def current_id(self) -> str:
        """Return the id of the live generation."""
        ...

    def ids(self) -> Sequence[str]:
        """Return the ids of all generations, oldest first, the live one included."""
        ...

    def open(self, identity: str) -> Generation:
        """Open the generation with this id; after IndexDamaged, another one may be sound."""
        ...

    def report(self) -> Report | None:
        """Return the report of the last build, None if there is no report."""
        ...
