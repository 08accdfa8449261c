"""Cuts a document into passages of 150 to 200 tokens, between sentences, never overlapping."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from index.corpus.lines import line_starts
from index.embedding.tokens import TokenCounter
from index.ingest.sentences import split_sentences, trim
from index.types import Block, Document, Passage, Span

# A longer run is cut even within a block: the time of _share is quadratic in the run's length.
_LONG = 20  # passages
_MOST_PIECES = 1000
_ROWS = 3  # the fewest lines of a table that names its columns
_RULE = re.compile(r"[\s|:+=-]+")  # what Markdown sets between the header and the rows


@dataclass(frozen=True, slots=True)
class Splitter:
    """How long passages are, in the model's tokens.

    A passage ends with a paragraph once it holds `enough`, before a heading once it holds half
    of `most`, and with a sentence before it would exceed `most`. all-MiniLM-L6-v2 reads 256
    tokens, and the title and headings before a passage take some of them.
    """

    enough: int = 150
    most: int = 200


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence and the headings directly before it."""

    span: Span
    sentence: Span
    tokens: int
    block: Block
    after_heading: bool
    ends_block: bool


def split_document(
    document: Document, count_tokens: TokenCounter, splitter: Splitter
) -> list[Passage]:
    """Cut a document into passages, in order; `document.text[start:end] == passage.text`.

    A passage keeps within one location, and a sentence longer than a passage is cut at white space
    where it has any. Every character of a block that is not white space is in exactly one
    passage.
    """
    lines = line_starts(document.text)
    passages = []
    for blocks in _runs(document):
        pieces = _pieces_of(blocks, document, count_tokens, splitter)
        for group in _pack(pieces, splitter):
            start, end = group[0].span.start, group[-1].span.end
            passages.append(
                Passage(
                    document_id=document.id,
                    start=start,
                    end=end,
                    text=document.text[start:end],
                    lines=(bisect_right(lines, start), bisect_right(lines, end - 1)),
                    headings=group[0].block.headings,
                    location=group[0].block.location,
                    sentences=tuple(
                        Span(piece.sentence.start - start, piece.sentence.end - start)
                        for piece in group
                    ),
                    sections=tuple(
                        (place, piece.block.headings)
                        for place, (before, piece) in enumerate(pairwise(group), start=1)
                        if piece.block.headings != before.block.headings
                    ),
                )
            )
    return passages


def _runs(document: Document) -> Iterator[list[Block]]:
    """Yield blocks of one location with no text between them that the reader left out."""
    run: list[Block] = []
    for block in document.blocks:
        if run and (
            block.location != run[-1].location
            or document.text[run[-1].span.end : block.span.start].strip()
        ):
            yield run
            run = []
        run.append(block)
    if run:
        yield run


def _pieces_of(
    blocks: list[Block], document: Document, count_tokens: TokenCounter, splitter: Splitter
) -> list[_Piece]:
    text = document.text
    cuts = [
        (part, _below_header(block, text), number == len(parts))
        for block in blocks
        if (parts := _sentences_of(block, document, count_tokens, splitter.most))
        for number, part in enumerate(parts, start=1)
    ]
    lengths = count_tokens([text[part.start : part.end] for part, _, _ in cuts])
    pieces: list[_Piece] = []
    waiting: list[_Piece] = []  # headings that join the sentence below them
    for (part, block, ends_block), tokens in zip(cuts, lengths, strict=True):
        is_heading = block.kind == "heading"
        piece = _Piece(part, part, tokens, block, is_heading, ends_block)
        together = tokens + sum(heading.tokens for heading in waiting)
        if is_heading and part is not cuts[-1][0] and together <= splitter.most // 4:
            waiting.append(piece)
            continue
        if waiting and together <= splitter.most:
            whole = Span(waiting[0].span.start, part.end)
            piece = replace(piece, span=whole, tokens=together, after_heading=True)
        else:
            pieces += waiting
        pieces.append(piece)
        waiting = []
    return pieces


def _sentences_of(
    block: Block, document: Document, count_tokens: TokenCounter, most: int
) -> list[Span]:
    text, span = document.text, block.span
    if block.kind == "prose":
        spans = split_sentences(text, span.start, span.end, document.metadata.language)
    else:
        spans = _lines_of(text, span)
    lengths = count_tokens([text[one.start : one.end] for one in spans])
    return [
        part
        for one, tokens in zip(spans, lengths, strict=True)
        for part in ([one] if tokens <= most else _halve(text, one, count_tokens, most))
    ]


def _below_header(block: Block, text: str) -> Block:
    """Return a table's block with the row that names its columns as a heading of every row."""
    lines = text[block.span.start : block.span.end].splitlines() if block.kind == "lines" else []
    rows = [line.strip() for line in lines if "|" in line]
    if len(rows) < _ROWS or len(rows) != len(lines):
        return block
    header, after = rows[:2]
    has_digit = [any(map(str.isdigit, row)) for row in rows]
    is_named = _RULE.fullmatch(after) or (not has_digit[0] and any(has_digit))
    return replace(block, headings=(*block.headings, header)) if is_named else block


def _lines_of(text: str, span: Span) -> list[Span]:
    lines, start = [], span.start
    for line in text[span.start : span.end].splitlines(keepends=True):
        trimmed = trim(text, start, start + len(line))
        start += len(line)
        if trimmed.start < trimmed.end:
            lines.append(trimmed)
    return lines


def _halve(text: str, span: Span, count_tokens: TokenCounter, most: int) -> list[Span]:
    """Halve a span at white space, or in the middle if it has none, until each part fits."""
    length = span.end - span.start
    if length <= 1 or count_tokens([text[span.start : span.end]])[0] <= most:
        return [span]
    middle = span.start + length // 2
    near = (place for step in range(length // 4) for place in (middle - step, middle + step))
    gap = next((place for place in near if text[place].isspace()), middle)
    return [
        part
        for half in (trim(text, span.start, gap), trim(text, gap, span.end))
        if half.start < half.end
        for part in _halve(text, half, count_tokens, most)
    ]


def _pack(pieces: list[_Piece], splitter: Splitter) -> Iterator[list[_Piece]]:
    run: list[_Piece] = []
    tokens = 0
    for piece in pieces:
        # a section that fills half a passage ends before the next one
        if piece.after_heading and tokens >= splitter.most // 2:
            yield from _share(run, splitter.most)
            run, tokens = [], 0
        run.append(piece)
        tokens += piece.tokens
        is_long = tokens >= _LONG * splitter.most or len(run) == _MOST_PIECES
        if is_long or (piece.ends_block and tokens >= splitter.enough):
            yield from _share(run, splitter.most)
            run, tokens = [], 0
    if run:
        yield from _share(run, splitter.most)


def _share(run: list[_Piece], most: int) -> list[list[_Piece]]:
    """Divide a run evenly into the fewest passages that hold it, so that none is very short."""
    total = sum(piece.tokens for piece in run)
    for parts in range(max(1, -(-total // most)), len(run) + 1):
        groups: list[list[_Piece]] = [[] for _ in range(parts)]
        before = 0
        for piece in run:
            # each piece goes where its middle falls
            groups[min(parts - 1, (before + piece.tokens // 2) * parts // max(total, 1))].append(
                piece
            )
            before += piece.tokens
        if all(sum(piece.tokens for piece in group) <= most for group in groups):
            return [group for group in groups if group]
    return [[piece] for piece in run]
