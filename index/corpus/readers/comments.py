"""Counts the comments of Office files, which are left out of their text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zipfile import ZipFile

from index.corpus.readers.archive import parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_PART = re.compile(r"(?:word|xl|ppt)/(?:comments/)?\w*[Cc]omment[\w-]*\.xml")
_COMMENTS = {"comment", "cm"}


def comment_notes(archive: ZipFile) -> tuple[str, ...]:
    """Return a line that says how many comments a file has, none if it has none."""
    names = [name for name in archive.namelist() if _PART.fullmatch(name)]
    count = sum(sum(map(_is_comment, parse_xml(archive.read(name)).iter())) for name in names)
    return (f"left out comments: {count}",) if count else ()


def _is_comment(element: Element) -> bool:
    return str(element.tag).rpartition("}")[2] in _COMMENTS
