"""A text laid out as headings, paragraphs and lines, with nothing added and nothing lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePosixPath
from typing import Literal

from index import Document, Span
from service.web.marking import Part, mark

Kind = Literal["heading", "prose", "lines", "code", "gap"]


@dataclass(frozen=True, slots=True)
class Element:
    """A stretch of a text that is shown as one; `level` is a heading's depth, else 0.

    Prose may be wrapped anew; lines and code keep their line ends; a gap is white space.
    """

    kind: Kind
    parts: tuple[Part, ...]
    level: int = 0

    @property
    def marked(self) -> bool:
        """Whether any of it is to stand out."""
        return any(part.marked for part in self.parts)


def lay_out(text: str, path: str, spans: Sequence[Span] = ()) -> list[Element]:
    """Cut `text`, read from the file `path`, into elements; their parts joined are the text."""
    is_markdown = PurePosixPath(path).suffix.lower() in {".md", ".markdown"}
    pieces = _markdown(text) if is_markdown else _plain(text)
    elements, at = [], 0
    for piece in chain(pieces, [_Piece(Span(len(text), len(text)), "gap")]):
        if at < piece.span.start:
            elements.append(_element(_Piece(Span(at, piece.span.start), "gap"), text, spans))
        if piece.span.start < piece.span.end:
            elements.append(_element(piece, text, spans))
        at = piece.span.end
    return elements


def lay_out_document(document: Document, passage: Span) -> list[Element]:
    """Lay out a document without its front matter, unless the passage stands there."""
    begin = document.body if passage.start >= document.body or passage.start == passage.end else 0
    moved = Span(passage.start - begin, passage.end - begin)
    return lay_out(document.text[begin:], document.path, [moved])


@dataclass(frozen=True, slots=True)
class _Piece:
    span: Span
    kind: Kind
    level: int = 0
    sign: Span | None = None


def _element(piece: _Piece, text: str, spans: Sequence[Span]) -> Element:
    sign = piece.sign or Span(piece.span.start, piece.span.start)
    parts = [
        *_parts(text, Span(piece.span.start, sign.start), spans),
        *(Part(one.text, one.marked, sign=True) for one in _parts(text, sign, spans)),
        *_parts(text, Span(sign.end, piece.span.end), spans),
    ]
    return Element(piece.kind, tuple(parts), piece.level)


def _parts(text: str, within: Span, spans: Sequence[Span]) -> list[Part]:
    moved = [Span(span.start - within.start, span.end - within.start) for span in spans]
    return mark(text[within.start : within.end], moved)


# each pattern begins at a line's start, so that none is tried at every blank in a long one
_PARAGRAPH = re.compile(
    r"(?<![^\r\n])[^\r\n]*\S[^\r\n]*(?:(?:\r\n|\r|\n)[^\r\n]*\S[^\r\n]*)*",
)


def _plain(text: str) -> Iterator[_Piece]:
    for found in _PARAGRAPH.finditer(text):
        yield _Piece(Span(*found.span()), "lines")


_END = r"(?:\r\n|\r|\n)"
_FENCE = r"[ ]{0,3}(?:`{3,}(?=[^`\r\n]*(?:[\r\n]|\Z))|~{3,})"
_HASHES = r"[ ]{0,3}\#{1,6}(?:[ \t]+|(?=[\r\n])|\Z)"
_MARKDOWN = re.compile(
    rf"""(?<![^\r\n])(?:
      (?P<fence>{_FENCE})[^\r\n]*                         # code, to its end or the text's
        (?:{_END}(?!(?P=fence))[^\r\n]*)*
        (?:{_END}(?P=fence)[^\r\n]*)?
    | (?P<hashes>{_HASHES})[^\r\n]*
    | [^\r\n]*\S[^\r\n]*                                  # a paragraph
        (?:{_END}(?!{_FENCE}|{_HASHES})[^\r\n]*\S[^\r\n]*)*
    )""",
    re.VERBOSE,
)
_UNDERLINE = re.compile(rf"{_END}[ ]{{0,3}}(?:(?P<one>=+)|-+)[ \t]*\Z")
_TABLE = re.compile(r"[ ]{0,3}\||[^\r\n]*[\r\n]+[ ]*:?-+:?[ ]*\|")
_LIST = re.compile(r"\A(?:[ ]{4}|\t)|(?:\A|[\r\n])[ \t]*(?:[-*+>]|\d{1,9}[.)])[ \t]")


def _markdown(text: str) -> Iterator[_Piece]:
    for found in _MARKDOWN.finditer(text):
        span = Span(*found.span())
        if found["fence"]:
            yield _Piece(span, "code")
        elif hashes := found["hashes"]:
            yield _Piece(span, "heading", hashes.count("#"), Span(*found.span("hashes")))
        elif under := _UNDERLINE.search(found[0]):
            sign = Span(span.start + under.start(), span.end)
            yield _Piece(span, "heading", 1 if under["one"] else 2, sign)
        elif _TABLE.match(found[0]):
            yield _Piece(span, "code")
        else:
            yield _Piece(span, "lines" if _LIST.search(found[0]) else "prose")
