"""The lines of a file of JSON Lines, checked one by one."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import DatasetError


class Lenient(BaseModel):
    """An object of which other fields are ignored, and whose numbers count as texts."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class Line(Lenient):
    """A line with an id and a text."""

    id: str = Field(alias="_id")
    text: str


L = TypeVar("L", bound=Line)


def empty_if_null(value: object) -> object:
    """Return an empty object for a null."""
    return {} if value is None else value


def read_lines(path: Path, kind: type[L]) -> dict[str, L]:
    """Read one JSON object a line, by id, in the order of the file.

    Raises:
        DatasetError: the file is missing or empty, a line is malformed, or an id stands twice.
    """
    lines: dict[str, L] = {}
    with open_file(path) as file:
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


def open_file(path: Path) -> BinaryIO:
    """Open a file of a folder.

    Raises:
        DatasetError: it is missing.
    """
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
