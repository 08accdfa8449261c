"""Evaluation data in BEIR folders: corpus.jsonl, queries.jsonl and qrels/test.tsv.

Thakur et al., BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information Retrieval
Models (2021). A record's metadata may hold date, publisher, authors, url, language and tags; a
question's may hold answers, answerable, kind and asked_on.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, BinaryIO, TypeVar

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from index.corpus.readers.front_matter import Day, FrontMatter
from index.corpus.readers.text import paragraphs
from index.corpus.scanning import File
from index.errors import DatasetError, DocumentError
from index.types import Document, document_id


def _or_empty(value: object) -> object:
    return "" if value is None else value


def _or_no_metadata(value: object) -> object:
    return {} if value is None else value


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class _Record(_Lenient):
    """One line of corpus.jsonl."""

    id: str = Field(alias="_id")
    text: str
    title: Annotated[str, BeforeValidator(_or_empty)] = ""
    metadata: Annotated[FrontMatter, BeforeValidator(_or_no_metadata)] = FrontMatter()


class _QuestionMetadata(_Lenient):
    answers: tuple[str, ...] = ()
    answerable: bool | None = None
    kind: str | None = None
    asked_on: Day = None


class _QueryLine(_Lenient):
    id: str = Field(alias="_id")
    text: str
    metadata: Annotated[_QuestionMetadata, BeforeValidator(_or_no_metadata)] = _QuestionMetadata()


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its judgements.

    `relevant` maps record ids to grades; a grade above 0 means relevant. `answers` are gold
    strings. `answerable` and `kind` are None where the dataset does not say.
    """

    id: str
    text: str
    relevant: dict[str, int] = field(default_factory=dict)
    answers: tuple[str, ...] = ()
    answerable: bool | None = None
    kind: str | None = None
    asked_on: dt.date | None = None


class BeirCorpus:
    """The records of corpus.jsonl; each is one document.

    Raises:
        DatasetError: the file is missing, or a line is not a record; the message names the line.
    """

    def __init__(self, folder: Path) -> None:
        self._records = _read_lines(folder / "corpus.jsonl", _Record)

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


def read_questions(folder: Path, known: frozenset[str]) -> list[Question]:
    """Read the questions of a folder and their relevant records, in the order of the file.

    Raises:
        DatasetError: a file is missing, a line of it is malformed, an id stands twice, or a
            judgement names a question or a record (of the ids in `known`) that does not exist.
    """
    lines = _read_lines(folder / "queries.jsonl", _QueryLine)
    relevant = _read_judgements(folder / "qrels" / "test.tsv", frozenset(lines), known)
    questions = [
        Question(
            id=line.id,
            text=line.text,
            relevant=relevant.get(line.id, {}),
            answers=line.metadata.answers,
            answerable=line.metadata.answerable,
            kind=line.metadata.kind,
            asked_on=line.metadata.asked_on,
        )
        for line in lines.values()
    ]
    # a question without a judgement measures neither ranking nor abstention
    judged = [one for one in questions if one.relevant or one.answerable is not None]
    if not judged:
        raise DatasetError(
            f"{folder / 'qrels' / 'test.tsv'} has no judgement for any question; its first column "
            "has to hold ids of queries.jsonl"
        )
    return judged


def write_questions(folder: Path, questions: Sequence[Question]) -> None:
    """Write questions (ids and texts only) and their judgements into a new folder.

    Raises:
        DatasetError: the folder is not empty or cannot be written, or a record's id holds a tab
            or a line end, which separate judgements in the file.
    """
    rows = ["query-id\tcorpus-id\tscore"]
    for one in questions:
        for record, grade in one.relevant.items():
            if re.search(r"[\t\r\n]", record):
                raise DatasetError(f"{record!r} holds a tab or a line end; rename it")
            rows.append(f"{one.id}\t{record}\t{grade}")
    try:
        if folder.exists() and any(folder.iterdir()):
            raise DatasetError(f"{folder} is not empty; name a new or empty folder")
        (folder / "qrels").mkdir(parents=True, exist_ok=True)
        (folder / "queries.jsonl").write_bytes(
            b"".join(orjson.dumps({"_id": one.id, "text": one.text}) + b"\n" for one in questions)
        )
        (folder / "qrels" / "test.tsv").write_bytes("".join(f"{row}\n" for row in rows).encode())
    except OSError as error:
        raise DatasetError(
            f"{folder} cannot be written: {error.strerror}; name another folder"
        ) from error


_Line = TypeVar("_Line", _Record, _QueryLine)


def _read_lines(path: Path, kind: type[_Line]) -> dict[str, _Line]:
    """Read one JSON object per line, by id."""
    lines: dict[str, _Line] = {}
    with _open(path) as file:
        for number, content in enumerate(file, start=1):
            if not content.strip():
                continue
            try:
                line = kind.model_validate_json(content)
            except ValidationError as error:
                raise DatasetError(f"{path}, line {number}: {_first(error)}") from error
            if line.id in lines:
                raise DatasetError(
                    f"{path}, line {number}: the id {line.id!r} occurs twice; expected another"
                )
            lines[line.id] = line
    if not lines:
        raise DatasetError(f"{path} is empty; expected one JSON object per line")
    return lines


def _read_judgements(
    path: Path, questions: frozenset[str], records: frozenset[str]
) -> dict[str, dict[str, int]]:
    relevant: dict[str, dict[str, int]] = {}
    with _open(path) as file:
        for number, line in enumerate(file, start=1):
            row = line.decode("utf-8", "replace").rstrip("\r\n").split("\t")
            if (number == 1 and row[-1] == "score") or row == [""]:
                continue
            if len(row) != _COLUMNS or not _GRADE.fullmatch(row[2]):
                raise DatasetError(
                    f"{path}, line {number}: found {row}, expected a question's id, a record's id "
                    "and a whole number, separated by tabs"
                )
            question, record, grade = row
            for identity, known, what in (
                (question, questions, "queries.jsonl has no question"),
                (record, records, "the corpus has no record"),
            ):
                if identity not in known:
                    raise DatasetError(f"{path}, line {number}: {what} {identity!r}")
            relevant.setdefault(question, {})[record] = int(grade)
    return relevant


_COLUMNS = 3
_GRADE = re.compile("-?[0-9]{1,9}")


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise DatasetError(
            f"{path}: {error.strerror}; a BEIR folder holds corpus.jsonl, queries.jsonl and "
            "qrels/test.tsv"
        ) from error


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else str(first["msg"])
