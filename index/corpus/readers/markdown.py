"""Reads Markdown with front matter; the headings above a block become its path."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from index.corpus.lines import line_starts
from index.corpus.readers.encoding import decode
from index.corpus.readers.front_matter import parse_front_matter
from index.types import Block, BlockKind, Document, Metadata, Span

_LINES = {"fence", "code_block", "table_open", "html_block"}


def read_markdown(data: bytes, path: str, identity: str) -> Document:
    """Read Markdown; the text and its offsets are the file's own, marks included.

    Raises:
        DocumentError: the front matter is not a mapping of known keys to proper values.
    """
    decoded = decode(data, path)
    text = decoded.text
    parser = MarkdownIt("commonmark").enable("table").use(front_matter_plugin)
    tokens = parser.parse(text)
    lines = [*line_starts(text), len(text)]
    title = next(
        (text.content.strip() for opening, text in pairwise(tokens) if _is_heading(opening)), ""
    )
    metadata, body = Metadata(title=title or PurePosixPath(path).stem), 0
    if tokens and tokens[0].type == "front_matter":
        metadata = parse_front_matter(tokens[0].content, path, metadata.title)
        body = lines[(tokens[0].map or [0, 0])[1]]
        tokens = tokens[1:]
    blocks = tuple(_blocks(tokens, text, lines))
    return Document(identity, path, text, metadata, blocks, body, notes=decoded.notes)


def _is_heading(token: Token) -> bool:
    return token.type == "heading_open"


def _blocks(tokens: list[Token], text: str, lines: list[int]) -> list[Block]:
    """Return a block for each top-level element; a heading joins the path of what follows it.

    Code and tables within lists and quotations are blocks of their own.
    """
    blocks: list[Block] = []
    path: list[tuple[int, str]] = []
    for place, token in enumerate(tokens):
        if token.map is None or token.nesting < 0:
            continue
        span = Span(*(lines[min(line, len(lines) - 1)] for line in token.map))
        if token.level:
            if token.type in _LINES:
                blocks += _cut(blocks.pop(), span)
            continue
        kind: BlockKind = "lines" if token.type in _LINES else "prose"
        if _is_heading(token):
            kind, depth = "heading", int(token.tag[1:])
            path = [(level, title) for level, title in path if level < depth]
            path.append((depth, tokens[place + 1].content.strip()))
        blocks.append(Block(span, kind, tuple(title for _, title in path)))
    return [block for block in blocks if text[block.span.start : block.span.end].strip()]


def _cut(block: Block, inner: Span) -> list[Block]:
    """Cut a block into what stands before, the lines within, and what follows."""
    return [
        replace(block, span=Span(block.span.start, inner.start)),
        replace(block, span=inner, kind="lines"),
        replace(block, span=Span(inner.end, block.span.end)),
    ]
