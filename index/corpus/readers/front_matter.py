"""Reads the metadata that users state in YAML, at the head of a document or in a sidecar."""

from __future__ import annotations

import datetime as dt
import re
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Self

import yaml
from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from index.corpus.readers.dates import written_day
from index.corpus.readers.extra import flatten
from index.errors import DocumentError
from index.types import Metadata, Precision

_NULL = "tag:yaml.org,2002:null"
_NULLS = re.compile(r"(?:~|null|Null|NULL|)\Z")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[Tt]|\s+)\d\d?:\d\d.*")
_PARTS = re.compile(r"\d{4}(-\d\d)?")


class _TextLoader(yaml.BaseLoader):
    """YAML whose values stay as they were written: 007, no and 2020-02-14 are text."""


_TextLoader.add_implicit_resolver(_NULL, _NULLS, ["~", "n", "N", ""])
_TextLoader.add_constructor(_NULL, lambda *_: None)


def _listed(value: object) -> object:
    if value is None or value == "":
        return ()
    return [value] if isinstance(value, str) else value


def _day(value: object) -> object:
    """Return the day of a moment as it is written; its time zone does not change it."""
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    moment = _MOMENT.fullmatch(value)
    try:
        return dt.date.fromisoformat(moment[1] if moment else value)
    except ValueError:
        raise ValueError("a date is written as 2020-02-14") from None


@dataclass(frozen=True, slots=True)
class StatedDate:
    """The first day of what a date names, and whether that is a day, a month or a year."""

    day: dt.date
    precision: Precision


def _stated_date(value: object) -> StatedDate | None:
    text = str(value).strip() if isinstance(value, str | int) else value
    try:
        if isinstance(text, str) and (parts := _PARTS.fullmatch(text)):
            day = dt.date.fromisoformat(f"{text}-01" if parts[1] else f"{text}-01-01")
            return StatedDate(day, "month" if parts[1] else "year")
        found = _day(text)
    except ValueError:
        found = text
    if isinstance(found, str):
        found = written_day(found) or found
    if isinstance(found, dt.date):
        return StatedDate(found, "day")
    if found is None:
        return None
    raise ValueError("a date is written as 2020-02-14, 2020-02 or 2020")


def _described(value: object) -> object:
    """One line for a source given as title and publisher."""
    if not isinstance(value, dict):
        return value
    parts = [value.get("title"), value.get("publisher")]
    if not all(isinstance(part, str | None) for part in parts):
        raise ValueError("its title and publisher must be text")
    return ", ".join(part for part in parts if part)


Day = Annotated[dt.date | None, BeforeValidator(_day)]
Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class FrontMatter(BaseModel):
    """The keys that Pincite has a field for, some by the names that other tools give them.

    All others are kept as they are, for filters.
    """

    # to strip text is also to refuse what no file can hold, such as an escaped lone surrogate
    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True, str_strip_whitespace=True)

    title: str | None = None
    publisher: str | None = None
    authors: Names = Field(default=(), validation_alias=AliasChoices("authors", "author"))
    date: Annotated[StatedDate | None, BeforeValidator(_stated_date)] = None
    url: str | None = None
    language: str | None = Field(default=None, validation_alias=AliasChoices("language", "lang"))
    tags: Names = Field(default=(), validation_alias=AliasChoices("tags", "keywords"))
    source: Annotated[str | None, BeforeValidator(_described)] = None

    @model_validator(mode="after")
    def _hold_little(self) -> Self:
        flatten(self.model_extra or {})
        return self

    def metadata(self, title: str) -> Metadata:
        """Return these as metadata; `title` stands in where there is none."""
        found = Metadata(
            title=self.title or "",
            publisher=self.publisher or None,
            authors=self.authors,
            date=self.date.day if self.date else None,
            url=self.url or None,
            language=self.language or None,
            tags=self.tags,
            source=self.source or None,
            precision=self.date.precision if self.date else "day",
            extra=flatten(self.model_extra or {}),
        )
        keys = [key for key in FrontMatter.model_fields if getattr(found, key)]
        keys += [key for key, _ in found.extra]
        return replace(
            found, title=found.title or title, origins=tuple((key, "stated") for key in keys)
        )


_NAMES = (
    ("authors", "author"),
    ("language", "lang"),
    ("tags", "keywords"),
    *((name,) for name in ("title", "publisher", "date", "url", "source")),
)


class WrongValue(DocumentError):
    """A key has a value of the wrong form; `key` is its name, "" for all other keys together."""

    def __init__(self, message: str, key: str) -> None:
        super().__init__(message)
        self.key = key


def parse_metadata(yaml_text: str, place: str, title: str = "") -> Metadata:
    """Return the metadata stated in `yaml_text`; `place` says in an error where it stands.

    Raises:
        DocumentError: it is not YAML, or a key has a value of the wrong form.
    """
    stated = load_yaml(yaml_text, place) or {}
    if not isinstance(stated, dict):
        raise DocumentError(f"{place} must be a mapping of keys to values")
    return validate(stated, place).metadata(title)


def load_yaml(text: str, place: str) -> object:
    """Return what YAML states, with values as they were written.

    Raises:
        DocumentError: it is not YAML.
    """
    try:
        return yaml.load(text, _TextLoader)  # noqa: S506 - it makes nothing but text
    except RecursionError:
        raise DocumentError(f"{place} is not valid YAML: nested too deep") from None
    except (yaml.YAMLError, ValueError) as error:
        reason = _brief(" ".join(str(error).split()), 200)
        raise DocumentError(f"{place} is not valid YAML: {reason}") from error


def validate(stated: Mapping[str, object], place: str) -> FrontMatter:
    """Return stated keys and values.

    Raises:
        WrongValue: a key has a value of the wrong form.
    """
    try:
        return FrontMatter.model_validate(stated)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        held = _brief(reprlib.repr(first["input"]), 80)  # aliases make small files hold a lot
        named = f" key {key} holds {held}" if key else ""
        name = str(first["loc"][0]) if first["loc"] else ""
        raise WrongValue(f"{place}{named}: {_brief(first['msg'], 200)}", name) from error


def without(stated: Mapping[str, object], key: str) -> dict[str, object]:
    """Return stated keys without one under all its names; without all unknown ones for ""."""
    if not key:
        known = {name for names in _NAMES for name in names}
        return {name: value for name, value in stated.items() if name in known}
    names = next((names for names in _NAMES if key in names), (key,))
    return {name: value for name, value in stated.items() if name not in names}


def _brief(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
