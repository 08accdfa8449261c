"""Finds and reads the front matter of a Markdown file: YAML, TOML or JSON.

Wrong front matter is noted and left out; the text is read all the same.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from index.corpus.readers.front_matter import WrongValue, load_yaml, validate, without
from index.errors import DocumentError
from index.types import Metadata

_FENCED = re.compile(
    r"\A(---|\+\+\+)[ \t]*(?:\r\n|\r|\n)(.*?)(?<=[\r\n])(?:\1|\.\.\.)[ \t]*(?:\r\n|\r|\n|\Z)",
    re.DOTALL,
)
_BRACED = re.compile(r"\A\{\s*\"")
_KEY = re.compile(r"[ \t]*[\w-]+[ \t]*:(?:\s|$)|[ \t]*#|\s*$")
_TEMPLATE = re.compile(
    r"^([ \t]*(?:-[ \t]+)?(?:[\w.-]+[ \t]*:[ \t]+)?)(\{[{%].*?)[ \t]*$", re.MULTILINE
)
_PART_BEGINS = re.compile(r"^(?=[\w-]+[ \t]*:)", re.MULTILINE)
_OPENS = "[{\"'&*!|>%@`#"  # what begins a value that is no plain text
_SHOWN = 60  # characters of a part that a note names
_SENTENCE = re.compile(r"\S+(?:\s+\S+){3,}[.!?]\Z")
# keys of many tools; with one of these, what stands between the rules is no text
_COMMON = set(
    "title author authors date url language lang tags keywords publisher source layout slug draft"
    " description summary categories category id weight type permalink aliases created modified"
    " updated version status name subtitle template toc image cover cssclass".split()
)


@dataclass(frozen=True, slots=True)
class Head:
    """The front matter of a text: its end and its metadata; `notes` say what is wrong in it."""

    end: int
    metadata: Metadata
    notes: tuple[str, ...] = ()


def read_head(text: str, path: str) -> Head | None:
    """Return the front matter of a text, None if it has none: a text may begin with a rule."""
    if fenced := _FENCED.match(text):
        kind: Literal["YAML", "TOML"] = "TOML" if fenced[1] == "+++" else "YAML"
        return _fenced(fenced[2], kind, fenced.end(), path)
    if _BRACED.match(text):
        return _braced(text, path)
    return None


def _fenced(content: str, kind: Literal["YAML", "TOML"], end: int, path: str) -> Head | None:
    place = f"{path}: front matter"
    try:
        stated = _load_toml(content, place) if kind == "TOML" else _load(content, place)
    except DocumentError as error:
        if not all(_KEY.match(line) for line in content.splitlines()[:1]):
            return None
        note = f"left out the front matter: {_reason(error, path)}"
        stated, bad = _load_parts(content) if kind == "YAML" else ({}, [])
        if not stated:
            return Head(end, Metadata(""), (note,))
        if not _is_metadata(stated):
            return None
        head = _validated(stated, place, end, path)
        notes = [f"left out of the front matter, which is not valid YAML: {one}" for one in bad]
        return replace(head, notes=(*notes, *head.notes))
    if not isinstance(stated, Mapping) or not _is_metadata(stated):
        return None if content.strip() else Head(end, Metadata(""))
    return _validated(stated, place, end, path)


def _braced(text: str, path: str) -> Head | None:
    try:
        stated, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(stated, dict) or not text[end:].startswith(("\n", "\r")):
        return None
    return _validated(stated, f"{path}: front matter", end, path)


def _load(content: str, place: str) -> object:
    """Return YAML; an expression of a template, as {{title}}, is text."""
    quoted = _TEMPLATE.sub(lambda line: line[1] + json.dumps(line[2]), content)
    return load_yaml(quoted, place)


def _load_parts(content: str) -> tuple[dict[str, object], list[str]]:
    """Return the keys of what is not YAML as a whole, and the beginnings of the parts left out.

    A value with a colon in it, as in `title: Oak: a history`, is text.
    """
    stated: dict[str, object] = {}
    bad: list[str] = []
    for part in _PART_BEGINS.split(content):
        key, _, value = part.partition(":")
        text = " ".join(value.split())
        try:
            loaded = _load(part, "")
        except DocumentError:
            is_text = bool(text) and text[0] not in _OPENS and len(part.splitlines()) == 1
            loaded = {key.strip(): text} if is_text else None
        if isinstance(loaded, dict):
            stated |= loaded
        elif part.strip():
            bad.append(part.splitlines()[0][:_SHOWN])
    return stated, bad


def _load_toml(content: str, place: str) -> object:
    try:
        return tomllib.loads(content)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"{place} is not valid TOML: {error}") from error


def _is_metadata(stated: Mapping[str, object]) -> bool:
    """Whether a mapping states metadata: "Warning: the stair is closed." is a sentence."""
    if not stated or _COMMON & {str(key).lower() for key in stated}:
        return bool(stated)
    return not any(isinstance(one, str) and _SENTENCE.match(one) for one in stated.values())


def _validated(stated: Mapping[str, object], place: str, end: int, path: str) -> Head:
    """Return the metadata without the keys whose values are wrong; a note names each of them."""
    left = {
        str(key): value.isoformat() if isinstance(value, dt.datetime) else value
        for key, value in stated.items()
    }
    notes: list[str] = []
    while left:
        try:
            return Head(end, validate(left, place).metadata(""), tuple(notes))
        except WrongValue as error:
            notes.append(f"left out of the front matter: {_reason(error, path)}")
            left = without(left, error.key)
    return Head(end, Metadata(""), tuple(notes))


def _reason(error: DocumentError, path: str) -> str:
    return str(error).removeprefix(f"{path}: front matter").strip()
