"""Reads plain text in any encoding."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from index.corpus.readers.encoding import decode, is_utf8
from index.errors import DocumentError
from index.types import Block, Document, Metadata, Span

_LINE_END = r"(?>\r\n|\r|\n)"  # atomic, or \r\n would pass for two
_BLANK_LINES = re.compile(rf"{_LINE_END}[ \t\f\v]*{_LINE_END}\s*")


def read_text(data: bytes, path: str, identity: str) -> Document:
    """Read plain text; its paragraphs are parted by blank lines, its title is the file's name."""
    decoded = decode(data, path)
    title = PurePosixPath(path).stem.replace("_", " ").replace("-", " ").strip() or path
    blocks = tuple(paragraphs(decoded.text, 0))
    return Document(
        identity, path, decoded.text, Metadata(title=title), blocks, notes=decoded.notes
    )


def read_nameless(data: bytes, path: str, identity: str) -> Document:
    """Read a file whose name does not say what it is: as text, if it is UTF-8.

    Raises:
        DocumentError: it is something else.
    """
    if not is_utf8(data):
        raise DocumentError(
            f"{path}: has no suffix and is not UTF-8; name it by its format, as {path}.txt"
        )
    return read_text(data, path, identity)


def paragraphs(text: str, start: int) -> list[Block]:
    """Return the paragraphs of `text[start:]` as blocks."""
    blocks = []
    for gap in _BLANK_LINES.finditer(text, start):
        blocks.append(Block(Span(start, gap.start())))
        start = gap.end()
    blocks.append(Block(Span(start, len(text))))
    return [block for block in blocks if text[block.span.start : block.span.end].strip()]
