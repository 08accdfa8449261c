"""Metadata that a document states of itself in YAML."""

from __future__ import annotations

import datetime as dt
import re
import reprlib
from typing import Annotated

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from index.errors import DocumentError
from index.types import Metadata

_NULL = "tag:yaml.org,2002:null"
_NULLS = re.compile(r"(?:~|null|Null|NULL|)\Z")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[Tt]|\s+)\d\d?:\d\d.*")


class _TextLoader(yaml.BaseLoader):
    """YAML whose values stay as they were written: 007, no and 2020-02-14 are text."""


_TextLoader.add_implicit_resolver(_NULL, _NULLS, ["~", "n", "N", ""])
_TextLoader.add_constructor(_NULL, lambda *_: None)


def _listed(value: object) -> object:
    if value is None or value == "":
        return ()
    return [value] if isinstance(value, str) else value


def _day(value: object) -> object:
    """The day of a moment is the one written, whatever its time zone."""
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    moment = _MOMENT.fullmatch(value)
    try:
        return dt.date.fromisoformat(moment[1] if moment else value)
    except ValueError:
        raise ValueError("a date is written as 2020-02-14") from None


def _described(value: object) -> object:
    """One line for a source given as title and publisher."""
    if not isinstance(value, dict):
        return value
    parts = [value.get("title"), value.get("publisher")]
    if not all(isinstance(part, str | None) for part in parts):
        raise ValueError("its title and publisher must be text")
    return ", ".join(part for part in parts if part)


Day = Annotated[dt.date | None, BeforeValidator(_day)]


class FrontMatter(BaseModel):
    """The keys that Pincite reads; others are allowed and left alone."""

    # to strip text is also to refuse what no file can hold, such as an escaped lone surrogate
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, str_strip_whitespace=True)

    title: str | None = None
    publisher: str | None = None
    authors: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    date: Day = None
    url: str | None = None
    language: str | None = None
    tags: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    source: Annotated[str | None, BeforeValidator(_described)] = None

    def metadata(self, title: str) -> Metadata:
        """Return these as metadata; `title` stands in where there is none."""
        return Metadata(
            title=self.title or title,
            publisher=self.publisher,
            authors=self.authors,
            date=self.date,
            url=self.url,
            language=self.language,
            tags=self.tags,
            source=self.source or None,
        )


def parse_front_matter(yaml_text: str, path: str, title: str) -> Metadata:
    """Return the metadata stated in `yaml_text`; `title` stands in where it names none.

    Raises:
        DocumentError: it is not YAML, or a key holds what it may not.
    """
    try:
        stated = yaml.load(yaml_text, _TextLoader)  # noqa: S506 - it makes nothing but text
    except RecursionError:
        raise DocumentError(f"{path}: front matter is not valid YAML: nested too deep") from None
    except (yaml.YAMLError, ValueError) as error:
        reason = _brief(" ".join(str(error).split()), 200)
        raise DocumentError(f"{path}: front matter is not valid YAML: {reason}") from error
    if not isinstance(stated or {}, dict):
        raise DocumentError(f"{path}: front matter must be a mapping of keys to values")
    try:
        found = FrontMatter.model_validate(stated or {})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        held = _brief(reprlib.repr(first["input"]), 80)  # aliases make small files hold much
        raise DocumentError(
            f"{path}: front matter key {key} holds {held}: {first['msg']}"
        ) from error
    return found.metadata(title)


def _brief(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
