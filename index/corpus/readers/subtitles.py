"""Reads subtitles (.srt, .vtt): the speech, with the time of each part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from io import StringIO
from typing import TYPE_CHECKING

from index.corpus.readers.assembly import Assembly, title_of
from index.corpus.readers.encoding import decode
from index.corpus.readers.parse_errors import parsing
from index.errors import DocumentError
from index.types import Document, Location, Metadata

if TYPE_CHECKING:
    from webvtt.models import Caption

_TAGS = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")
_VTT = "WEBVTT"
_TIME = r"((?:\d+:)?\d{1,2}:\d{1,2})(?:[.,:;](\d{1,3}))?"
_TIMES = re.compile(rf"\s*{_TIME}\s*--?>\s*{_TIME}(?!\S)(.*)")
_LIKE_TIMES = re.compile(r"\s*\d+:\S*\s*--?>\s*\d")
_SHOWN_LINES = 5  # numbers of lines that a note names
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
        source, notes = _with_sound_times(decoded.text.lstrip("\ufeff"))
        is_vtt = source.startswith(_VTT) or path.lower().endswith(".vtt")
        if is_vtt and not source.startswith(_VTT):
            source = f"{_VTT}\n\n{source}"
        captions = webvtt.from_buffer(StringIO(source), format="vtt" if is_vtt else "srt")
        assembly = Assembly()
        for group in _groups(captions.captions):
            part = f"{_time(group[0].start)}-{_time(group[-1].end)}"
            text = " ".join(_TAGS.sub("", one.text).replace("\n", " ") for one in group)
            assembly.add(unescape(text), location=Location(part=part))
        if not assembly.length:
            raise DocumentError(f"{path}: holds no subtitles")
        metadata = Metadata(title=title_of(path))
        return assembly.document(identity, path, metadata, notes=decoded.notes + notes)


def _with_sound_times(source: str) -> tuple[str, tuple[str, ...]]:
    """Write the times of captions as WebVTT does, whatever stands before their milliseconds.

    A caption whose time cannot be read has that of the caption before; a note names the line.
    """
    lines, wrong, last = source.splitlines(), [], "00:00:00.000"
    for at, line in enumerate(lines):
        if found := _TIMES.match(line):
            first, last = (_moment(found[one], found[one + 1] or "") for one in (1, 3))
            lines[at] = f"{first} --> {last}{found[5]}"
        elif _LIKE_TIMES.match(line):
            lines[at] = f"{last} --> {last}"
            wrong.append(at + 1)
    shown = ", ".join(map(str, wrong[:_SHOWN_LINES]))
    note = f"times that cannot be read, in lines {shown}: cited with the time before"
    return "\n".join(lines), (note,) if wrong else ()


def _moment(seconds: str, thousandths: str) -> str:
    hours = "" if seconds.count(":") > 1 else "00:"
    return f"{hours}{seconds}.{thousandths:0<3}"


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
