"""Gives each part of a PDF's table the names of its columns, also on the pages that it goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from index.corpus.readers.layout import Paragraph
from index.corpus.readers.tables import names_columns, repeat_header


def with_headers(pages: Iterable[list[Paragraph]]) -> Iterator[list[Paragraph]]:
    """Yield the paragraphs of each page, with the header of a table before every few rows.

    A table goes on over a page break if the next page begins with rows of as many columns.
    """
    header = ""  # of the table that ends the last page
    for page in pages:
        paragraphs = []
        for place, paragraph in enumerate(page):
            if not paragraph.is_table:
                header = ""
                paragraphs.append(paragraph)
                continue
            lines = paragraph.text.split("\n")
            if place == 0 and header and _goes_on(header, lines):
                lines.insert(0, header)
            header = lines[0] if names_columns(lines[0], lines[1:]) else ""
            paragraphs.append(replace(paragraph, text="\n".join(repeat_header(lines))))
        yield paragraphs


def _goes_on(header: str, lines: list[str]) -> bool:
    return lines[0].count(" | ") == header.count(" | ") and names_columns(header, lines)
