"""Reads AsciiDoc and source code: the text is the file's own, marks included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePosixPath

from index.corpus.lines import line_starts
from index.corpus.readers.encoding import decode
from index.corpus.readers.text import paragraphs
from index.types import Block, BlockKind, Document, Metadata, Span

_HEADING = re.compile(r"(={1,6}|#{1,6})[ \t]+(\S.*)")
_DELIMITER = re.compile(r"(-{4,}|\.{4,}|\+{4,}|`{3,}|\|===|/{4,})\s*$")
_COMMENT = re.compile(r"//(?!/)|:[\w-]+!?:|\[.*\]\s*$")


def read_asciidoc(data: bytes, path: str, identity: str) -> Document:
    """Read AsciiDoc: headings are the path of what stands below them; comments are left out.

    Raises:
        DocumentError: it is not text.
    """
    decoded = decode(data, path)
    blocks = tuple(_blocks(decoded.text))
    heading = next((one.headings[-1] for one in blocks if one.kind == "heading"), "")
    metadata = Metadata(title=heading or PurePosixPath(path).stem)
    return Document(identity, path, decoded.text, metadata, blocks, notes=decoded.notes)


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
