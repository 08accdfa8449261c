"""The records of a BEIR folder, as a corpus that can be indexed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from copy import copy
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

from index.corpus.readers.front_matter import FrontMatter
from index.corpus.readers.text import paragraphs
from index.corpus.scanning import File
from index.errors import DocumentError
from index.evaluation.beir.lines import Line, empty_if_null, read_lines
from index.types import Document, document_id


def _empty_if_null(value: object) -> object:
    return "" if value is None else value


class _Record(Line):
    """One line of corpus.jsonl; its metadata may hold date, publisher, authors, url and more."""

    title: Annotated[str, BeforeValidator(_empty_if_null)] = ""
    metadata: Annotated[FrontMatter, BeforeValidator(empty_if_null)] = FrontMatter()


class BeirCorpus:
    """The records of corpus.jsonl; each is one document.

    Raises:
        DatasetError: the file is missing, or a line is not a record; the message names the line.
    """

    def __init__(self, folder: Path) -> None:
        self._records = read_lines(folder / "corpus.jsonl", _Record)

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all records."""
        return frozenset(self._records)

    @property
    def titles(self) -> dict[str, str]:
        """The title of each record by id, or its id where it has no title."""
        return {identity: record.title or identity for identity, record in self._records.items()}

    def restrict(self, ids: Collection[str]) -> BeirCorpus:
        """Return a corpus of only the records with these ids."""
        part = copy(self)
        part._records = {one: record for one, record in self._records.items() if one in ids}
        return part

    def join(self, other: BeirCorpus) -> BeirCorpus:
        """Return the union of two corpora; this corpus wins where both have an id."""
        both = copy(self)
        both._records = other._records | self._records
        return both

    def files(self) -> Iterator[File]:
        """Yield every record as a file whose path is its id."""
        for identity, record in self._records.items():
            yield File(identity, hashlib.sha256(record.model_dump_json().encode()).hexdigest())

    def read(self, file: File) -> Document:
        """Return a record as a document."""
        record = self._records[file.path]
        if not record.text.strip() and not record.title.strip():
            raise DocumentError(f"{file.path}: the record holds no text")
        text = record.text if record.text.strip() else record.title
        metadata = record.metadata.metadata(record.title)
        blocks = tuple(paragraphs(text, 0))
        return Document(document_id(record.id), record.id, text, metadata, blocks)
