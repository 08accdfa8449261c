"""Reads plain text in any encoding."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from index.corpus.readers.encoding import decode, is_utf8
from index.corpus.readers.first_lines import read_first_lines
from index.errors import DocumentError
from index.types import Block, Document, Metadata, Span

_LINE_END = r"(?>\r\n|\r|\n)"  # atomic, or \r\n would pass for two
_BLANK_LINES = re.compile(rf"{_LINE_END}[ \t\f\v]*{_LINE_END}\s*")


def read_text(data: bytes, path: str, identity: str, date_order: str = "") -> Document:
    """Read plain text, whose paragraphs are separated by blank lines.

    Title and date are those of its first lines; else the title is the name of the file. For
    `date_order` see read_first_lines.
    """
    decoded = decode(data, path)
    first = read_first_lines(decoded.text, date_order)
    found = {"title": first.title, "date": first.date}
    metadata = Metadata(
        title=first.title or _readable_name(path),
        date=first.date,
        origins=tuple((key, "first lines") for key, value in found.items() if value),
    )
    blocks = tuple(paragraphs(decoded.text, 0))
    notes = decoded.notes + first.notes
    return Document(identity, path, decoded.text, metadata, blocks, notes=notes)


def read_log(data: bytes, path: str, identity: str) -> Document:
    """Read a log, whose first lines have the date of an event, not that of the text."""
    decoded = decode(data, path)
    blocks = tuple(paragraphs(decoded.text, 0))
    metadata = Metadata(title=_readable_name(path))
    return Document(identity, path, decoded.text, metadata, blocks, notes=decoded.notes)


def read_nameless(data: bytes, path: str, identity: str, date_order: str = "") -> Document:
    """Read a file without a suffix as text, if it is UTF-8.

    Raises:
        DocumentError: it is something else.
    """
    if not is_utf8(data):
        raise DocumentError(
            f"{path}: has no suffix and is not UTF-8; name it by its format, as {path}.txt"
        )
    return read_text(data, path, identity, date_order)


def _readable_name(path: str) -> str:
    return PurePosixPath(path).stem.replace("_", " ").replace("-", " ").strip() or path


def paragraphs(text: str, start: int) -> list[Block]:
    """Return the paragraphs of `text[start:]` as blocks."""
    blocks = []
    for gap in _BLANK_LINES.finditer(text, start):
        blocks.append(Block(Span(start, gap.start())))
        start = gap.end()
    blocks.append(Block(Span(start, len(text))))
    return [block for block in blocks if text[block.span.start : block.span.end].strip()]
