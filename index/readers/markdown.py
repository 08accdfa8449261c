"""Markdown with YAML front matter; headings become the path of what stands below them."""

from __future__ import annotations

from pathlib import PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from index.lines import line_starts
from index.readers.front_matter import parse_front_matter
from index.readers.text import decode
from index.types import Block, BlockKind, Document, Metadata, Span

_LINES = {"fence", "code_block", "table_open", "html_block"}


def read_markdown(data: bytes, path: str, identity: str) -> Document:
    """Read Markdown; the text and its offsets are the file's own, marks included.

    Raises:
        DocumentError: the front matter is not a mapping of known keys to proper values.
    """
    text = decode(data, path)
    parser = MarkdownIt("commonmark").enable("table").use(front_matter_plugin)
    tokens = parser.parse(text)
    lines = [*line_starts(text), len(text)]
    metadata, body = Metadata(title=PurePosixPath(path).stem), 0
    if tokens and tokens[0].type == "front_matter":
        metadata = parse_front_matter(tokens[0].content, path, metadata.title)
        body = lines[(tokens[0].map or [0, 0])[1]]
        tokens = tokens[1:]
    elif first := next((token for token in tokens if token.type == "heading_open"), None):
        metadata = Metadata(title=_heading_text(tokens, first) or metadata.title)
    return Document(identity, path, text, metadata, tuple(_blocks(tokens, text, lines)), body)


def _heading_text(tokens: list[Token], opening: Token) -> str:
    return tokens[tokens.index(opening) + 1].content.strip()


def _blocks(tokens: list[Token], text: str, lines: list[int]) -> list[Block]:
    """Return a block for each top-level element; a heading joins the path of what follows it."""
    blocks: list[Block] = []
    path: list[tuple[int, str]] = []
    for token in tokens:
        if token.level or token.map is None or token.nesting < 0:
            continue
        first, after = token.map
        span = Span(lines[first], lines[min(after, len(lines) - 1)])
        kind: BlockKind = "lines" if token.type in _LINES else "prose"
        if token.type == "heading_open":
            kind, depth = "heading", int(token.tag[1:])
            path = [(level, title) for level, title in path if level < depth]
            path.append((depth, _heading_text(tokens, token)))
        if text[span.start : span.end].strip():
            blocks.append(Block(span, kind, tuple(title for _, title in path)))
    return blocks
