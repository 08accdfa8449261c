"""Reads AsciiDoc and source code: the text is the file's own, marks included."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePosixPath

from index.corpus.lines import line_starts
from index.corpus.readers.dates import written_day
from index.corpus.readers.encoding import decode
from index.corpus.readers.text import paragraphs
from index.types import Block, BlockKind, Document, Metadata, Span

_HEADING = re.compile(r"(={1,6}|#{1,6})[ \t]+(\S.*)")
_DELIMITER = re.compile(r"(-{4,}|\.{4,}|\+{4,}|`{3,}|\|===|/{4,})\s*$")
_COMMENT = re.compile(r"//(?!/)|:[\w-]+!?:|\[.*\]\s*$")
# the title, a line of authors, a line of the revision, then attributes
_HEADER = re.compile(
    r"\s*= \S.*\n(?:(?P<authors>[^\W\d_][^\n:=]*)\n(?:(?P<revision>v?\d[^\n]*)\n)?)?"
    r"(?P<attributes>(?::[^\n]*\n|//[^\n]*\n)*)"
)
_ATTRIBUTE = re.compile(r":([\w-]+):[ \t]*(\S[^\n]*)")
_ADDRESS = re.compile(r"<[^<>]*>")
_REVISION = re.compile(r"(?:v?[\d.]+,)?\s*(?P<date>\d[^:]*)(?::.*)?")


def read_asciidoc(data: bytes, path: str, identity: str) -> Document:
    """Read AsciiDoc: headings are the path of what stands below them; comments are left out.

    Raises:
        DocumentError: it is not text.
    """
    decoded = decode(data, path)
    blocks = tuple(_blocks(decoded.text))
    heading = next((one.headings[-1] for one in blocks if one.kind == "heading"), "")
    authors, date, notes = _header(decoded.text)
    metadata = Metadata(title=heading or PurePosixPath(path).stem, authors=authors, date=date)
    return Document(identity, path, decoded.text, metadata, blocks, notes=decoded.notes + notes)


def _header(text: str) -> tuple[tuple[str, ...], dt.date | None, tuple[str, ...]]:
    """Return the authors and the date of the header, and why the date was left out."""
    header = _HEADER.match(text)
    if header is None:
        return (), None, ()
    attributes = dict(_ATTRIBUTE.findall(header["attributes"]))
    written = attributes.get("author") or header["authors"] or ""
    authors = tuple(filter(None, (_ADDRESS.sub("", one).strip() for one in written.split(";"))))
    revision = _REVISION.fullmatch(header["revision"] or "")
    stated = attributes.get("revdate") or (revision["date"] if revision else "")
    try:
        return authors, written_day(stated.strip()), ()
    except ValueError as error:
        return authors, None, (f"left out the date: {error}",)


def read_code(data: bytes, path: str, identity: str) -> Document:
    """Read source code; it is cut between lines, first where lines are blank.

    Raises:
        DocumentError: it is not text.
    """
    decoded = decode(data, path)
    blocks = tuple(Block(one.span, "lines") for one in paragraphs(decoded.text, 0))
    metadata = Metadata(title=PurePosixPath(path).name)
    return Document(identity, path, decoded.text, metadata, blocks, notes=decoded.notes)


def _blocks(text: str) -> Iterator[Block]:
    starts = [*line_starts(text), len(text)]
    path: list[tuple[int, str]] = []
    kind: BlockKind = "prose"
    begin: int | None = None
    fence = ""

    def block(end: int) -> Iterator[Block]:
        nonlocal begin
        if begin is not None and text[begin:end].strip():
            yield Block(Span(begin, end), kind, tuple(title for _, title in path))
        begin = None

    for start, end in pairwise(starts):
        line = text[start:end].strip()
        if fence:
            if line == fence:
                if not fence.startswith("//"):
                    yield from block(start)
                begin, fence, kind = None, "", "prose"
            elif begin is None:
                begin = start
        elif _DELIMITER.match(line):
            yield from block(start)
            fence, kind = line, "lines"
        elif heading := _HEADING.fullmatch(line):
            yield from block(start)
            path = [one for one in path if one[0] < len(heading[1])]
            path.append((len(heading[1]), heading[2].strip()))
            titles = tuple(title for _, title in path)
            yield Block(Span(start, end), "heading", titles)
        elif not line or _COMMENT.match(line):
            yield from block(start)
        elif begin is None:
            begin = start
    if not fence.startswith("//"):
        yield from block(len(text))
