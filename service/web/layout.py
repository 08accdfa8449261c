"""A text laid out as headings, paragraphs and lines: nothing is added and nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import PurePosixPath
from typing import Literal

from markdown_it import MarkdownIt

from index import Document, Span, line_starts
from service.web.marking import Part, mark

Kind = Literal["heading", "prose", "lines", "code", "gap"]

_LONGEST = 1 << 18  # characters of an element without Markdown: what is done at once holds the GIL
_PARSED = 1 << 20  # characters of Markdown that are parsed, which takes seconds
_STRETCH = re.compile(rf"[^\r\n]{{1,{_LONGEST}}}")
_LINE_ENDS = {"", "\n", "\r", "\r\n"}  # one at most
# The kind of each block of Markdown; all other blocks keep their lines.
_KINDS: dict[str, Kind] = {
    "heading_open": "heading",
    "paragraph_open": "prose",
    "fence": "code",
    "code_block": "code",
    "table_open": "code",
}
_HASHES = re.compile(r"[ \t]*#+[ \t]*")


@dataclass(frozen=True, slots=True)
class Element:
    """A stretch of a text that is shown as one; `level` is the depth of a heading, else 0.

    Prose may be wrapped anew. Lines and code keep their line ends. A gap is white space.
    """

    kind: Kind
    parts: tuple[Part, ...]
    level: int = 0

    @property
    def marked(self) -> bool:
        """Whether any part of the element is highlighted."""
        return any(part.marked for part in self.parts)


def lay_out(
    text: str, path: str, spans: Sequence[Span] = (), answer: Span | None = None
) -> list[Element]:
    """Cut the text of the file `path` into elements, and highlight `spans` and `answer` in it."""
    marks = _Marks(text, spans, answer)
    is_markdown = (
        PurePosixPath(path).suffix.lower() in {".md", ".markdown"} and len(text) <= _PARSED
    )
    elements, at = [], 0
    for piece in _markdown(text) if is_markdown else _paragraphs(text):
        if at < piece.span.start:
            elements.append(_element(_Piece(Span(at, piece.span.start), "gap"), marks))
        elements.append(_element(piece, marks))
        at = piece.span.end
    if at < len(text):
        elements.append(_element(_Piece(Span(at, len(text)), "gap"), marks))
    return elements


def lay_out_document(document: Document, passage: Span) -> list[Element]:
    """Lay out the body of a document, after its front matter if the passage stands there."""
    begin = document.body
    moved = Span(passage.start - begin, passage.end - begin)
    body = lay_out(document.text[begin:], document.path, [moved])
    if passage.start >= begin or passage.start == passage.end:
        return body
    return [*lay_out(document.text[:begin], "", [passage]), *body]


@dataclass(frozen=True, slots=True)
class _Piece:
    """The place and kind of an element; `sign` is the place of a heading's Markdown syntax."""

    span: Span
    kind: Kind
    level: int = 0
    sign: Span | None = None


@dataclass(frozen=True, slots=True)
class _Marks:
    """A text with the spans of it that are highlighted, and the words that answer."""

    text: str
    spans: Sequence[Span]
    answer: Span | None

    def parts(self, within: Span) -> list[Part]:
        """Return the parts of a stretch."""
        answer = self.answer and _moved(self.answer, within.start)
        spans = [_moved(span, within.start) for span in self.spans]
        return mark(self.text[within.start : within.end], spans, answer)


def _moved(span: Span, begin: int) -> Span:
    return Span(span.start - begin, span.end - begin)


def _element(piece: _Piece, marks: _Marks) -> Element:
    sign = piece.sign or Span(piece.span.start, piece.span.start)
    parts = [
        *marks.parts(Span(piece.span.start, sign.start)),
        *(replace(one, sign=True) for one in marks.parts(sign)),
        *marks.parts(Span(sign.end, piece.span.end)),
    ]
    return Element(piece.kind, tuple(parts), piece.level)


def _paragraphs(text: str, start: int = 0, end: int | None = None) -> Iterator[_Piece]:
    """Yield the runs of lines that are not blank, a very long one in pieces."""
    first = last = start
    for found in _STRETCH.finditer(text, start, len(text) if end is None else end):
        if found[0].isspace():
            continue
        begin, stop = found.span()
        if text[last:begin] not in _LINE_ENDS or stop - first > _LONGEST or first == last:
            if first < last:
                yield _Piece(Span(first, last), "lines")
            first = begin
        last = stop
    if first < last:
        yield _Piece(Span(first, last), "lines")


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table").disable("inline")


def _markdown(text: str) -> Iterator[_Piece]:
    starts = [*line_starts(text), len(text)]
    at = 0
    for token in _parser().parse(text):
        if token.level or token.map is None or token.nesting < 0:
            continue
        start, end = (starts[min(line, len(starts) - 1)] for line in token.map)
        span = Span(start, start + len(text[start:end].rstrip()))
        if span.start < span.end:
            # the parser makes no token of the definition of a link
            yield from _paragraphs(text, at, span.start)
            kind = _KINDS.get(token.type, "lines")
            yield (
                _heading(text, span, int(token.tag[1:]))
                if kind == "heading"
                else _Piece(span, kind)
            )
            at = span.end
    yield from _paragraphs(text, at)


def _heading(text: str, span: Span, level: int) -> _Piece:
    """Return a heading with its hashes, or with the line below it, as its sign."""
    if hashes := _HASHES.match(text, span.start, span.end):
        return _Piece(span, "heading", level, Span(*hashes.span()))
    underline = max(text.rfind(end, span.start, span.end) for end in "\r\n")
    if text[underline - 1 : underline + 1] == "\r\n":
        underline -= 1
    return _Piece(span, "heading", level, Span(underline, span.end))
