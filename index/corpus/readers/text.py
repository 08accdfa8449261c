"""Reads plain text in any encoding."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from charset_normalizer import from_bytes

from index.errors import DocumentError
from index.types import Block, Document, Metadata, Span

_LINE_END = r"(?>\r\n|\r|\n)"  # atomic, or \r\n would pass for two
_SHOWN = 0.95  # the share of characters that can be shown, in any text
_BLANK_LINES = re.compile(rf"{_LINE_END}[ \t\f\v]*{_LINE_END}\s*")


def decode(data: bytes, path: str) -> str:
    """Return the text of a file: UTF-8 where it is that, else the likeliest encoding.

    Raises:
        DocumentError: the bytes are no text in any encoding.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        match = from_bytes(data).best()
        if match is None:
            raise DocumentError(
                f"{path}: not text in any known encoding; save it as UTF-8"
            ) from None
        text = str(match)
    if "\0" in text:
        text = _wide_text(data)
        if not text:
            raise DocumentError(
                f"{path}: holds NUL characters, so it is not text; save it as UTF-8"
            )
    return text


def _wide_text(data: bytes) -> str:
    """Return what UTF-16 or UTF-32 without a byte order mark holds, or nothing if it is neither.

    Latin text is legible in one byte order alone: the other makes rare characters of it.
    """
    found = []
    for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        shown = sum(char.isprintable() or char.isspace() for char in text)
        if "\0" not in text and shown >= _SHOWN * len(text):
            found.append(text)
    return max(found, key=lambda text: sum(char.isascii() for char in text), default="")


def read_text(data: bytes, path: str, identity: str) -> Document:
    """Read plain text; its paragraphs are parted by blank lines, its title is the file's name."""
    text = decode(data, path)
    title = PurePosixPath(path).stem.replace("_", " ").replace("-", " ").strip() or path
    return Document(identity, path, text, Metadata(title=title), tuple(paragraphs(text, 0)))


def read_nameless(data: bytes, path: str, identity: str) -> Document:
    """Read a file whose name does not say what it is: as text, if it is UTF-8.

    Raises:
        DocumentError: it is something else.
    """
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DocumentError(
            f"{path}: has no suffix and is not UTF-8; name it by its format, as {path}.txt"
        ) from None
    return read_text(data, path, identity)


def paragraphs(text: str, start: int) -> list[Block]:
    """Return the paragraphs of `text[start:]` as blocks."""
    blocks = []
    for gap in _BLANK_LINES.finditer(text, start):
        blocks.append(Block(Span(start, gap.start())))
        start = gap.end()
    blocks.append(Block(Span(start, len(text))))
    return [block for block in blocks if text[block.span.start : block.span.end].strip()]
