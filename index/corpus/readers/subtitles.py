"""Reads subtitles (.srt, .vtt): the speech, with the time of each part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from io import StringIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from index.corpus.readers.assembly import Assembly, title_of
from index.corpus.readers.encoding import decode
from index.corpus.readers.parse_errors import parsing
from index.errors import DocumentError
from index.types import Document, Location, Metadata

if TYPE_CHECKING:
    from webvtt.models import Caption

_TAGS = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")
_ENOUGH = 400  # characters of captions that are cited with one time
_ENDS = re.compile(r"[.!?。！？…][\"'”’)\]]*$")


def read_subtitles(data: bytes, path: str, identity: str) -> Document:
    """Read subtitles; `part` is from when to when a text is said.

    Raises:
        DocumentError: it is no text, or holds no subtitles.
    """
    import webvtt

    decoded = decode(data, path)
    with parsing(path, "subtitles"):
        lines = StringIO(decoded.text.lstrip("\ufeff"))
        captions = webvtt.from_buffer(lines, format=PurePosixPath(path).suffix.lower()[1:])
        assembly = Assembly()
        for group in _groups(captions.captions):
            part = f"{_time(group[0].start)}-{_time(group[-1].end)}"
            text = " ".join(_TAGS.sub("", one.text).replace("\n", " ") for one in group)
            assembly.add(unescape(text), location=Location(part=part))
        if not assembly.length:
            raise DocumentError(f"{path}: holds no subtitles")
        metadata = Metadata(title=title_of(path))
        return assembly.document(identity, path, metadata, notes=decoded.notes)


def _groups(captions: Iterable[Caption]) -> Iterator[list[Caption]]:
    """Yield captions together until a sentence ends, so that none is cut."""
    group: list[Caption] = []
    length = 0
    for caption in captions:
        group.append(caption)
        length += len(caption.text)
        if (length > _ENOUGH and _ENDS.search(caption.text)) or length > 2 * _ENOUGH:
            yield group
            group, length = [], 0
    if group:
        yield group


def _time(moment: str) -> str:
    return moment.partition(".")[0]
