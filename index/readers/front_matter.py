"""Metadata that a document states of itself in YAML."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from index.errors import DocumentError
from index.types import Metadata


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _day(value: object) -> object:
    return value.date() if isinstance(value, dt.datetime) else value


def _described(value: object) -> object:
    """One line for a source given as title and publisher."""
    if not isinstance(value, dict):
        return value
    return ", ".join(str(part) for part in (value.get("title"), value.get("publisher")) if part)


class FrontMatter(BaseModel):
    """The keys that Pincite reads; others are allowed and left alone."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    title: str | None = None
    publisher: str | None = None
    authors: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    date: Annotated[dt.date | None, BeforeValidator(_day)] = None
    url: str | None = None
    language: str | None = None
    tags: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    source: Annotated[str | None, BeforeValidator(_described)] = None


def parse_front_matter(yaml_text: str, path: str, title: str) -> Metadata:
    """Return the metadata stated in `yaml_text`; `title` stands in where it names none.

    Raises:
        DocumentError: it is not YAML, or a key holds what it may not.
    """
    try:
        stated = yaml.safe_load(yaml_text)
    except (yaml.YAMLError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise DocumentError(f"{path}: front matter is not valid YAML: {reason}") from error
    if not isinstance(stated or {}, dict):
        raise DocumentError(f"{path}: front matter must be a mapping of keys to values")
    try:
        found = FrontMatter.model_validate(stated or {})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise DocumentError(
            f"{path}: front matter key {key} holds {first['input']!r}: {first['msg']}"
        ) from error
    return Metadata(
        title=found.title or title,
        publisher=found.publisher,
        authors=found.authors,
        date=found.date,
        url=found.url,
        language=found.language,
        tags=found.tags,
        source=found.source or None,
    )
