"""The questions of a BEIR folder, with their judgements."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import orjson
from pydantic import BeforeValidator

from index.corpus.readers.front_matter import Day
from index.errors import DatasetError
from index.evaluation.beir.lines import Lenient, Line, empty_if_null, open_file, read_lines

_COLUMNS = 3
_GRADE = re.compile("-?[0-9]{1,9}")


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


class _QuestionMetadata(Lenient):
    answers: tuple[str, ...] = ()
    answerable: bool | None = None
    kind: str | None = None
    asked_on: Day = None


class _QueryLine(Line):
    metadata: Annotated[_QuestionMetadata, BeforeValidator(empty_if_null)] = _QuestionMetadata()


def read_questions(folder: Path, known: frozenset[str]) -> list[Question]:
    """Read the questions of a folder and their relevant records, in the order of the file.

    Raises:
        DatasetError: a file is missing, a line of it is malformed, an id stands twice, or a
            judgement names a question or a record (of the ids in `known`) that does not exist.
    """
    lines = read_lines(folder / "queries.jsonl", _QueryLine)
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


def _read_judgements(
    path: Path, questions: frozenset[str], records: frozenset[str]
) -> dict[str, dict[str, int]]:
    relevant: dict[str, dict[str, int]] = {}
    with open_file(path) as file:
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
