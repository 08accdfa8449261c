"""Types of settings other than numbers and texts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer
from pydantic_core import from_json


def _refuse_empty(value: object) -> object:
    if value == "":  # which pathlib would take for the current folder
        raise ValueError("expected the name of a file or a folder")
    return value


def _split(value: object) -> object:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _parse(value: object) -> object:
    return from_json(value) if isinstance(value, str) else value


def _check_rate(value: str) -> str:
    from limits import parse_many  # loads asyncio

    if value in {"", "none"}:
        return ""
    parse_many(value)
    return value


FilePath = Annotated[Path, BeforeValidator(_refuse_empty)]

# a folder of this machine, or a URL that fsspec opens
Documents = FilePath | Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9+.-]*://")]

# in a variable of the environment, separated by commas or blanks
SEPARATED = (BeforeValidator(_split), PlainSerializer(" ".join))

# in a variable of the environment, JSON
TABLE = BeforeValidator(_parse)

# "none" allows any number of requests, and so does an empty text in the file
Rate = Annotated[
    str, AfterValidator(_check_rate), PlainSerializer(lambda rate: rate or "none", return_type=str)
]
