"""Reads Markdown with front matter; the headings above a block become its path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.corpus.lines import line_starts
from index.corpus.readers.encoding import decode
from index.corpus.readers.markdown_head import Head, read_head
from index.corpus.readers.markdown_hidden import hidden_elements
from index.types import Block, BlockKind, Document, Metadata, Span

_IN_LINE = re.compile(r"[^\r\n]+")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SENTENCE = re.compile(r"\S+(?:\s+\S+){4,}[.!?]")
_CODE = {"fence", "code_block"}
_LINES = {"fence", "code_block", "table_open", "html_block"}


def read_markdown(data: bytes, path: str, identity: str) -> Document:
    """Read Markdown; the text and its offsets are the file's own, marks included.

    Front matter is metadata, and what is wrong in it is noted. Comments and hidden HTML are in no
    block.

    Raises:
        DocumentError: it is not text.
    """
    decoded = decode(data, path)
    text = decoded.text
    head = read_head(text, path) or Head(0, Metadata(""))
    # the lines of the front matter are empty to the parser, so that it counts them
    seen = _IN_LINE.sub("", text[: head.end]) + text[head.end :]
    tokens = MarkdownIt("commonmark").enable("table").parse(seen)
    lines = [*line_starts(text), len(text)]
    headings = (_title(text) for opening, text in pairwise(tokens) if _is_heading(opening, text))
    title = head.metadata.title or next(filter(None, headings), "") or PurePosixPath(path).stem
    code = [_span(token, lines) for token in tokens if token.type in _CODE]
    comments = _outside(code, (Span(*one.span()) for one in _COMMENT.finditer(text, head.end)))
    hidden = _outside([*code, *comments], hidden_elements(text, head.end))
    unseen = sorted([*comments, *hidden], key=lambda one: one.start)
    blocks = [
        part
        for block in _blocks(tokens, text, lines)
        for part in _without(unseen, block)
        if text[part.span.start : part.span.end].strip()
    ]
    counts = (("comments", comments), ("hidden elements with text", hidden))
    notes = tuple(f"left out {name}: {len(found)}" for name, found in counts if found)
    return Document(
        identity,
        path,
        text,
        replace(head.metadata, title=title),
        tuple(blocks),
        head.end,
        notes=decoded.notes + head.notes + notes,
    )


def _outside(others: list[Span], spans: Iterable[Span]) -> list[Span]:
    """Return the spans that do not begin in one of the others."""
    return [span for span in spans if not any(one.start <= span.start < one.end for one in others)]


def _title(heading: Token) -> str:
    return _COMMENT.sub("", heading.content).strip()


def _is_heading(opening: Token, content: Token | None) -> bool:
    """Whether a token opens a heading; a sentence above a rule is none to a reader."""
    if opening.type != "heading_open" or content is None:
        return False
    return opening.markup != "-" or not _SENTENCE.fullmatch(content.content.strip())


def _blocks(tokens: list[Token], text: str, lines: list[int]) -> list[Block]:
    """Return a block for each top-level element; a heading joins the path of what follows it.

    Code and tables within lists and quotations are blocks of their own.
    """
    blocks: list[Block] = []
    path: list[tuple[int, str]] = []
    for place, token in enumerate(tokens):
        if token.map is None or token.nesting < 0:
            continue
        span = _span(token, lines)
        if token.level:
            if token.type in _LINES:
                blocks += _cut(blocks.pop(), span)
            continue
        kind: BlockKind = "lines" if token.type in _LINES else "prose"
        if _is_heading(token, next(iter(tokens[place + 1 : place + 2]), None)):
            kind, depth = "heading", int(token.tag[1:])
            path = [(level, title) for level, title in path if level < depth]
            path.append((depth, _title(tokens[place + 1])))
        blocks.append(Block(span, kind, tuple(title for _, title in path)))
    return [block for block in blocks if text[block.span.start : block.span.end].strip()]


def _without(unseen: list[Span], block: Block) -> Iterator[Block]:
    """Yield what of a block stands before, between and after what is not seen."""
    start, end = block.span.start, block.span.end
    for one in unseen:
        if one.end > start and one.start < end:
            yield replace(block, span=Span(start, max(start, one.start)))
            start = min(one.end, end)
    yield replace(block, span=Span(start, end))


def _span(token: Token, lines: list[int]) -> Span:
    return Span(*(lines[min(line, len(lines) - 1)] for line in token.map or (0, 0)))


def _cut(block: Block, inner: Span) -> list[Block]:
    """Cut a block into what stands before, the lines within, and what follows."""
    return [
        replace(block, span=Span(block.span.start, inner.start)),
        replace(block, span=inner, kind="lines"),
        replace(block, span=Span(inner.end, block.span.end)),
    ]
