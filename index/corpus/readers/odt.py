"""Reads OpenDocument text, as LibreOffice writes it (OASIS OpenDocument 1.3, part 3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from index.corpus.readers.assembly import Assembly
from index.corpus.readers.odt_numbering import List, Numbering
from index.corpus.readers.opendocument import (
    BOX,
    COMMENT,
    NOTE,
    OFFICE,
    STYLE,
    TABLE,
    TEXT,
    Words,
    count_in,
    open_opendocument,
    read_words,
)
from index.corpus.readers.parse_errors import parsing
from index.corpus.readers.tables import TableCell, fill_merged, table_rows
from index.types import Document

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_KIND = "OpenDocument text (.odt)"
_ITEMS = (f"{TEXT}list-item", f"{TEXT}list-header")
_EDGES = (f"{STYLE}header", f"{STYLE}footer")
_MOST_REPEATED = 50  # times that one cell says it stands in its row


def read_odt(data: bytes, path: str, identity: str) -> Document:
    """Read OpenDocument text as it stands; notes stand in brackets where they are called.

    Text boxes follow their paragraph; page heads and feet come last, each once. Hidden text and
    comments are left out, and the notes of the document say so; deleted text is left out.

    Raises:
        DocumentError: it is another format, is encrypted or damaged.
    """
    with parsing(path, _KIND):
        parts = open_opendocument(data, path, _KIND)
        assembly = Assembly()
        words = read_words(parts.roots())
        flow = _Flow(assembly, words, Numbering(parts.roots()))
        for body in parts.content.iter(f"{OFFICE}text"):
            flow.add(body)
        assembly.leave(1)
        edges = [] if parts.styles is None else parts.styles.iter(*_EDGES)
        texts = ("\n".join(map(words.text, edge.iter(f"{TEXT}p"))) for edge in edges)
        for text in dict.fromkeys(texts):
            assembly.add(text, "lines")
        metadata = parts.metadata(path, assembly.first_heading)
        return assembly.document(identity, path, metadata, notes=words.notes())


class _Flow:
    """Adds the paragraphs, lists and tables of a body, a cell or a text box, in order."""

    def __init__(self, assembly: Assembly, words: Words, numbering: Numbering) -> None:
        self._assembly = assembly
        self._words = words
        self._numbering = numbering

    def add(self, flow: Iterable[Element]) -> None:
        for element in flow:
            if element.tag in (f"{TEXT}h", f"{TEXT}p"):
                self._add_paragraph(element)
            elif element.tag == f"{TEXT}list":
                self._add_list(element, None)
            elif element.tag == f"{TABLE}table":
                self._add_table(element)
            elif not self._words.skips(element):
                self.add(element)

    def _add_list(self, element: Element, outer: List | None) -> None:
        within = self._numbering.enter(element, outer)
        for item in element.iterchildren(*_ITEMS):
            # an item that holds nothing but a list of its own is not counted
            is_counted = item.tag == _ITEMS[0] and len(item) and item[0].tag != f"{TEXT}list"
            number = self._numbering.item(item, within) if is_counted else ""
            for one in item:
                if one.tag in (f"{TEXT}h", f"{TEXT}p"):
                    self._add_paragraph(one, number, in_list=True)
                    number = ""
                elif one.tag == f"{TEXT}list":
                    self._add_list(one, within)
                else:
                    self.add([one])

    def _add_paragraph(
        self, paragraph: Element, number: str = "", *, in_list: bool = False
    ) -> None:
        level = count_in(paragraph, f"{TEXT}outline-level")
        text = self._words.text(paragraph)
        if paragraph.tag == f"{TEXT}h":
            if not in_list and text.strip():
                number = self._numbering.heading(paragraph, level)
            self._assembly.add_heading(number + text, level)
        elif text.strip():
            self._assembly.add(number + text, close=in_list)
        for box in paragraph.iterdescendants(BOX):
            if next(box.iterancestors(BOX, paragraph.tag)) is paragraph:
                self.add(box)

    def _add_table(self, table: Element) -> None:
        """Add a table of data row by row, and one for layout cell by cell."""
        cells = list(table.iter(f"{TABLE}table-cell"))
        inner = table.iterdescendants(f"{TABLE}table", f"{TEXT}h")
        if len(cells) == 1 or next(inner, None) is not None:
            for cell in cells:
                if next(cell.iterancestors(f"{TABLE}table")) is table:
                    self.add(cell)
            return
        rows = (self._cells(row) for row in table.iter(f"{TABLE}table-row"))
        self._assembly.add(table_rows(fill_merged(rows)), "lines")

    def _cells(self, row: Element) -> Iterator[TableCell]:
        for cell in row.iter(f"{TABLE}table-cell"):
            paragraphs = (
                one
                for one in cell.iter(f"{TEXT}p")
                if next(one.iterancestors(NOTE, COMMENT), None) is None
            )
            found = TableCell(
                " ".join(map(self._words.text, paragraphs)),
                count_in(cell, f"{TABLE}number-columns-spanned"),
                count_in(cell, f"{TABLE}number-rows-spanned"),
            )
            for _ in range(min(count_in(cell, f"{TABLE}number-columns-repeated"), _MOST_REPEATED)):
                yield found
